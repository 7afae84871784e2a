// What becomes of the web's own objects, such as an element, where an app stores one or sends it in a message.
// @app all
const { local } = chrome.storage;
const form = document.createElement("form"), element = document.createElement("div");
form.innerHTML = '<input name="field" value="x">';
element.dataset.key = "value";
element.style.color = "red";
element.mine = 1;
const objects = {
  element, form, style: element.style, "a list of classes": element.classList,
  document, window, location, "a text": document.createTextNode("t"), "an event": new Event("x"), "a Blob": new Blob(["b"]), "a File": new File(["f"], "name"),
  "a URL": new URL("http://a.example/"), "parameters": new URLSearchParams("a=1"), "a form's data": new FormData(),
  "an AbortController": new AbortController(), "a Promise": Promise.resolve(1), "a WeakMap": new WeakMap(), "an Intl": new Intl.NumberFormat("en"), "a DOMException": new DOMException("m", "n"),
  "one of a class with a name": new (class { get [Symbol.toStringTag]() { return "Mine"; } p = 1; })(), "what inherits from an element": Object.create(element, { own: { value: 1, enumerable: true } }),
};
for (const [label, value] of Object.entries(objects)) {
  await call(local.set.bind(local), { value, list: [value], inside: { value, other: 1 } });
  await see("stored: " + label, (...args) => local.get(...args), null);
  await call(local.clear.bind(local));
}
await see("bytes of an element with a member", (...args) => local.getBytesInUse(...args), null);
