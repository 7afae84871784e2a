// What becomes of the web's lists and of a request where an app stores one.
// @app all
// @frames
const { local } = chrome.storage;
const form = document.createElement("form");
form.innerHTML = '<input name="field" value="x">';
form.dataset.key = "value";
const objects = { "a list of elements": form.elements, "what data- holds": form.dataset, "an element's children": form.children, "a request": new XMLHttpRequest() };
for (const [label, value] of Object.entries(objects)) {
  await call(local.set.bind(local), { value, list: [value], inside: { value, other: 1 } });
  await see("stored: " + label, (...args) => local.get(...args), null);
  await call(local.clear.bind(local));
}
