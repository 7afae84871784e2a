// What of the package a <webview> may show.

import assert from "node:assert/strict";
import { accessible } from "../../src/homeport/page/src/platform/webview_files.ts";

const manifest = {
  name: "n",
  webview: {
    partitions: [
      { name: "trusted*", accessible_resources: ["in.html", "/lib/*.js", "a+b.css"] },
      { name: "other", accessible_resources: ["*"] },
    ],
  },
};

for (
  const [partition, path, may] of [
    ["trusted", "/in.html", true],
    ["persist:trusted2", "/lib/deep/x.js", true],
    ["trusted", "/a+b.css", true],
    ["trusted", "/aab.css", false],
    ["trusted", "/inxhtml", false],
    ["trusted", "/x/in.html", false],
    ["untrusted", "/in.html", false],
    ["", "/in.html", false],
    ["other", "/whatever", true],
  ] as const
) {
  Deno.test(`a webview of ${partition || "no partition"} and ${path}`, () => {
    assert.equal(accessible(manifest, partition, path), may);
  });
}

Deno.test("without a word in the manifest a webview shows nothing of the package", () => {
  assert.equal(accessible({ name: "n" }, "", "/in.html"), false);
  assert.equal(accessible({ name: "n", webview: { partitions: "x" } }, "x", "/in.html"), false);
});
