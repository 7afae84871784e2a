// chrome.notifications: what is taken and what is refused. Whether anything is shown is not asked.
// @app desk
const { create, update, clear, getAll } = chrome.notifications;
const picture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const basic = { type: "basic", title: "t", message: "m", iconUrl: picture };
const ids = new Set();
/** Observe a call; of an id that was made up, that it was. */
async function look(what, fn, ...args) {
  const { seen, raw } = await begin(fn, ...args);
  if (typeof raw === "string") ids.add(raw);
  const made = /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(raw);
  if (made) note(what, "made up: " + raw.length);
  else note(what, seen.throws ? seen.throws.replace(/^TypeError: Error in invocation of [^(]*\(.*?\): /, "") : [seen.args, seen.lastError || null]);
}
const made = {
  "basic": ["basic", basic],
  "again": ["basic", basic],
  "no id": [basic],
  "an empty id": ["", basic],
  "id null": [null, basic],
  "no icon": ["a", { ...basic, iconUrl: undefined }],
  "no title": ["a", { ...basic, title: undefined }],
  "no message": ["a", { ...basic, message: undefined }],
  "no type": ["a", { ...basic, type: undefined }],
  "an empty title and message": ["empty", { ...basic, title: "", message: "" }],
  "a bad type": ["a", { ...basic, type: "nope" }],
  "an unknown key": ["a", { ...basic, nope: 1 }],
  "an icon that is not there": ["a", { ...basic, iconUrl: "nothing.png" }],
  "an icon that is a script": ["a", { ...basic, iconUrl: "case.js" }],
  "an icon that is broken": ["a", { ...basic, iconUrl: "data:image/png;base64,AAAA" }],
  "an empty icon": ["a", { ...basic, iconUrl: "" }],
  "an icon that is no address": ["a", { ...basic, iconUrl: "http://" }],
  "a list": ["list", { ...basic, type: "list", items: [{ title: "a", message: "b" }] }],
  "a list without rows": ["a", { ...basic, type: "list" }],
  "a list of no row": ["a", { ...basic, type: "list", items: [] }],
  "a progress": ["progress", { ...basic, type: "progress", progress: 50 }],
  "a progress without a number": ["progress without", { ...basic, type: "progress" }],
  "a progress of 101": ["a", { ...basic, type: "progress", progress: 101 }],
  "a progress of -1": ["a", { ...basic, type: "progress", progress: -1 }],
  "a progress that is basic": ["a", { ...basic, progress: 5 }],
  "an image": ["image", { ...basic, type: "image", imageUrl: picture }],
  "an image without one": ["a", { ...basic, type: "image" }],
  "an image that is not there": ["a", { ...basic, type: "image", imageUrl: "nothing.png" }],
  "an image that is basic": ["a", { ...basic, imageUrl: picture }],
  "a list that is basic": ["a", { ...basic, items: [{ title: "a", message: "b" }] }],
  "no rows that are basic": ["no rows", { ...basic, items: [] }],
  "a list with progress": ["a", { ...basic, type: "list", items: [{ title: "a", message: "b" }], progress: 5 }],
  "buttons": ["buttons", { ...basic, buttons: [{ title: "b" }] }],
  "three buttons": ["three buttons", { ...basic, buttons: [{ title: "b" }, { title: "c" }, { title: "d" }] }],
  "a button whose icon is not there": ["a", { ...basic, buttons: [{ title: "b", iconUrl: "nothing.png" }] }],
  "a third button whose icon is not there": ["third", { ...basic, buttons: [{ title: "b" }, { title: "c" }, { title: "d", iconUrl: "nothing.png" }] }],
  "a button without a title": ["a", { ...basic, buttons: [{}] }],
  "priority 2": ["priority", { ...basic, priority: 2 }],
  "priority 3": ["priority", { ...basic, priority: 3 }],
  "priority -1": ["a", { ...basic, priority: -1 }],
  "a mask": ["mask", { ...basic, appIconMaskUrl: picture }],
  "a mask that is not there": ["a", { ...basic, appIconMaskUrl: "nothing.png" }],
  "an id of 501 characters": ["x".repeat(501), basic],
  "an id of 500 characters": ["x".repeat(500), basic],
  "two mistakes: type and icon": ["a", { ...basic, type: undefined, iconUrl: "nothing.png" }],
  "two mistakes: progress and icon": ["a", { ...basic, progress: 5, iconUrl: "nothing.png" }],
  "two mistakes: progress and priority": ["a", { ...basic, progress: 5, priority: -1 }],
  "two mistakes: rows and progress": ["a", { ...basic, items: [{ title: "a", message: "b" }], progress: 5 }],
  "two mistakes: rows and image": ["a", { ...basic, items: [{ title: "a", message: "b" }], imageUrl: picture }],
  "two mistakes: priority and rows": ["a", { ...basic, items: [{ title: "a", message: "b" }], priority: -1 }],
};
for (const [label, args] of Object.entries(made)) await look("create " + label, create, ...args);
const changed = {
  "known": ["basic", { message: "n" }],
  "unknown": ["none", { message: "n" }],
  "to an icon that is not there": ["basic", { iconUrl: "nothing.png" }],
  "unknown, to an icon that is not there": ["none", { iconUrl: "nothing.png" }],
  "to an empty icon": ["basic", { iconUrl: "" }],
  "nothing": ["basic", {}],
  "the type": ["basic", { type: "progress", progress: 3 }],
  "to a list of no row": ["basic", { type: "list", items: [] }],
  "to a list": ["basic", { type: "list", items: [{ title: "a", message: "b" }] }],
  "an empty title": ["basic", { title: "" }],
  "priority 9": ["basic", { priority: 9 }],
  "priority -1": ["basic", { priority: -1 }],
  "progress of 101": ["progress", { progress: 101 }],
  "progress of one that has none": ["buttons", { progress: 1 }],
  "an image of one that has none": ["buttons", { imageUrl: picture }],
  "rows of one that has none": ["buttons", { items: [{ title: "a", message: "b" }] }],
};
for (const [label, args] of Object.entries(changed)) await look("update " + label, update, ...args);
const all = await call(getAll);
note("getAll", Object.keys(all).filter((id) => !/^[0-9a-f]{8}-/.test(id) && id.length < 100).sort());
note("getAll: values", [...new Set(Object.values(all))]);
await look("clear", clear, "basic");
await look("clear again", clear, "basic");
await look("clear unknown", clear, "none");
await look("clear ''", clear, "");
await form("clear()", clear, CALLBACK);
await form("clear(1)", clear, 1, CALLBACK);
await promise("create by promise", () => create("promised", basic));
await promise("create by promise, refused", () => create("refused", { ...basic, progress: 1 }));
await promise("update by promise", () => update("promised", { title: "u" }));
await promise("clear by promise", () => clear("promised"));
for (const id of Object.keys(await call(getAll))) await call(clear, id);
note("nothing is left", await call(getAll));
