// chrome.runtime, chrome.i18n, chrome.alarms and chrome.system.network: shapes and answers.
// @app sockets
const { runtime, i18n, alarms } = chrome;
const kinds = (o, names) => names.map((n) => n + " " + typeof o[n]);
note("runtime", kinds(runtime, ["connect", "connectNative", "getBackgroundPage", "getManifest", "getPackageDirectoryEntry", "getPlatformInfo", "getURL", "getVersion",
  "id", "lastError", "openOptionsPage", "reload", "requestUpdateCheck", "restart", "restartAfterDelay", "sendMessage", "sendNativeMessage", "setUninstallURL", "getContexts",
  "onConnect", "onConnectExternal", "onInstalled", "onMessage", "onMessageExternal", "onRestartRequired", "onStartup", "onSuspend", "onSuspendCanceled", "onUpdateAvailable"]));
note("id", /^[a-p]{32}$/.test(runtime.id));
note("getURL", runtime.getURL("a/b?c#d").replace(runtime.id, "ID").replace(/^[a-z-]+:\/\/ID[^/]*/, "ORIGIN"));
note("getURL with a slash", runtime.getURL("/a") === runtime.getURL("a"));
note("getURL of nothing", runtime.getURL("") === location.origin + "/");
note("getURL belongs to this origin", runtime.getURL("x") === new URL("/x", location.href).href);
for (const path of ["a b", "//a", "../a", "a/../b", "./a", "http://x/y", "//host/x", "?q=\u00e9", "#h \u00e9", "%20", "%", "\u00e9", "javascript:1", "\"<>", "a'b", "a\nb"]) {
  note("getURL of " + JSON.stringify(path), runtime.getURL(path).slice(location.origin.length));
}
attempt("getURL()", () => runtime.getURL());
attempt("getURL(1)", () => runtime.getURL(1));
const manifest = runtime.getManifest();
note("getManifest", manifest.app ? { ...manifest, app: Object.keys(manifest.app) } : manifest);
note("getManifest makes a new object", runtime.getManifest() === manifest);
note("getVersion", runtime.getVersion && runtime.getVersion());
attempt("getManifest(1)", () => runtime.getManifest(1));
for (const name of ["OnInstalledReason", "OnRestartRequiredReason", "PlatformArch", "PlatformNaclArch", "PlatformOs", "RequestUpdateCheckStatus"]) note(name, runtime[name]);
await new Promise((done) => runtime.getPlatformInfo((info) => { note("getPlatformInfo", [Object.keys(info), info.os]); done(); }));
await see("requestUpdateCheck", (...args) => runtime.requestUpdateCheck(...args));
await promise("getPlatformInfo by promise", async () => Object.keys(await runtime.getPlatformInfo()));
await new Promise((done) => runtime.getBackgroundPage((page) => { note("getBackgroundPage", page === window); done(); }));
await promise("getBackgroundPage by promise", async () => (await runtime.getBackgroundPage()) === window);
note("the background page is", location.pathname);
note("app.runtime", kinds(chrome.app.runtime, ["onLaunched", "onRestarted", "onEmbedRequested"]));
note("app.window", kinds(chrome.app.window, ["create", "current", "get", "getAll", "canSetVisibleOnAllWorkspaces", "onClosed", "onBoundsChanged"]));
attempt("app.window.current in the background page", () => chrome.app.window.current());
attempt("app.window.getAll", () => chrome.app.window.getAll());
attempt("app.window.get of an unknown id", () => chrome.app.window.get("x"));

const send = (...args) => runtime.sendMessage(...args);
await see("sendMessage to nobody", send, { hello: 1 });
await promise("sendMessage to nobody by promise", () => runtime.sendMessage({ hello: 1 }));
await see("sendMessage to an unknown app", send, "abcdefghijklmnopabcdefghijklmnop", { hello: 1 });
for (const id of ["bad", "", "z".repeat(32), "A".repeat(32), "a".repeat(31), null]) {
  await see("sendMessage to the app " + id, send, id, 1);
  attempt("connect to the app " + id, () => typeof runtime.connect(id));
}
await form("sendMessage()", send);
await form("sendMessage(callback)", send, CALLBACK);
const heard = () => mark("heard my own message");
runtime.onMessage.addListener(heard);
await see("a page does not hear its own messages", send, { hello: 1 });
await take("nothing was heard", 0);
runtime.onMessage.removeListener(heard);
const port = runtime.connect({ name: "p" });
note("a port", [port.name, typeof port.postMessage, typeof port.disconnect, typeof port.onMessage.addListener, typeof port.onDisconnect.addListener, port.sender]);
await new Promise((done) => port.onDisconnect.addListener((p) => {
  note("connect to nobody disconnects", [p === port, runtime.lastError && runtime.lastError.message]);
  done();
}));
attempt("postMessage to a disconnected port", () => port.postMessage({}));
attempt("disconnect again", () => port.disconnect());

note("i18n", kinds(i18n, ["getAcceptLanguages", "getMessage", "getUILanguage", "detectLanguage"]));
attempt("getMessage without messages", () => i18n.getMessage("x"));
attempt("getMessage @@extension_id", () => i18n.getMessage("@@extension_id") === runtime.id);
attempt("getMessage @@ui_locale", () => i18n.getMessage("@@ui_locale"));
attempt("getMessage @@bidi_dir", () => i18n.getMessage("@@bidi_dir"));
attempt("getMessage @@bidi_reversed_dir", () => i18n.getMessage("@@bidi_reversed_dir"));
attempt("getMessage @@bidi_start_edge", () => i18n.getMessage("@@bidi_start_edge"));
attempt("getMessage()", () => i18n.getMessage());
attempt("getMessage(1)", () => i18n.getMessage(1));
attempt("getUILanguage", () => typeof i18n.getUILanguage());
await new Promise((done) => i18n.getAcceptLanguages((list) => { note("getAcceptLanguages", Array.isArray(list)); done(); }));

const interfaces = (...args) => chrome.system.network.getNetworkInterfaces(...args);
await new Promise((done) => interfaces((list) => {
  note("getNetworkInterfaces (offline)", list);
  note("its entries", list.every((i) => Object.keys(i).join() === "address,name,prefixLength"));
  done();
}));

const al = (name) => (...args) => alarms[name](...args);
await see("alarms.getAll", al("getAll"));
attempt("alarms.create", () => alarms.create("a", { when: Date.now() + 3600000 }));
attempt("alarms.create without a name", () => alarms.create({ delayInMinutes: 60 }));
attempt("alarms.create with a period", () => alarms.create("p", { periodInMinutes: 90 }));
for (const [label, info] of Object.entries({ nothing: {}, both: { when: 1, delayInMinutes: 1 }, unknown: { soon: 1 }, "a string": "x" })) {
  attempt("alarms.create(" + label + ")", () => { const p = alarms.create("bad", info); if (p && p.catch) p.catch(() => {}); return typeof p; });
}
const shape = (a) => a && [a.name, Object.keys(a).sort(), a.periodInMinutes, a.persistAcrossSessions];
await new Promise((done) => alarms.get("a", (a) => { note("alarms.get", shape(a)); done(); }));
await new Promise((done) => alarms.get("p", (a) => { note("alarms.get with a period", shape(a)); done(); }));
await new Promise((done) => alarms.get((a) => { note("alarms.get without a name", shape(a)); done(); }));
await new Promise((done) => alarms.get("missing", (...a) => { note("alarms.get of a missing one", [a.length, a[0], runtime.lastError]); done(); }));
await new Promise((done) => alarms.getAll((list) => { note("alarms.getAll now", list.map((a) => a.name).sort()); done(); }));
await see("alarms.clear", al("clear"), "a");
await see("alarms.clear again", al("clear"), "a");
await see("alarms.clear without a name", al("clear"));
await see("alarms.clearAll", al("clearAll"));
await see("alarms.clearAll again", al("clearAll"));
const rung = new Promise((done) => alarms.onAlarm.addListener((a) => done(a)));
alarms.create("now", { when: Date.now() - 1 });
const alarm = await Promise.race([rung, new Promise((r) => setTimeout(r, 5000))]);
note("an alarm in the past rings", shape(alarm));
