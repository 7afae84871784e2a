// chrome.app.window: the order in which a window comes up and goes, what it is to its pages.
// @app sockets
const steps = [];
globalThis.step = (label) => steps.push(label);
const reached = (label) => until(() => steps.includes(label), 8000);
const create = (...args) => chrome.app.window.create(...args);
let first;
chrome.app.window.create("window.html", { id: "first", innerBounds: { width: 300, height: 200 } }, function (w) {
  first = w;
  step("callback: document is " + w.contentWindow.document.readyState + ", its script " + (w.contentWindow.ran ? "ran" : "did not run yet"));
  w.contentWindow.addEventListener("DOMContentLoaded", () => step("DOMContentLoaded, heard from the callback"));
  w.contentWindow.addEventListener("load", () => step("load, heard from the callback"));
  w.contentWindow.fromBackground = "set in the callback";
  w.onClosed.addListener(() => step("onClosed"));
});
step("create returned");
await reached("load, heard from the callback");
await reached("the window's own call is answered");
note("the order of creation", steps.splice(0));
note("what the callback set is there", first.contentWindow.fromBackground);
note("the window's kinds", ["contentWindow", "id", "innerBounds", "outerBounds", "close", "focus", "show", "hide", "minimize", "maximize", "restore", "fullscreen", "isFullscreen",
  "isMinimized", "isMaximized", "drawAttention", "clearAttention", "isAlwaysOnTop", "setAlwaysOnTop", "onClosed", "onBoundsChanged", "onFullscreened", "onMaximized",
  "onMinimized", "onRestored", "hidden", "getBounds", "setBounds", "moveTo", "resizeTo", "setIcon", "alphaEnabled", "contentWindow"].map((k) => k + " " + typeof first[k]));
note("id", first.id);
note("inner width and height", [first.innerBounds.width, first.innerBounds.height]);
note("current() in the window is the same object", first.contentWindow.chrome.app.window.current() === first);
note("current().contentWindow is its window", first.contentWindow.chrome.app.window.current().contentWindow === first.contentWindow);
note("get by id", chrome.app.window.get("first") === first);
note("getAll", chrome.app.window.getAll().map((w) => w.id));
note("its own realm", [first.contentWindow.Object !== Object, first.contentWindow.chrome !== chrome]);
await new Promise((done) => first.contentWindow.chrome.runtime.getBackgroundPage((page) => { note("getBackgroundPage in the window", page === window); done(); }));
note("opener", first.contentWindow.opener === null ? "null" : typeof first.contentWindow.opener);
note("the page's path", first.contentWindow.location.pathname);
await new Promise((done) => create("window.html", { id: "first" }, (w) => { note("the same id: the same window", w === first); done(); }));

// Callbacks and events belong to the page whose chrome was asked.
const theirs = first.contentWindow.chrome;
const socket = await new Promise((done) => theirs.sockets.udp.create({}, (info) => done(info)));
note("a socket of the window's belongs to the app", await new Promise((done) => udp.getInfo(socket.socketId, (info) => done(!chrome.runtime.lastError && info.paused === false))));
note("an object from the window's API is of its realm", socket instanceof first.contentWindow.Object);
await call(udp.bind, socket.socketId, "127.0.0.1", 0);
const { localPort } = await call(udp.getInfo, socket.socketId);
const both = [];
const inWindow = (info) => both.push(["window", info.data instanceof first.contentWindow.ArrayBuffer]);
const inBackground = (info) => both.push(["background", info.data instanceof ArrayBuffer]);
theirs.sockets.udp.onReceive.addListener(inWindow);
udp.onReceive.addListener(inBackground);
await call(udp.send, socket.socketId, text("x"), "127.0.0.1", localPort);
await until(() => both.length >= 2);
note("every page hears an event, with data of its own", both.sort());
udp.onReceive.removeListener(inBackground);
theirs.sockets.udp.onReceive.removeListener(inWindow);
await take("the event", 1);
const heard = [];
const late = () => heard.push("the other page, which listens since");
const early = async () => {
  heard.push("a page");
  await null;
  heard.push("what it promised");
  theirs.sockets.udp.onReceive.addListener(late);
};
udp.onReceive.addListener(early);
await call(udp.send, socket.socketId, text("x"), "127.0.0.1", localPort);
await until(() => heard.length >= 3);
note("what a page promises is done before the next page hears", heard);
udp.onReceive.removeListener(early);
theirs.sockets.udp.onReceive.removeListener(late);
await take("that event", 1);

const goneChrome = first.contentWindow.chrome;
const goneApi = goneChrome.sockets.udp, goneEvent = goneApi.onReceive, goneRuntime = goneChrome.runtime;
first.close();
step("close returned");
await reached("onClosed");
note("the order of closing", steps.splice(0));
note("getAll after closing (race)", chrome.app.window.getAll().length);
note("get after closing (race)", Boolean(chrome.app.window.get("first")));
note("contentWindow after closing", first.contentWindow === null ? "null" : typeof first.contentWindow);
// Its page is gone, and what is still held of its API with it.
await until(() => goneRuntime.id === undefined, 3000);
for (const [label, code] of Object.entries({
  "a call": () => goneApi.create({}, () => {}),
  "a call with a wrong argument": () => goneApi.create(1),
  "a call of runtime": () => goneRuntime.getPlatformInfo(() => {}),
  "a message": () => goneRuntime.sendMessage({}, () => {}),
  "getURL": () => typeof goneRuntime.getURL("x"),
  "getManifest": () => typeof goneRuntime.getManifest(),
  "its id": () => typeof goneRuntime.id,
  "app.window.current": () => typeof goneChrome.app.window.current(),
  "addListener": () => goneEvent.addListener(() => {}),
  "hasListeners": () => goneEvent.hasListeners(),
  "removeListener": () => goneEvent.removeListener(() => {}),
})) attempt("after it closed: " + label, code);
await see("a socket made by a window outlives it", udp.send, socket.socketId, bytes(1), "127.0.0.1", localPort);
await until(1);
await take("and receives", 1);

await new Promise((done) => create("window.html", (w) => { note("without options: an id", w.id); w.onClosed.addListener(done); w.contentWindow.close(); }));
note("window.close() closes (race)", chrome.app.window.getAll().length);
let hiddenWindow;
await new Promise((done) => create("window.html", { hidden: true }, (w) => { hiddenWindow = w; done(); }));
note("hidden", hiddenWindow.hidden);
/** Whether a window's document says that it is hidden, once it has said so often enough that it changed. */
const changes = (w) => { let count = 0; w.contentWindow.document.addEventListener("visibilitychange", () => count++); return () => count; };
const looks = ({ contentWindow: { document: d } }) => [d.hidden, d.visibilityState];
const changed = changes(hiddenWindow);
note("a window that was made hidden", looks(hiddenWindow));
hiddenWindow.show();
await until(() => hiddenWindow.contentWindow.innerWidth > 0, 1000);
note("shown", [looks(hiddenWindow), changed()]);
hiddenWindow.hide();
await until(() => changed() === 1, 2000);
note("hidden again", [looks(hiddenWindow), changed()]);
hiddenWindow.show();
await until(() => changed() === 2, 2000);
note("shown again", [looks(hiddenWindow), changed()]);
for (const [label, code] of Object.entries({
  "setAlwaysOnTop()": (w) => w.setAlwaysOnTop(), "setAlwaysOnTop(1)": (w) => w.setAlwaysOnTop(1), "isAlwaysOnTop after that": (w) => w.isAlwaysOnTop(), "show(text)": (w) => w.show("x"), "show(null)": (w) => w.show(null),
  "moveTo(1)": (w) => w.moveTo(1), "resizeTo()": (w) => w.resizeTo(), "setBounds()": (w) => w.setBounds(), "setBounds({})": (w) => w.setBounds({}),
})) attempt(label, () => code(hiddenWindow));
await form("showInShelf without an id", create, "window.html", { showInShelf: true }, CALLBACK);
for (const url of ["http://example.com/", "//example.com/", "javascript:1", "data:text/html,x", "about:blank"]) await form("a window of " + url, create, url, {}, CALLBACK);
await promise("a window of an address by promise", () => create("http://example.com/", {}));
note("an address of the app's own", await new Promise((done) => create(chrome.runtime.getURL("window.html"), {}, (w) => { done(chrome.runtime.lastError ? chrome.runtime.lastError.message : "made"); if (w) w.close(); })));
await form("create()", create);
await form("create(1)", create, 1);
await form("unknown option", create, "window.html", { nope: 1 }, CALLBACK);
await form("bounds of the wrong type", create, "window.html", { innerBounds: { width: "x" } }, CALLBACK);
await promise("create by promise", async () => { const w = await create("window.html", {}); const ok = !!w.contentWindow; w.close(); return ok; });
const order = [];
for (const n of [1, 2, 3]) create("window.html", { id: "w" + n }, (w) => order.push(w.id));
await until(() => order.length === 3, 8000);
note("three at once answer (race)", order);
note("getAll lists all", chrome.app.window.getAll().map((w) => w.id).filter((id) => id.startsWith("w")).sort());
for (const w of chrome.app.window.getAll()) w.close();
await until(() => chrome.app.window.getAll().length === 0);
steps.length = 0;
