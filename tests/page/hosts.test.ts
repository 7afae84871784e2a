// Which servers a manifest's permissions name; the daemon's side is held to the same in tests/manifest/test_hosts.py.

import assert from "node:assert/strict";
import { hostPermissions } from "../../src/homeport/page/src/web/hosts.ts";
import vectors from "../manifest/host_patterns.json" with { type: "json" };

for (const [pattern, address, allowed] of vectors as [string, string, boolean][]) {
  Deno.test(`${pattern} ${allowed ? "names" : "does not name"} ${address}`, () => {
    const allows = hostPermissions(["storage", pattern, { fileSystem: [] }]);
    assert.ok(allows);
    assert.equal(allows(new URL(address)), allowed);
  });
}

Deno.test("only the web is named", () => {
  const allows = hostPermissions(["<all_urls>", "*://*/*"])!;
  for (const address of ["ws://a/", "file:///a", "data:,a", "blob:http://a/b"]) {
    assert.equal(allows(new URL(address)), false);
  }
});

Deno.test("permissions that name no server say so", () => {
  assert.equal(
    hostPermissions(["storage", "", { socket: ["tcp-connect"] }, "file:///*", "http://a*/*"]),
    null,
  );
});
