// What a page of a packaged app lacks or cannot do, and what is in its place.
// @app desk
for (const name of ["alert", "confirm", "prompt", "print", "stop"]) note("window." + name, typeof window[name]);
for (const name of ["alert", "confirm", "prompt"]) attempt("window." + name + "()", () => window[name]("?"));
for (const name of ["localStorage", "locationbar", "menubar", "personalbar", "scrollbars", "statusbar", "toolbar", "showModalDialog", "openDatabase"]) note("window." + name, typeof window[name]);
for (const name of ["alinkColor", "all", "bgColor", "fgColor", "linkColor", "vlinkColor"]) note("document." + name, typeof document[name]);
for (const name of ["write", "writeln", "open", "close", "clear"]) attempt("document." + name + "()", () => document[name]("x"));
for (const name of ["length", "state", "back", "forward", "go", "pushState", "replaceState", "scrollRestoration"]) note("history." + name, typeof history[name]);
const met = [];
for (const key in window) if (["history", "localStorage", "locationbar", "menubar", "personalbar", "scrollbars", "statusbar", "toolbar", "sessionStorage"].includes(key)) met.push(key);
note("what who goes through the window meets", met.sort());
for (const name of ["all", "bgColor", "linkColor", "write", "open", "clear"]) note("document." + name + " is enumerable", document.propertyIsEnumerable(name));
note("keys of history", Object.keys(history));
note("kind of history", Object.prototype.toString.call(history));
attempt("localStorage may be assigned", () => { window.localStorage = 5; return window.localStorage; });
attempt("history.pushState may be assigned", () => { history.pushState = 5; return history.pushState; });
attempt("alert may be assigned", () => { window.alert = () => 6; return window.alert(); });
for (const name of ["onunload", "onbeforeunload"]) {
  attempt(name + " forgets what it is given", () => { window[name] = () => {}; return window[name]; });
  note(name + " is there", name in window);
}
const heard = [];
for (const type of ["unload", "beforeunload", "pagehide", "made up"]) {
  window.addEventListener(type, () => heard.push(type));
  window["on" + type] = () => heard.push("on" + type);
  window.dispatchEvent(new Event(type));
}
note("heard", heard);
window.addEventListener("once", () => heard.push("once"), { once: true });
for (let i = 0; i < 2; i++) window.dispatchEvent(new Event("once"));
const handler = { handleEvent(event) { heard.push(event.type + ", an object"); } };
window.addEventListener("object", handler);
window.dispatchEvent(new Event("object"));
window.removeEventListener("object", handler);
window.dispatchEvent(new Event("object"));
note("other listeners work as ever", heard.slice(2));
attempt("addEventListener returns", () => window.addEventListener("unload", () => {}));
note("sessionStorage", typeof sessionStorage);
attempt("sessionStorage keeps", () => {
  sessionStorage.setItem("a", 1);
  sessionStorage.b = "two";
  const seen = [sessionStorage.getItem("a"), sessionStorage.b, sessionStorage.length, sessionStorage.getItem("c"), typeof sessionStorage.key(0), sessionStorage.key(9)];
  sessionStorage.removeItem("a");
  delete sessionStorage.b;
  return [...seen, sessionStorage.length];
});
attempt("sessionStorage is cleared", () => { sessionStorage.setItem("x", "y"); sessionStorage.clear(); return [sessionStorage.length, sessionStorage.x === undefined, Object.keys(sessionStorage)]; });
note("what was put into the page's head", [...document.head.childNodes].map((node) => node.nodeName));
for (const name of ["userAgent", "appVersion"]) note(name + " tells a version of Chrome", /Chrome\/[1-9][0-9]+(\.[0-9]+){3}/.test(navigator[name]));
