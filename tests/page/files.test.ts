// The stores behind entries, and what entries make of them.

import { deepStrictEqual as equal } from "node:assert/strict";
import { entryAt, FileSystem } from "../../src/homeport/page/src/files/entry.ts";
import { MemoryStore, PickedStore } from "../../src/homeport/page/src/files/memory.ts";
import { PackageStore } from "../../src/homeport/page/src/files/package.ts";
import { resolve } from "../../src/homeport/page/src/files/store.ts";
import { FileWriter } from "../../src/homeport/page/src/files/writer.ts";

function ended(writer: FileWriter, act: () => void): Promise<void> {
  return new Promise((done) => {
    writer.addEventListener("writeend", () => done(), { once: true });
    act();
  });
}

Deno.test("a path is resolved from its directory, and never leaves the root", () => {
  equal(resolve("/a/b", "../c"), "/a/c");
  equal(resolve("/a", "/x/./y"), "/x/y");
  equal(resolve("/", "../../../etc"), "/etc");
  equal(resolve("/a", "."), "/a");
});

Deno.test("a writer fills with zeros, cuts, and tells of its steps in order", async () => {
  const store = new MemoryStore("test");
  await store.write("/f", new Blob(["abcdef"]));
  const writer = new FileWriter(store, "/f", 6);
  const told: string[] = [];
  for (const name of ["writestart", "progress", "write", "writeend"]) {
    writer.addEventListener(name, () => told.push(name));
  }
  await ended(writer, () => writer.truncate(2));
  await ended(writer, () => writer.truncate(4));
  equal(new Uint8Array(await (await store.read("/f")).arrayBuffer()), Uint8Array.of(97, 98, 0, 0));
  await ended(writer, () => writer.write(new Blob(["xy"])));
  const cut = ["writestart", "write", "writeend"];
  equal(told, [...cut, ...cut, "writestart", "progress", "progress", "write", "writeend"]);
  writer.seek(-1);
  equal(writer.position, 3);
});

Deno.test("a writer that is aborted says so, and writes no more", async () => {
  const store = new MemoryStore("test");
  await store.write("/f", new Blob(["old"]));
  const writer = new FileWriter(store, "/f", 3);
  await ended(writer, () => {
    writer.write(new Blob(["new"]));
    writer.abort();
  });
  equal([writer.readyState, writer.error?.name], [2, "AbortError"]);
});

Deno.test("a directory goes with all that is in it, and no other", async () => {
  const store = new MemoryStore("test");
  store.add("/a/b/c.txt", new Blob(["x"]), new Date());
  store.add("/ab.txt", new Blob(["x"]), new Date());
  equal(await store.list("/"), ["a", "ab.txt"]);
  await store.remove("/a");
  equal(await store.list("/"), ["ab.txt"]);
  equal(await store.status("/a/b/c.txt"), null);
});

Deno.test("a file that was picked is downloaded once its writers are done", async () => {
  const saved = await new Promise<string>((done) => {
    const store = new PickedStore(
      "a.txt",
      (content, name) => content.text().then((text) => done(name + text)),
    );
    store.add("/a.txt", new Blob(["old"]), new Date());
    const writer = new FileWriter(store, "/a.txt", 3);
    ended(writer, () => writer.truncate(0)).then(() => ended(writer, () => writer.write(new Blob(["new"]))));
  });
  equal(saved, "a.txtnew");
});

Deno.test("a package is listed as the daemon said, and cannot be changed", async () => {
  const store = new PackageStore("http://app.localhost/", [["/", 9, 1], ["a b/", 0, 5], ["a b/c.txt", 3, 7]]);
  equal((await store.status("/crxfs"))?.size, 9);
  equal(await store.list("/crxfs"), ["a b"]);
  equal(await store.list("/crxfs/a b"), ["c.txt"]);
  equal(store.url("/crxfs/a b/c.txt"), "http://app.localhost/a%20b/c.txt");
  const entry = await entryAt(new FileSystem(store), store, "/crxfs/a b");
  equal([entry.isDirectory, entry.name, entry.fullPath], [true, "a b", "/crxfs/a b"]);
  equal(await store.remove().catch((error) => error.name), "SecurityError");
});
