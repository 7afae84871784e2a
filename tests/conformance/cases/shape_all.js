// Everything under chrome, for an app that asks for much: what there is, of which kind, and whether it may be changed.
// @app all
const seen = new Map();
/** What is the browser's own business, or differs at each load. */
const OTHERS = ["chrome.runtime.id", "chrome.runtime.dynamicId", "chrome.app.window.initializeAppWindow"];
const kindOf = (value) => value === null ? "null" : typeof value;
function describe(path, object, name) {
  const d = Object.getOwnPropertyDescriptor(object, name);
  const value = object[name];
  const flags = ["writable", "enumerable", "configurable"].filter((flag) => d[flag]).join(" ");
  const shown = kindOf(value) === "function" ? [path.includes("FileEntry") || name === "chooseFile" ? "" : value.name, value.length] : kindOf(value) === "object" ? "" : value;
  return ["value" in d || name === "onChanged" ? kindOf(value) : "accessor", name === "onChanged" ? "" : flags, shown];
}
function walk(path, object) {
  if (seen.has(object)) return note(path + " is", seen.get(object));
  seen.set(object, path);
  const names = Object.getOwnPropertyNames(object).filter((name) => !OTHERS.includes(path + "." + name)).sort();
  note(path + " has", names);
  note(path + ": kind", [Object.prototype.toString.call(object), Object.isExtensible(object), Object.getOwnPropertySymbols(object).length]);
  for (const name of names) {
    note(path + "." + name, describe(path + "." + name, object, name));
    if (kindOf(object[name]) === "object") walk(path + "." + name, object[name]);
  }
}
walk("chrome", chrome);
for (const path of ["app.runtime", "app.runtime.LaunchSource", "app.window.State", "alarms", "idle", "power.Level", "runtime.PlatformOs", "system.display", "clipboard", "notifications", "contextMenus"]) {
  noteKeys("in order: " + path, path.split(".").reduce((object, name) => object[name], chrome));
}
note("chrome.app.window: what no app can use", ["initializeAppWindow"].filter((name) => name in chrome.app.window));
const event = Object.getPrototypeOf(chrome.runtime.onMessage);
note("what events inherit of", [event === Object.prototype, Object.getOwnPropertyNames(event), event.constructor.name, event.constructor.length, Object.getPrototypeOf(event) === Object.prototype]);
note("all the same", [Object.getPrototypeOf(chrome.sockets.tcp.onReceive) === event, Object.getPrototypeOf(chrome.alarms.onAlarm) === event]);
attempt("making one", () => new event.constructor());
attempt("calling it", () => event.constructor());
attempt("a class of one's own", () => new (class Mine extends event.constructor {})());
attempt("an object that inherits of an event", () => Object.create(chrome.runtime.onMessage).hasListeners());
attempt("a method with another event", () => chrome.runtime.onMessage.hasListeners.call(chrome.alarms.onAlarm));
attempt("freezing an event", () => { Object.freeze(chrome.idle.onStateChanged); chrome.idle.onStateChanged.addListener(() => {}); return chrome.idle.onStateChanged.hasListeners(); });
attempt("freezing a namespace", () => { "use strict"; Object.freeze(chrome.power); chrome.power.releaseKeepAwake(); return Object.isFrozen(chrome.power); });
attempt("putting another in its place", () => { const { idle } = chrome; chrome.idle = 5; const now = chrome.idle; chrome.idle = idle; return now; });
note("csi", Object.entries(chrome.csi()).map(([name, value]) => [name, typeof value]));
note("loadTimes", Object.entries(chrome.loadTimes()).map(([name, value]) => [name, typeof value === "number" ? "a number" : value]));
const shadow = chrome.dom.openOrClosedShadowRoot;
attempt("the shadow of an element without one", () => shadow(document.createElement("div")));
const withShadow = (mode) => {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode });
  const found = shadow(host);
  return found === root ? "its shadow" : String(found);
};
for (const mode of ["open", "closed"]) note("the shadow of an element with " + (mode === "open" ? "an open one" : "a closed one"), "attachShadow" in Element.prototype ? withShadow(mode) : "none");
for (const [label, args] of Object.entries({ "nothing": [], "a number": [1], "null": [null], "an object": [{}], "text": [document.createTextNode("x")], "the document": [document] })) attempt("the shadow of " + label, () => shadow(...args));

const { display } = chrome.system;
const quad = Object.fromEntries([1, 2, 3, 4].map((n) => ["pair" + n, { displayPoint: { x: 0, y: 0 }, touchPoint: { x: 0, y: 0 } }]));
const box = { left: 0, top: 0, width: 1, height: 1 };
for (const [name, args] of Object.entries({ setDisplayProperties: ["0", {}], setDisplayLayout: [[]], showNativeTouchCalibration: ["0"], setMirrorMode: [{ mode: "off" }], getDisplayLayout: [] })) {
  await form("display." + name, display[name], ...args, CALLBACK);
  await promise("display." + name + " by promise", () => display[name](...args));
  attempt("display." + name + " with a symbol", () => display[name](Symbol()));
}
for (const [name, args] of Object.entries({ enableUnifiedDesktop: [true], overscanCalibrationStart: ["0"], overscanCalibrationAdjust: ["0", { left: 0, top: 0, right: 0, bottom: 0 }], overscanCalibrationReset: ["0"], overscanCalibrationComplete: ["0"], startCustomTouchCalibration: ["0"], completeCustomTouchCalibration: [quad, box], clearTouchCalibration: ["0"] })) {
  await form("display." + name, display[name], ...args);
  await form("display." + name + " with a callback", display[name], ...args, CALLBACK);
  attempt("display." + name + "()", () => display[name]());
}
const { setImageData } = chrome.clipboard;
const items = { none: [], "null": [null], "[]": [[]], text: [[{ type: "textPlain", data: "x" }]], "an unknown type": [[{ type: "x", data: "x" }]], "no type": [[{ data: "x" }]], "no data": [[{ type: "textHtml" }]] };
for (const [label, more] of Object.entries(items)) await form("setImageData, " + label, setImageData, new ArrayBuffer(4), "png", ...more, CALLBACK);
await form("setImageData of a view", setImageData, new Uint8Array(4), "jpeg", CALLBACK);
await form("setImageData of a text", setImageData, "x", "png", CALLBACK);
await form("setImageData, unknown kind", setImageData, new ArrayBuffer(4), "gif", CALLBACK);
await promise("setImageData by promise", () => setImageData(new ArrayBuffer(4), "png"));
attempt("setImageData()", () => setImageData());
for (const area of ["local", "sync", "managed"]) {
  const set = (...args) => chrome.storage[area].setAccessLevel(...args);
  for (const accessLevel of ["TRUSTED_CONTEXTS", "TRUSTED_AND_UNTRUSTED_CONTEXTS"]) await form(area + ".setAccessLevel " + accessLevel, set, { accessLevel }, CALLBACK);
}
const level = (...args) => chrome.storage.local.setAccessLevel(...args);
await promise("setAccessLevel by promise", () => level({ accessLevel: "TRUSTED_CONTEXTS" }));
for (const [label, args] of Object.entries({ nothing: [], "{}": [{}], "an unknown level": [{ accessLevel: "x" }], "a text": ["TRUSTED_CONTEXTS"] })) attempt("setAccessLevel of " + label, () => level(...args));
