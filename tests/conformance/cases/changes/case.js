// chrome.storage.onChanged: who hears of what, in which order, before or after the call is answered.
// @app all
const { storage, runtime } = chrome;
const { local, sync, managed } = storage;
const heard = [];
storage.onChanged.addListener((changes, area, ...more) => heard.push(["all", area, changes, more.length]));
local.onChanged.addListener((changes, ...more) => heard.push(["local", changes, more.length]));
sync.onChanged.addListener((changes, ...more) => heard.push(["sync", changes, more.length]));
const shown = await new Promise((done) => chrome.app.window.create("page.html", {}, done));
const theirs = shown.contentWindow.chrome.storage;
theirs.onChanged.addListener((changes, area) => heard.push(["all, in the window", area, changes instanceof shown.contentWindow.Object]));
theirs.local.onChanged.addListener((changes) => heard.push(["local, in the window", changes]));
/** What a call makes heard, and the place of its callback among it. */
const step = async (what, call) => {
  await new Promise((done) => call(() => {
    heard.push(["callback", runtime.lastError ? runtime.lastError.message : "", shown.contentWindow.chrome.runtime.lastError ? "an error in the window" : ""]);
    done();
  }));
  await until(() => false, 100);
  note(what, heard.splice(0));
};
await step("set", (done) => local.set({ a: 1, b: { c: [1] } }, done));
await step("set the same", (done) => local.set({ a: 1, b: { c: [1] } }, done));
await step("set, partly the same", (done) => local.set({ a: 2, b: { c: [1] } }, done));
await step("set an object", (done) => local.set({ o: { x: 1, y: 2 } }, done));
await step("set it with its keys in another order", (done) => local.set({ o: { y: 2, x: 1 } }, done));
await step("set undefined", (done) => local.set({ a: undefined }, done));
await step("set null", (done) => local.set({ a: null }, done));
await step("set nothing", (done) => local.set({}, done));
await step("remove", (done) => local.remove("a", done));
await step("remove again", (done) => local.remove("a", done));
await step("remove several", (done) => local.remove(["b", "none", "o"], done));
await step("clear what is empty", (done) => local.clear(done));
await step("set in sync", (done) => sync.set({ s: 1 }, done));
await step("set by the window", (done) => theirs.local.set({ w: 1 }, done));
await step("clear", (done) => local.clear(done));
await step("clear sync", (done) => sync.clear(done));
await step("set in managed", (done) => managed.set({ a: 1 }, done));
await step("set too much", (done) => sync.set({ s: "x".repeat(9000) }, done));
await step("several at once", (done) => {
  local.set({ a: 1 }, () => heard.push("set"));
  local.get("a", (found) => heard.push(["get", found]));
  local.remove("a", () => heard.push("removed"));
  local.set({ a: 2 });
  local.clear(done);
});
await step("a listener that throws", (done) => {
  const throws = () => { local.onChanged.removeListener(throws); throw new Error("mine"); };
  local.onChanged.addListener(throws);
  local.set({ a: 3 }, done);
});
await step("a listener that sets", (done) => {
  const again = (changes) => { local.onChanged.removeListener(again); local.set({ b: changes.a.newValue + 1 }, done); };
  local.onChanged.addListener(again);
  local.set({ a: 4 });
});
shown.close();
await call((done) => local.clear(done));

const order = [];
await new Promise((done) => {
  runtime.getPlatformInfo(() => { order.push("callback 1"); Promise.resolve().then(() => order.push("promise of callback 1")); queueMicrotask(() => order.push("microtask of callback 1")); });
  runtime.getPlatformInfo(() => order.push("callback 2"));
  runtime.getPlatformInfo().then(() => { order.push("promise 3"); Promise.resolve().then(() => order.push("promise of promise 3")); });
  runtime.getPlatformInfo(() => { order.push("callback 4"); setTimeout(() => { order.push("timer of callback 4"); done(); }); });
  Promise.resolve().then(() => order.push("promise"));
  order.push("at once");
});
note("callbacks, promises and timers", order);
