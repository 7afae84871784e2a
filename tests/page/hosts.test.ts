// Which servers a manifest's permissions name; the daemon's side is held to the same in tests/manifest/test_hosts.py.

import assert from "node:assert/strict";
import { HostPermissions } from "../../src/homeport/page/src/web/hosts.ts";
import vectors from "../manifest/host_patterns.json" with { type: "json" };

for (const [pattern, address, allowed] of vectors as [string, string, boolean][]) {
  Deno.test(`${pattern} ${allowed ? "names" : "does not name"} ${address}`, () => {
    const hosts = new HostPermissions(["storage", pattern, { fileSystem: [] }]);
    assert.deepEqual(hosts.texts, [pattern]);
    assert.ok(hosts.any);
    assert.equal(hosts.allows(new URL(address)), allowed);
  });
}

Deno.test("only the web is named", () => {
  const hosts = new HostPermissions(["<all_urls>", "*://*/*"]);
  for (const address of ["ws://a/", "file:///a", "data:,a", "blob:http://a/b"]) {
    assert.equal(hosts.allows(new URL(address)), false);
  }
});

Deno.test("permissions that name no server say so", () => {
  const none = ["storage", "", { socket: ["tcp-connect"] }, "file:///*", "http://a*/*"];
  assert.ok(!new HostPermissions(none).any);
});
