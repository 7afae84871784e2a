// What an AppWindow is: its members, with and without their object; limits of its size; pages that are not there.
// @app sockets
const create = (...args) => chrome.app.window.create(...args);
const make = (url, options) => new Promise((done) => create(url, options, done));
const names = (object) => Object.getOwnPropertyNames(object).filter((name) => name !== "constructor").sort();
const describe = (object, name) => {
  const d = Object.getOwnPropertyDescriptor(object, name);
  const flags = ["writable", "enumerable", "configurable"].filter((flag) => d[flag]).join(" ");
  if (!("value" in d)) return [flags, typeof d.get, typeof d.set];
  return typeof d.value === "function" ? [flags, d.value.name, d.value.length] : [flags, typeof d.value];
};
const first = await make("page.html", { id: "first", innerBounds: { width: 400, height: 300, minWidth: 100, minHeight: 90, maxWidth: 800, maxHeight: 700 } });
const prototype = Object.getPrototypeOf(first);
note("own", names(first));
for (const name of names(first)) note("own " + name, describe(first, name));
note("inherited", names(prototype));
for (const name of names(prototype)) note("inherited " + name, describe(prototype, name));
note("its class", [prototype.constructor.name, prototype.constructor.length, Object.prototype.toString.call(first)]);
note("what that inherits is of its page", Object.getPrototypeOf(prototype) === first.contentWindow.Object.prototype);
const bounds = Object.getPrototypeOf(first.innerBounds);
note("bounds", [names(first.innerBounds), names(bounds), bounds.constructor.name, bounds === Object.getPrototypeOf(first.outerBounds)]);
for (const name of names(bounds).filter((n) => !n.startsWith("set"))) note("bounds: " + name, describe(bounds, name));
note("its events are its own", [first.onClosed === first.contentWindow.chrome.app.window.onClosed, first.onClosed === chrome.app.window.onClosed]);
const listed = [];
for (const name in first) listed.push(name);
note("for in", listed.sort());
attempt("JSON", () => Object.keys(JSON.parse(JSON.stringify(first))));
const second = await make("page.html", { id: "second" });
note("another has another class", Object.getPrototypeOf(second) !== prototype);
for (const [label, code] of Object.entries({
  "id may not be assigned": (w) => { w.id = "other"; return w.id; }, "more may be": (w) => { w.extra = 5; return chrome.app.window.get("second").extra; },
  "events may be": (w) => { w.onClosed = 5; return w.onClosed; }, "methods may be": (w) => { w.hide = 5; const now = w.hide; delete w.hide; return [now, typeof w.hide]; },
  "contentWindow may be": (w) => { w.contentWindow = 5; const now = w.contentWindow; delete w.contentWindow; return [now, typeof w.contentWindow]; },
  "bounds may be": (w) => { const old = w.innerBounds; w.innerBounds = 5; const now = w.innerBounds; w.innerBounds = old; return now; },
})) attempt(label, () => code(second));
for (const name of ["getBounds", "isMaximized", "isMinimized", "isFullscreen", "isAlwaysOnTop", "alphaEnabled", "focus", "show", "drawAttention", "clearAttention", "restore"]) {
  attempt(name + " without its object", () => typeof (0, first[name])());
}
for (const name of ["clearAttention", "drawAttention", "focus", "fullscreen", "hide", "maximize", "minimize", "restore"]) attempt(name + "(1)", () => first[name](1));
for (const name of ["setIcon", "setAlwaysOnTop", "setVisibleOnAllWorkspaces", "show"]) {
  for (const args of [["x"], [1], [null], [true, 1]]) attempt(name + JSON.stringify(args), () => first[name](...args));
}
for (const name of ["setIcon", "setAlwaysOnTop", "setVisibleOnAllWorkspaces"]) attempt(name + "()", () => first[name]());
note("what a page without the permission lacks", ["setShape", "setInterceptAllKeys"].map((name) => typeof first[name]));

const { innerBounds } = first;
const limits = () => [innerBounds.minWidth, innerBounds.minHeight, innerBounds.maxWidth, innerBounds.maxHeight];
const usual = [100, 90, 800, 700];
/** A change takes a moment, and many of them come to nothing. */
const after = async (what, change) => {
  let done = false;
  attempt(what, () => { change(); done = true; return "done"; });
  if (!done) return note(what + ": the limits", limits());
  await until(() => String(limits()) !== String(usual), 500);
  note(what + ": the limits", limits());
  innerBounds.setMinimumSize(100, 90);
  innerBounds.setMaximumSize(800, 700);
  await until(() => String(limits()) === String(usual), 3000);
  innerBounds.setSize(400, 300);
  await until(() => innerBounds.width === 400 && innerBounds.height === 300, 3000);
};
note("the limits", limits());
const odd = { null: null, undefined: undefined, 0: 0, "-5": -5, 50: 50, 1.5: 1.5, text: "x", NaN: NaN, "{}": {} };
for (const key of ["minWidth", "maxWidth", "minHeight", "maxHeight"]) {
  for (const [label, value] of Object.entries(odd)) await after(key + " = " + label, () => { innerBounds[key] = value; });
}
for (const method of ["setMinimumSize", "setMaximumSize"]) {
  for (const args of [[], [null, null], [undefined, 200], [150, null], [200], ["x", 1], [120, 130, 3], [150.5, 1], [0, 0]]) await after(method + JSON.stringify(args), () => innerBounds[method](...args));
}

// A page of a window that sets its own `close`.
let asked = 0;
second.contentWindow.close = () => asked++;
second.close();
note("close asks the page's own", [asked, chrome.app.window.get("second") === second]);
delete second.contentWindow.close;
const gone = new Promise((done) => first.onClosed.addListener(done));
const { runtime } = first.contentWindow.chrome;
first.close();
await gone;
await until(() => runtime.id === undefined, 3000);
for (const name of ["clearAttention", "drawAttention", "focus", "fullscreen", "hide", "maximize", "minimize", "restore", "show"]) attempt("closed: " + name, () => first[name]());
for (const name of ["isAlwaysOnTop", "isFullscreen", "isMaximized", "isMinimized", "alphaEnabled", "close"]) attempt("closed: " + name, () => first[name]());
attempt("closed: setAlwaysOnTop", () => first.setAlwaysOnTop(true));
attempt("closed: setBounds", () => first.setBounds({ width: 300 }));
attempt("closed: id", () => first.id);
attempt("closed: contentWindow", () => [typeof first.contentWindow, first.contentWindow.closed]);

for (const url of ["missing.html", "", "/", "no/such/page.html", "missing.html?x", "missing.html#y", "../missing.html", "page.html/", "PAGE.HTML"]) {
  const answer = await new Promise((done) => create(url, { id: url }, (...args) => {
    const error = chrome.runtime.lastError;
    done([args.length, typeof args[0], error === undefined ? null : error.message, chrome.app.window.get(url) === null]);
    for (const made of args) if (made) made.close();
  }));
  note("a window of " + JSON.stringify(url), answer);
}
await promise("a missing page by promise", () => create("missing.html", {}));
let answers = 0;
for (let i = 0; i < 2; i++) create("missing.html", { id: "twice" }, (w) => { if (w === undefined) answers++; });
await until(() => answers === 2);
note("a missing page asked for twice", answers);
note("page with a query", await new Promise((done) => create("page.html?a=b#c", {}, (w) => { done([w.contentWindow.location.search, w.contentWindow.location.hash]); w.close(); })));
note("a page whose name is escaped", await new Promise((done) => create("%70age.html", {}, (w) => { done(w.contentWindow.location.pathname); w.close(); })));
