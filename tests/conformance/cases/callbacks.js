// Callbacks and promises: lastError, nesting, exceptions, order, what is never synchronous.
// @app sockets
const lastError = () => chrome.runtime.lastError && chrome.runtime.lastError.message;
attempt("lastError outside of callbacks", () => chrome.runtime.lastError);
attempt("lastError as a property outside", () => "lastError" in chrome.runtime);
await new Promise((done) => tcp.getInfo(99999, () => {
  note("lastError in a callback that failed", chrome.runtime.lastError);
  note("its tag", Object.prototype.toString.call(chrome.runtime.lastError));
  noteKeys("its keys", chrome.runtime.lastError);
  note("it is an Error", chrome.runtime.lastError instanceof Error);
  note("the same object each time", chrome.runtime.lastError === chrome.runtime.lastError);
  note("chrome.extension", typeof chrome.extension);
  done();
}));
attempt("lastError in what awaited the callback", () => chrome.runtime.lastError !== undefined);
const nextTask = () => new Promise((done) => setTimeout(done));
await nextTask();
attempt("lastError afterwards", () => chrome.runtime.lastError);
attempt("lastError as a property afterwards", () => "lastError" in chrome.runtime);
await new Promise((done) => tcp.getInfo(99999, () => {
  const before = lastError();
  tcp.getSockets(() => {
    note("lastError in a nested callback that succeeds", [before, lastError() === undefined]);
    tcp.getInfo(88888, () => {
      note("lastError in a callback nested deeper", lastError());
      done();
    });
    note("lastError after a nested call was made", lastError() === undefined);
  });
  note("lastError after making a nested call", lastError());
  try { tcp.connect("bad"); } catch { note("lastError after a nested throw", lastError()); }
}));
await new Promise((done) => tcp.getInfo(99999, () => {
  Promise.resolve().then(() => { note("lastError in a microtask of the callback", lastError() === undefined); done(); });
}));
await new Promise((done) => tcp.getInfo(99999, async () => {
  await null;
  note("lastError after an await in the callback", lastError() === undefined);
  done();
}));
tcp.getInfo(99999, () => { mark("thrower"); chrome.runtime.lastError; throw new Error("from a callback"); });
tcp.getInfo(99999, () => { chrome.runtime.lastError; mark("after it"); });
await take("after a callback that throws the next one runs", 2);
await nextTask();
attempt("lastError after a callback threw", () => chrome.runtime.lastError);

tcp.create({}, marked("create", "tcp"));
mark("after the call");
Promise.resolve().then(() => mark("a microtask"));
await until(3);
note("no callback is synchronous", (await take("create, the line after it, a microtask", 3)).map((e) => e.label ? "callback" : e));

const labels = [];
const push = (label) => () => { chrome.runtime.lastError; labels.push(label); };
tcp.getSockets(push("getSockets"));
udp.getSockets(push("udp.getSockets"));
tcp.getInfo(99999, push("getInfo, failing"));
tcpServer.create({}, push("tcpServer.create"));
tcp.setPaused(99999, true, push("setPaused, failing"));
udp.create({}, push("udp.create"));
tcp.create({}, push("create"));
await until(() => labels.length === 7, 1000);
note("callbacks come in the order of the calls", labels);

await new Promise((done) => tcp.create(function (...args) {
  note("this and arguments of a callback", [this === undefined || this === globalThis ? "no this" : typeof this, args.length]);
  done();
}));
await new Promise((done) => tcp.close(99999, function (...args) {
  note("arguments of a callback that failed", [args.length, lastError()]);
  done();
}));
attempt("a function with a callback returns", () => tcp.getSockets(() => {}));
attempt("a call without callback whose promise is dropped", () => typeof tcp.close(99998).catch(() => {}));
const p = tcp.create();
note("a promise is of this page", [p instanceof Promise, Object.prototype.toString.call(p)]);
await p;
await promise("a rejection is an Error", () => tcp.close(99999).catch((e) => [e instanceof Error, e.name, e.message, Object.keys(e)]));
await promise("lastError in a rejection", () => tcp.close(99999).catch(() => lastError() === undefined));
await promise("lastError in then", () => tcp.getSockets().then(() => lastError() === undefined));
await promise("await in a row", async () => { const { socketId } = await tcp.create(); await tcp.setPaused(socketId, true); return (await tcp.getInfo(socketId)).paused; });
for (const [label, code] of Object.entries({
  "tcp.connect": () => tcp.connect(99999, "127.0.0.1", 1), "tcp.send": () => tcp.send(99999, bytes(1)), "tcp.secure": () => tcp.secure(99999),
  "tcp.setNoDelay": () => tcp.setNoDelay(99999, true), "tcp.setKeepAlive": () => tcp.setKeepAlive(99999, true),
  "udp.bind": () => udp.bind(99999, "127.0.0.1", 0), "udp.send": () => udp.send(99999, bytes(1), "127.0.0.1", 9),
  "udp.joinGroup": () => udp.joinGroup(99999, "x"), "udp.leaveGroup": () => udp.leaveGroup(99999, "x"),
  "udp.setBroadcast": () => udp.setBroadcast(99999, true), "udp.setMulticastTimeToLive": () => udp.setMulticastTimeToLive(99999, 1),
  "udp.setMulticastLoopbackMode": () => udp.setMulticastLoopbackMode(99999, true), "tcpServer.listen": () => tcpServer.listen(99999, "127.0.0.1", 0),
  "tcp.disconnect": () => tcp.disconnect(99999), "tcpServer.disconnect": () => tcpServer.disconnect(99999), "udp.getJoinedGroups": () => udp.getJoinedGroups(99999),
})) await promise(label + " without a callback", code);

// A script may assign lastError. This comes last: what was assigned outside of a callback stays.
await new Promise((done) => tcp.getInfo(99999, () => {
  chrome.runtime.lastError = { message: "mine" };
  note("assigned lastError", lastError());
  done();
}));
await nextTask();
attempt("lastError after it was assigned", () => chrome.runtime.lastError);
attempt("assigning lastError outside", () => { chrome.runtime.lastError = 5; const was = chrome.runtime.lastError; delete chrome.runtime.lastError; return was; });
await see("lastError works after that", tcp.getInfo, 99999);
