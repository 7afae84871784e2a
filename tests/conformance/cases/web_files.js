// webkitRequestFileSystem and its kin, as the browser has them or as they are made where it has none.
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
const { root } = await new Promise((done, failed) => webkitRequestFileSystem(TEMPORARY, 1 << 20, done, failed));
note("the root", [kind(root.filesystem), root.fullPath, kind(root), root.toURL().replace(location.origin, "ORIGIN")]);
const files = [["a.txt", { create: true }], ["a.txt", { create: true, exclusive: true }], ["a.txt"], ["b.txt"], ["no/b.txt", { create: true }], ["../up.txt", { create: true }], ["x/", { create: true }], ["", { create: true }]];
for (const [path, flags = {}] of files) await ask("getFile " + JSON.stringify([path, flags]), (done, failed) => root.getFile(path, flags, done, failed));
const folders = [["dir", { create: true }], ["dir", { create: true, exclusive: true }], ["dir"], ["a.txt"], ["none"], ["dir/deep/er", { create: true }], ["dir/sub", { create: true }], [""], [".."]];
for (const [path, flags = {}] of folders) await ask("getDirectory " + JSON.stringify([path, flags]), (done, failed) => root.getDirectory(path, flags, done, failed));
await ask("getFile of a folder", (done, failed) => root.getFile("dir", {}, done, failed));
await ask("getFile of a folder, to create", (done, failed) => root.getFile("dir", { create: true }, done, failed));
const file = await new Promise((done) => root.getFile("a.txt", {}, done));
const folder = await new Promise((done) => root.getDirectory("dir", {}, done));
await ask("remove a folder that is not empty", (done, failed) => folder.remove(done, failed));
await ask("remove the root", (done, failed) => root.remove(done, failed));
await ask("removeRecursively of the root", (done, failed) => root.removeRecursively(done, failed));
await ask("copyTo", (done, failed) => file.copyTo(folder, "c.txt", done, failed));
await ask("copyTo itself", (done, failed) => file.copyTo(root, "a.txt", done, failed));
await ask("copyTo without a name", (done, failed) => file.copyTo(folder, undefined, done, failed));
await ask("copyTo of a folder into itself", (done, failed) => folder.copyTo(folder, "in", done, failed));
await ask("moveTo", (done, failed) => file.moveTo(folder, "m.txt", done, failed));
for (const name of ["getMetadata", "file", "createWriter"]) await ask(name + " of what is gone", (done, failed) => file[name](done, failed));
await ask("moveTo of what is gone", (done, failed) => file.moveTo(folder, "m2.txt", done, failed));
await ask("readEntries", (done, failed) => folder.createReader().readEntries(done, failed));

const writer = await new Promise((done, failed) => root.getFile("w.txt", { create: true }, (entry) => entry.createWriter(done, failed)));
note("a writer", [kind(writer), writer.readyState, writer.position, writer.length, writer.INIT, writer.WRITING, writer.DONE, writer.error]);
/** The events of a step. */
const step = (what, act) => new Promise((done) => {
  const told = [];
  const tell = (event) => told.push([event.type, writer.readyState, writer.position, writer.length, event.loaded, event.total, event.lengthComputable, kind(event)]);
  for (const type of ["writestart", "progress", "write", "error", "abort"]) writer["on" + type] = tell;
  writer.onwriteend = (event) => { tell(event); done(told); };
  act();
}).then((told) => note(what, told));
await step("write", () => { writer.write(new Blob(["hello"])); note("while it writes", [writer.readyState, writer.position]); attempt("write while it writes", () => writer.write(new Blob(["x"]))); });
writer.seek(-2);
note("seek from the end", writer.position);
writer.seek(100);
note("seek too far", writer.position);
writer.seek(1);
await step("write inside", () => writer.write(new Blob(["EY"])));
await step("write nothing", () => writer.write(new Blob([])));
await step("truncate", () => writer.truncate(3));
for (const value of [5, null, "x", {}]) attempt("a handler may not be " + JSON.stringify(value), () => { writer.onprogress = value; return typeof writer.onprogress; });
await step("write more than one part", () => { writer.write(new Blob([new Uint8Array(100000)])); writer.onprogress = ({ loaded, total }) => note("the first part", [loaded, total, writer.position, writer.length]) && (writer.onprogress = null); });
await step("and back", () => writer.truncate(3));
await step("truncate to more", () => writer.truncate(6));
note("what is no more", ["webkitStorageInfo" in window, typeof navigator.webkitTemporaryStorage, typeof navigator.webkitPersistentStorage]);
note("the content", await new Promise((done) => root.getFile("w.txt", {}, (entry) => entry.file(async (f) => done([...new Uint8Array(await f.arrayBuffer())])))));
for (const [label, call] of Object.entries({ "write(text)": () => writer.write("text"), "write()": () => writer.write(), "seek()": () => writer.seek(), "truncate()": () => writer.truncate(), "abort()": () => writer.abort() })) attempt(label, call);
await ask("resolve the root", (done, failed) => webkitResolveLocalFileSystemURL(root.toURL(), done, failed));
await ask("resolve nonsense", (done, failed) => webkitResolveLocalFileSystemURL("nonsense", done, failed));
await ask("resolve what is not there", (done, failed) => webkitResolveLocalFileSystemURL(root.toURL() + "none.txt", done, failed));
await ask("a file system of a bad type", (done, failed) => webkitRequestFileSystem(7, 1, done, failed));
const put = (name, blob) => new Promise((done, failed) => root.getFile(name, { create: true }, (entry) => entry.createWriter((writer) => { writer.onwriteend = () => done(entry); writer.write(blob); }, failed), failed));
for (const name of ["t.txt", "t.HTML", "t.json", "t.png", "t.made", "t"]) {
  const entry = await put(name, new Blob(["x"], { type: "image/gif" }));
  note("the type of " + name, await new Promise((done, failed) => entry.file((f) => done([f.type, f.name, f.size]), failed)));
}
const kept = await put("address.txt", new Blob(["kept"]));
await ask("the entry at an entry's address", (done, failed) => webkitResolveLocalFileSystemURL(kept.toURL(), done, failed));
await ask("the entry at a folder's address", (done, failed) => root.getDirectory("dir", {}, (entry) => webkitResolveLocalFileSystemURL(entry.toURL(), done, failed), failed));
await ask("the entry at no address", (done, failed) => webkitResolveLocalFileSystemURL("blob:nothing", done, failed));
await ask("the entry at what is no address", (done, failed) => webkitResolveLocalFileSystemURL("a.txt", done, failed));
const own = await new Promise((done) => chrome.runtime.getPackageDirectoryEntry(done));
await ask("copyTo of the package's", (done, failed) => own.getFile("manifest.json", {}, (entry) => entry.copyTo(root, "copy.json", done, failed), failed));
await ask("what was copied", (done, failed) => root.getFile("copy.json", {}, (entry) => entry.file(async (f) => note("its content", JSON.parse(await f.text()).name) && done(), failed), failed));
await ask("copyTo of the package's once more, without a name", (done, failed) => own.getFile("manifest.json", {}, (entry) => entry.copyTo(root, null, done, failed), failed));
await ask("moveTo of the package's", (done, failed) => own.getFile("manifest.json", {}, (entry) => entry.moveTo(root, "moved.json", done, failed), failed));
