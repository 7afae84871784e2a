// chrome.contextMenus: what is taken and what is refused. No menu is opened.
// @app desk
const { create, update, remove, removeAll } = chrome.contextMenus;
const items = {
  "without an id": { title: "x" },
  "of nothing": {},
  "with an unknown key": { id: "a", title: "x", nope: 1 },
  "without a title": { id: "b" },
  "with an empty title": { id: "b", title: "" },
  "a separator": { id: "separator", type: "separator" },
  "of a bad type": { id: "c", title: "x", type: "nope" },
  "for a bad context": { id: "c", title: "x", contexts: ["nope"] },
  "for no context": { id: "c", title: "x", contexts: [] },
  "for the launcher": { id: "launcher", title: "x", contexts: ["launcher"] },
  "for all": { id: "all", title: "x", contexts: ["all"] },
  "for a page": { id: "page", title: "x", contexts: ["page"] },
  "for a browser action": { id: "d", title: "x", contexts: ["browser_action"] },
  "for a page action": { id: "d", title: "x", contexts: ["page_action"] },
  "for an action": { id: "d", title: "x", contexts: ["action"] },
  "for page and action": { id: "d", title: "x", contexts: ["page", "action"] },
  "for a tab": { id: "tab", title: "x", contexts: ["tab"] },
  "with onclick": { id: "e", title: "x", onclick: () => {} },
  "with onclick and no id": { title: "x", onclick: () => {} },
  "with onclick null": { id: "null", title: "x", onclick: null },
  "that is a parent": { id: "parent", title: "x" },
  "that is a child": { id: "child", title: "x", parentId: "parent" },
  "that is a grandchild": { id: "grandchild", title: "x", parentId: "child" },
  "of an unknown parent": { id: "f", title: "x", parentId: "none" },
  "of a parent with a number": { id: "f", title: "x", parentId: 7 },
  "of a parent that is no place for children": { id: "f", title: "x", parentId: "separator" },
  "that is there": { id: "parent", title: "y" },
  "that is there and has no title": { id: "parent" },
  "with a number for its id": { id: 5, title: "x" },
  "a checkbox": { id: "checkbox", title: "x", type: "checkbox", checked: true },
  "a radio": { id: "radio", title: "x", type: "radio", checked: true },
  "with an empty id": { id: "", title: "x" },
  "that is normal and checked": { id: "checked", title: "x", checked: true },
  "with a bad pattern": { id: "g", title: "x", documentUrlPatterns: ["nope"] },
  "with a bad target pattern": { id: "g", title: "x", targetUrlPatterns: ["nope"] },
  "with patterns": { id: "patterns", title: "x", documentUrlPatterns: ["http://*/*"], targetUrlPatterns: ["<all_urls>"] },
  "with a selection in its title": { id: "selection", title: "x %s", contexts: ["selection"] },
  "invisible": { id: "invisible", title: "x", visible: false, enabled: false },
};
for (const [label, item] of Object.entries(items)) await form("create " + label, create, item, CALLBACK);
for (const [label, args] of Object.entries({ nothing: [], null: [null], "a text": ["x"], "two": [{ id: "z", title: "x" }, {}] })) await form("create with " + label, create, ...args, CALLBACK);
attempt("create returns the id", () => create({ id: "returned", title: "x" }, () => chrome.runtime.lastError));
attempt("create returns a number for one without an id", () => typeof create({ title: "x" }, () => chrome.runtime.lastError));
attempt("without a callback", () => create({ id: "quiet", title: "x" }));
const changes = {
  "a title": ["parent", { title: "z" }],
  "nothing": ["parent", {}],
  "an unknown item": ["none", { title: "z" }],
  "an item with a number": [1, { title: "z" }],
  "without properties": ["parent"],
  "the parent to itself": ["parent", { parentId: "parent" }],
  "the parent to its child": ["parent", { parentId: "child" }],
  "the parent to its grandchild": ["parent", { parentId: "grandchild" }],
  "the parent to nobody's child": ["child", { parentId: "none" }],
  "an unknown key": ["parent", { nope: 1 }],
  "the id": ["parent", { id: "x" }],
  "the type": ["parent", { type: "checkbox", checked: true }],
  "to a separator": ["parent", { type: "separator" }],
  "the contexts": ["parent", { contexts: ["launcher"] }],
  "to no context": ["parent", { contexts: [] }],
  "to an action": ["parent", { contexts: ["action"] }],
  "onclick": ["parent", { onclick: () => {} }],
  "an empty title": ["parent", { title: "" }],
  "a bad pattern": ["parent", { documentUrlPatterns: ["nope"] }],
};
for (const [label, args] of Object.entries(changes)) await form("update " + label, update, ...args, CALLBACK);
await promise("update by promise", () => update("parent", { title: "p" }));
await form("remove a parent", remove, "parent", CALLBACK);
await form("remove it again", remove, "parent", CALLBACK);
await form("its child went with it", remove, "child", CALLBACK);
await form("its grandchild, too", remove, "grandchild", CALLBACK);
await form("remove a number", remove, 3, CALLBACK);
await form("remove nothing", remove, CALLBACK);
await promise("remove by promise", () => remove("all"));
await promise("remove an unknown one by promise", () => remove("all"));
await form("removeAll", removeAll, CALLBACK);
await form("removeAll again", removeAll, CALLBACK);
await promise("removeAll by promise", () => removeAll());
await form("removeAll of something", removeAll, 1, CALLBACK);
await form("after removeAll", create, items["that is a parent"], CALLBACK);
note("constants", [chrome.contextMenus.ACTION_MENU_TOP_LEVEL_LIMIT, chrome.contextMenus.ContextType, chrome.contextMenus.ItemType]);
attempt("onClicked takes no filter", () => chrome.contextMenus.onClicked.addListener(() => {}, {}));
