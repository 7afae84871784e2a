// chrome.fileSystem of entries that nobody picked: those of the package, of webkitRequestFileSystem, and what is none.
// @app files
const { fileSystem, runtime } = chrome;
const entries = {
  "the package": await new Promise((done) => runtime.getPackageDirectoryEntry(done)),
  "a web file system": await new Promise((done, failed) => webkitRequestFileSystem(TEMPORARY, 1 << 20, ({ root }) => done(root), failed)),
  "an object": {},
  "an object that has what entries have": { isFile: true, isDirectory: false, name: "a", fullPath: "/a", filesystem: { name: "b" } },
  "a text": "a",
  "null": null,
};
const shown = (value) => value?.fullPath ?? typeof value;
const ask = (what, call, error = () => runtime.lastError?.message) => new Promise((done) => {
  try {
    call((...args) => done(["calls back", args.map((value) => typeof value === "object" ? shown(value) : value), error()]));
  } catch (error) {
    done(["throws", String(error)]);
  }
}).then((seen) => note(what, seen));
for (const [label, entry] of Object.entries(entries)) {
  for (const name of ["getDisplayPath", "isWritableEntry", "getWritableEntry"]) await ask(`${name} of ${label}`, (done) => fileSystem[name](entry, done));
  let id;
  attempt(`retainEntry of ${label}`, () => { id = fileSystem.retainEntry(entry); return [typeof id, id === "", fileSystem.retainEntry(entry) === id]; });
  if (id === undefined) continue;
  // The error of retainEntry, which has no callback, may still be there.
  await ask(`isRestorable of ${label}`, (done) => fileSystem.isRestorable(id, done), () => "");
  await ask(`restoreEntry of ${label}`, (done) => fileSystem.restoreEntry(id, done), () => "");
}
await ask("restoreEntry of nothing known", (done) => fileSystem.restoreEntry("x", done));
for (const type of ["openFile", "openWritableFile", "saveFile", "openDirectory"]) await ask(`chooseEntry in the background page: ${type}`, (done) => fileSystem.chooseEntry({ type }, done));
