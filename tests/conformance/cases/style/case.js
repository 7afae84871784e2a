// How every page of an app looks before it says anything itself, what its own style can change, and what frames it.
// @app sockets
// @frames
const LOOKS = ["userSelect", "cursor", "fontSize", "overflowX", "overflowY", "marginTop"];
const looks = (element, names = LOOKS) => {
  const style = element.ownerDocument.defaultView.getComputedStyle(element);
  return names.map((name) => name + ": " + style[name]);
};
/** The fonts' names are the system's; whether two have the same is not. */
const font = (element) => element.ownerDocument.defaultView.getComputedStyle(element).fontFamily;
/** An element of that kind at the end of a page. */
const add = (page, name, parent = page.document.body) => parent.appendChild(page.document.createElement(name));
const window1 = await new Promise((done) => chrome.app.window.create("page.html", done));
const page = window1.contentWindow;
await until(() => page.document.readyState === "complete" && page.inner !== undefined, 8000);
note("the background page", looks(document.body));
note("a window's html", looks(page.document.documentElement));
note("a window's body", looks(page.document.body));
note("its font is another than html's", font(page.document.body) !== font(page.document.documentElement));
note("a paragraph", looks(add(page, "p"), ["cursor", "fontSize"]));
note("a heading", looks(add(page, "h1"), ["cursor", "fontSize"]));
const field = add(page, "input"), area = add(page, "textarea"), editable = add(page, "div");
editable.setAttribute("contenteditable", "");
note("a field", looks(field, ["cursor", "fontSize"]));
note("a text area", looks(area, ["cursor"]));
note("what can be edited", looks(editable, ["cursor", "fontSize"]));
note("a page in a frame", looks(page.inner.document.body));
note("its style sheets", [page.document.styleSheets.length, page.document.querySelectorAll("link, style").length]);
const sheet = add(page, "style", page.document.head);
for (const rule of ["html { overflow: auto }", "body { overflow-y: scroll; font-size: 20px; cursor: help; user-select: text }", "body { font-family: monospace }"]) {
  sheet.textContent += rule;
  note("with " + rule, [...looks(page.document.documentElement), ...looks(page.document.body)]);
}
note("its font is the app's", font(page.document.body));

// A page of an app is nobody's frame.
for (const [label, w] of Object.entries({ "the background page": window, "a window": page })) {
  note(label + ": parent", w.parent === w);
  note(label + ": frameElement", w.frameElement === null ? "null" : typeof w.frameElement);
}
note("a page in a frame: parent", page.inner.parent === page);
note("a page in a frame: frameElement", page.inner.frameElement === page.document.querySelector("iframe"));
note("a page in a frame has chrome", typeof page.inner.chrome.runtime.id);
const heard = [];
page.addEventListener("message", ({ data, source }) => heard.push([data, source === page]));
page.parent.postMessage("to its parent", "*");
await until(() => heard.length > 0);
note("a window's message to its parent", heard.splice(0));
attempt("parent may be assigned", () => { page.parent = 5; return page.parent; });
