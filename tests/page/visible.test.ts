// A permission is there as a text, or as a part of an object.

import assert from "node:assert/strict";
import { granted, visible } from "../../src/homeport/page/src/binding/visible.ts";

const manifest = {
  name: "n",
  permissions: [
    "storage",
    "fileSystem.write",
    { system: ["network", "cpu"] },
    { fileSystem: ["directory"] },
    {
      socket: ["tcp-connect"],
    },
  ],
};

Deno.test("what the manifest names is visible", () => {
  for (const name of ["storage", "system.network", "system.cpu", "fileSystem", "socket"]) {
    assert.equal(visible(`permission:${name}`, manifest), true, name);
  }
  for (const name of ["system.memory", "alarms", "network"]) {
    assert.equal(visible(`permission:${name}`, manifest), false, name);
  }
  assert.deepEqual([visible("name", manifest), visible("sockets", manifest), visible(null, manifest)], [
    true,
    false,
    true,
  ]);
});

Deno.test("a part is granted however it is written", () => {
  const parts = ["write", "directory", "retainEntries"].map((part) =>
    granted(`fileSystem.${part}`, manifest)
  );
  assert.deepEqual(parts, [true, true, false]);
});
