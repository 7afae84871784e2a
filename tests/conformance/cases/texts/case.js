// chrome.i18n with texts of the app's own: what is put into them, and where else they are filled in.
// @app texts
const { i18n } = chrome;
const lists = { nothing: undefined, null: null, "a text": "Bob", "a list": ["Bob", "3", "4"], "a short list": ["Bob"], numbers: [1, 2, 3], marks: ["$1", "$$", "$NAME$"], "what HTML minds": ["<x>", "&", "<"], "nine": [..."123456789"], "ten": [..."1234567890"], "an object": { a: 1 } };
for (const name of ["greeting", "GREETING", "places", "plain", "missing"]) {
  for (const [label, list] of Object.entries(lists)) attempt(`${name} with ${label}`, () => i18n.getMessage(name, list));
}
for (const [label, options] of Object.entries({ "escapeLt": { escapeLt: true }, "escapeLt false": { escapeLt: false }, "no option": {}, "null": null, "another option": { x: 1 }, "escapeLt null": { escapeLt: null } })) {
  attempt("options: " + label, () => i18n.getMessage("greeting", ["<x>", "1", "2"], options));
}
note("the manifest's name", chrome.runtime.getManifest().name);
note("the manifest's current_locale", chrome.runtime.getManifest().current_locale);
note("a style sheet that is read", await (await fetch("style.css")).text());
