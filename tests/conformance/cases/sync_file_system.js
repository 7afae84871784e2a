// chrome.syncFileSystem: what is left of it.
// @app sync
const sync = chrome.syncFileSystem;
const shown = (value) => value === null || typeof value !== "object" ? value : Array.isArray(value) ? value : Object.prototype.toString.call(value);
note("members", Object.keys(sync).map((name) => name + " " + typeof sync[name]));
for (const name of ["requestFileSystem", "getServiceStatus", "getConflictResolutionPolicy"]) {
  await form(name + "(callback)", sync[name], CALLBACK);
  await form(name + "()", sync[name]);
  await form(name + "(1)", sync[name], 1, CALLBACK);
}
for (const policy of ["last_write_win", "manual", "other", undefined, 1]) {
  await form("setConflictResolutionPolicy(" + policy + ")", sync.setConflictResolutionPolicy, policy, CALLBACK);
}
await form("the policy after that", sync.getConflictResolutionPolicy, CALLBACK);
await form("getFileStatuses([])", sync.getFileStatuses, [], CALLBACK);
await form("getFileStatuses([1])", sync.getFileStatuses, [1], CALLBACK);
await form("getFileStatuses([{}])", sync.getFileStatuses, [{}], CALLBACK);
await form("getFileStatuses()", sync.getFileStatuses, CALLBACK);
await form("getFileStatus({})", sync.getFileStatus, {}, CALLBACK);
const system = await new Promise((done) => webkitRequestFileSystem(PERSISTENT, 1024, done));
const entry = await new Promise((done, fail) => system.root.getFile("synced", { create: true }, done, fail));
await form("getFileStatus of a file", sync.getFileStatus, entry, CALLBACK);
await form("getFileStatuses of a file", sync.getFileStatuses, [entry], CALLBACK);
note("getUsageAndQuota of a file system", Object.entries(await sync.getUsageAndQuota(system)).map(([key, value]) => key + " " + typeof value));
await form("getUsageAndQuota({})", sync.getUsageAndQuota, {}, CALLBACK);
for (const name of ["onServiceStatusChanged", "onFileStatusChanged"]) {
  sync[name].addListener(quietly);
  note(name + " has a listener", sync[name].hasListeners());
}
function quietly() {}
