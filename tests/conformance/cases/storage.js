// chrome.storage.local and sync: values, keys, forms of get, changes, quota.
// @app sockets
const { local, sync } = chrome.storage;
const area = (name) => (...args) => local[name](...args);
const [get, set, remove, clear, getBytesInUse] = ["get", "set", "remove", "clear", "getBytesInUse"].map(area);
noteKeys("chrome.storage", Object.fromEntries(Object.keys(chrome.storage).sort().map((k) => [k, 1])));
note("methods of local", ["get", "set", "remove", "clear", "getBytesInUse", "setAccessLevel", "getKeys", "onChanged"].map((k) => k + " " + typeof local[k]));
note("constants", [local.QUOTA_BYTES, sync.QUOTA_BYTES, sync.QUOTA_BYTES_PER_ITEM, sync.MAX_ITEMS, sync.MAX_WRITE_OPERATIONS_PER_HOUR, sync.MAX_WRITE_OPERATIONS_PER_MINUTE]);
await see("clear", clear);
await see("get everything of nothing", get, null);
await see("get by callback alone", get);
await see("get a missing key", get, "missing");
await see("set", set, { a: 1, b: "two", c: [1, { d: null }], "": "empty key", "k\0": "nul" });
await see("get one", get, "a");
await see("get several", get, ["a", "b", "missing"]);
await see("get with defaults", get, { a: 9, missing: "default", nothing: null, undef: undefined });
await see("get null", get, null);
await see("get undefined", get, undefined);
await see("get []", get, []);
await see("get {}", get, {});
await see("get the empty key", get, "");
await see("remove one", remove, "a");
await see("remove a missing one", remove, "missing");
await see("remove several", remove, ["b", "missing"]);
await see("remove []", remove, []);
await see("what is left", get, null);
await see("bytes of everything", getBytesInUse, null);
await see("bytes of one", getBytesInUse, "c");
await see("bytes of several", getBytesInUse, ["c", ""]);
await see("bytes of a missing key", getBytesInUse, "missing");

const cyclic = {};
cyclic.self = cyclic;
const values = {
  undefined: undefined, null: null, NaN: NaN, Infinity: Infinity, "-0": -0, "1e300": 1e300, "2**53": 2 ** 53, "0.1": 0.1, bigint: 7n, symbol: Symbol("s"),
  "function": () => {}, "Date": new Date(0), RegExp: /x/g, Map: new Map([[1, 2]]), Set: new Set([1]), Error: new Error("e"), ArrayBuffer: new ArrayBuffer(3),
  Uint8Array: new Uint8Array([1, 2]), "sparse array": [1, , 3], "array with undefined": [undefined, 1], "array with a function": [() => {}, 1],
  "nested undefined": { x: undefined, y: 1 }, "nested function": { x() {}, y: 1 }, toJSON: { toJSON() { return "json"; } }, "null prototype": Object.create(null),
  "class instance": new (class A { p = 1; })(), getter: { get g() { return "got"; } }, "throwing getter": { get g() { throw new Error("mine"); }, h: 1 },
  "String object": new String("s"), "Number object": new Number(5), "lone surrogate": "\ud800", emoji: "\u{1f50c}", cyclic, "deep": (() => { let d = 0; for (let i = 0; i < 90; i++) d = { d }; return d; })(),
  "not enumerable": Object.defineProperty({ y: 1 }, "x", { value: 1 }), "Proxy": new Proxy({ p: 1 }, {}), "very long string": "x".repeat(100000).length,
};
for (const [label, value] of Object.entries(values)) {
  await form("set " + label, set, { value }, CALLBACK);
  await see("got " + label, get, "value");
  await call(remove, "value");
}
for (const [label, value] of Object.entries({ "a string": "x", "a number": 1, null: null, "an array": [1], "a function": () => {}, "a Date": new Date(0), nothing: {}, "a Map": new Map([["k", 1]]) })) {
  await form("set(" + label + ")", set, value, CALLBACK);
}
for (const [label, value] of Object.entries({ "a number": 1, "a boolean": true, "an array with a number": [1], "a function": () => {} })) {
  await form("get(" + label + ")", get, value, CALLBACK);
  await form("remove(" + label + ")", remove, value, CALLBACK);
}
await form("set without arguments", set);
await form("remove without arguments", remove);
await form("remove()", remove, CALLBACK);
await form("clear(1)", clear, 1);

await call(clear);
await promise("set by promise", () => local.set({ p: 1 }));
await promise("get by promise", () => local.get("p"));
await promise("get without arguments by promise", () => local.get());
await promise("remove by promise", () => local.remove("p"));
await promise("clear by promise", () => local.clear());
await promise("getBytesInUse by promise", () => local.getBytesInUse());
await promise("set with a wrong argument by promise", () => local.set(1));
await promise("getKeys", () => local.getKeys && local.getKeys());
await form("a method needs its object", (0, local.get), "p", CALLBACK);

const changes = [];
const heard = (change, name) => changes.push([name, change]);
chrome.storage.onChanged.addListener(heard);
const settled = async (what, count) => {
  await until(() => changes.length >= count, 1500);
  await new Promise((r) => setTimeout(r, 30));
  note(what, changes.splice(0));
};
await call(set, { x: 1 });
await settled("changes: new", 1);
await call(set, { x: 2, y: { z: 1 } });
await settled("changes: changed and new", 1);
await call(set, { x: 2, y: { z: 1 } });
await settled("changes: the same values", 0);
await call(set, { x: 2, y: { z: 2 } });
await settled("changes: one of two", 1);
await call(remove, ["x", "missing"]);
await settled("changes: removed", 1);
await call(remove, "missing");
await settled("changes: nothing removed", 0);
await call(clear);
await settled("changes: cleared", 1);
await call(clear);
await settled("changes: cleared again", 0);
if (local.onChanged) {
  local.onChanged.addListener(function (...args) { changes.push(["area", ...args]); });
  await call(set, { q: 1 });
  await settled("changes: of the area", 2);
}
chrome.storage.onChanged.removeListener(heard);

await see("set 4 MiB", set, { big: "x".repeat(4 << 20) });
await see("bytes of 4 MiB", getBytesInUse, "big");
await see("set over the quota", set, { more: "x".repeat(7 << 20) });
await see("what the refusal left", getBytesInUse, "more");
await see("set over the quota with something small", set, { small: 1, more: "x".repeat(12 << 20) });
await see("the small one", get, "small");
await call(clear);

const sget = (...args) => sync.get(...args), sset = (...args) => sync.set(...args), sclear = (...args) => sync.clear(...args);
await see("sync: set", sset, { s: 1 });
await see("sync: get", sget, null);
await see("sync is not local", get, "s");
await see("sync: an item that is too large", sset, { large: "x".repeat(9000) });
await see("sync: clear", sclear);
await see("managed: get", (...args) => chrome.storage.managed.get(...args), null);
await see("managed: set", (...args) => chrome.storage.managed.set(...args), { a: 1 });
note("session", typeof chrome.storage.session);

const results = [];
set({ n: 1 }, () => results.push("set 1"));
get("n", (r) => results.push("get " + r.n));
set({ n: 2 }, () => results.push("set 2"));
get("n", (r) => results.push("get " + r.n));
remove("n", () => results.push("remove"));
get("n", (r) => results.push("get " + r.n));
await until(() => results.length === 6, 2000);
note("calls take effect in order", results);
