// Entries of the package: what they are, which paths lead where, what is refused and with which words.
// @app desk
const kind = (value) => Object.prototype.toString.call(value);
/** What of a result can be compared. */
const shown = (value) => {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return value.map((entry) => entry.name).sort();
  if (value.fullPath !== undefined) return [kind(value), value.fullPath];
  return value.modificationTime ? [kind(value), kind(value.modificationTime)] : kind(value);
};
/** How a call with two callbacks ends. */
const ask = (what, call) => new Promise((done) => {
  const failed = (error) => done(["failed", kind(error), error.name, error.message, error.code]);
  try {
    call((value) => done(["done", shown(value)]), failed);
  } catch (error) {
    done(["throws", String(error)]);
  }
}).then((seen) => note(what, seen));
const root = await new Promise((done) => chrome.runtime.getPackageDirectoryEntry(done));
note("the root", [kind(root), root.name, root.fullPath, root.isFile, root.isDirectory]);
note("its file system", [kind(root.filesystem), root.filesystem.root.fullPath, kind(root.filesystem.root)]);
for (const name of ["Entry", "FileEntry", "DirectoryEntry", "DOMFileSystem", "DirectoryReader", "FileWriter", "FileError", "Metadata"]) note("a class " + name, typeof globalThis[name]);
note("made by", [root, root.createReader(), root.filesystem].map((object) => object.constructor === Object));
note("own keys", Object.keys(root));
const found = [];
for (const key in root) found.push(key);
note("keys", found.sort());
for (const path of ["sub/a.txt", "/crxfs/sub/a.txt", "./sub/a.txt", "sub/../sub/a.txt", "../x", "/x", "nothing.txt", "sub", "", ".", "..", "sub/a.txt/", "SUB/A.TXT", "sub//a.txt"]) {
  await ask("getFile " + JSON.stringify(path), (done, failed) => root.getFile(path, {}, done, failed));
  await ask("getDirectory " + JSON.stringify(path), (done, failed) => root.getDirectory(path, {}, done, failed));
}
for (const [label, path] of [["an array of a name", ["sub"]], ["an array of two names", ["sub", "a.txt"]], ["null", null], ["undefined", undefined], ["a number", 5], ["an object", { toString: () => "sub/a.txt" }], ["a symbol", Symbol("sub")], ["what throws", { toString() { throw new Error("no text"); } }]]) {
  await ask("getFile of " + label, (done, failed) => root.getFile(path, {}, done, failed));
  await ask("getDirectory of " + label, (done, failed) => root.getDirectory(path, {}, done, failed));
}
for (const [label, path, options] of [["a new file", "new.txt"], ["a file that is there", "sub/a.txt"], ["exclusively", "sub/a.txt", { exclusive: true }], ["in no folder", "no/such/x"]]) {
  await ask("create " + label, (done, failed) => root.getFile(path, { create: true, ...options }, done, failed));
}
await ask("create a folder", (done, failed) => root.getDirectory("new", { create: true }, done, failed));
await ask("create a folder that is there", (done, failed) => root.getDirectory("sub", { create: true }, done, failed));
const file = await new Promise((done) => root.getFile("sub/a.txt", {}, done));
const sub = await new Promise((done) => root.getDirectory("sub", {}, done));
note("a file", [kind(file), file.name, file.fullPath, file.isFile, file.isDirectory]);
note("it has an address", file.toURL() !== "");
note("its content", await new Promise((done) => file.file(async (f) => done([f.name, f.type, f.size, await f.text()]))));
for (const name of ["getMetadata", "getParent", "file", "createWriter", "remove"]) await ask("a file's " + name, (done, failed) => file[name](done, failed));
for (const name of ["getMetadata", "getParent", "remove", "removeRecursively"]) await ask("a folder's " + name, (done, failed) => sub[name](done, failed));
const sizeOf = (entry) => new Promise((done, failed) => entry.getMetadata((found) => done(found.size), failed));
note("the size of folders and of a file", [await sizeOf(root) > 0, await sizeOf(root) === await sizeOf(sub), await sizeOf(file)]);
await ask("the root's getMetadata", (done, failed) => root.getMetadata(done, failed));
await ask("the root's getParent", (done, failed) => root.getParent(done, failed));
await ask("the file system's root's getParent", (done, failed) => root.filesystem.root.getParent(done, failed));
await ask("copyTo", (done, failed) => file.copyTo(root, "c.txt", done, failed));
await ask("moveTo", (done, failed) => file.moveTo(root, "c.txt", done, failed));
await ask("readEntries", (done, failed) => sub.createReader().readEntries(done, failed));
const reader = sub.createReader(), lengths = [];
for (let i = 0; i < 2; i++) lengths.push(await new Promise((done) => reader.readEntries((entries) => done(entries.length))));
note("readEntries again", lengths);
const busy = sub.createReader();
const first = new Promise((done) => busy.readEntries((entries) => done(entries.length), done));
await ask("readEntries during another", (done, failed) => busy.readEntries(done, failed));
note("the other one", await first);
const calls = {
  "getFile()": () => root.getFile(), "getFile(1)": () => root.getFile(1), "getFile(path, 5)": () => root.getFile("sub/a.txt", 5), "getFile(path, {}, text)": () => root.getFile("sub/a.txt", {}, "x"),
  "getFile(path, null, null, null)": () => root.getFile("sub/a.txt", null, null, null), "getDirectory()": () => root.getDirectory(), "file()": () => file.file(), "createWriter()": () => file.createWriter(),
  "getMetadata()": () => file.getMetadata(), "getParent()": () => file.getParent(), "remove()": () => file.remove(), "readEntries()": () => sub.createReader().readEntries(), "copyTo()": () => file.copyTo(), "copyTo(1)": () => file.copyTo(1),
  "moveTo()": () => file.moveTo(), "removeRecursively()": () => sub.removeRecursively(), "without its object": () => (0, root.getFile)("sub/a.txt"),
};
for (const [label, call] of Object.entries(calls)) attempt(label, () => { call(); return "returned"; });
