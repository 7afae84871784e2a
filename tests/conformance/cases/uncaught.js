// What a page's own handlers hear of errors that nobody caught, and what its console is told.
// @app sockets
const heard = [], kept = { ...console };
for (const level of ["error", "warn", "log", "info", "debug"]) console[level] = (...args) => heard.push([level, ...args.map((a) => String(a).slice(0, 100))]);
addEventListener("error", (e) => heard.push(["error event", e.message, String(e.error), e.cancelable]));
addEventListener("unhandledrejection", (e) => heard.push(["unhandledrejection", String(e.reason), e.reason instanceof Error, e.cancelable]));
window.onerror = (...args) => heard.push(["onerror", args.length, String(args[0])]);
async function told(what) {
  await new Promise((done) => setTimeout(done, 100));
  note(what, heard.splice(0));
}
tcp.getInfo(99999, () => {});
await told("an error that a callback does not look at");
tcp.getInfo(99999);
await told("a promise that nobody keeps");
for (const [label, thrown] of Object.entries({ "an Error": new Error("mine"), "a text": "text", "nothing": undefined })) {
  tcp.getSockets(() => { throw thrown; });
  await told("a callback throws " + label);
}
tcp.getInfo(99999, () => { throw new Error("mine"); });
await told("a callback throws and looks at no error");
tcp.getSockets(async () => { throw new Error("mine"); });
await told("an asynchronous callback throws");
const { id, port } = await bound();
async function listened(what, listener) {
  udp.onReceive.addListener(listener);
  await call(udp.send, id, text("x"), "127.0.0.1", port);
  await take(what + ": the datagram", 1);
  await told(what);
  udp.onReceive.removeListener(listener);
}
await listened("a listener throws an Error", () => { throw new Error("mine"); });
await listened("a listener throws a text", () => { throw "text"; });
await listened("an asynchronous listener throws", async () => { throw new Error("mine"); });
try { tcp.connect("x"); } catch (error) { note("a wrong call throws", [error.name, error instanceof TypeError]); }
await told("a wrong call that was caught");
let prevented = 0;
addEventListener("unhandledrejection", (e) => { prevented++; e.preventDefault(); });
tcp.close(99999);
await told("a rejection that is prevented");
note("so often", prevented);
Object.assign(console, kept);
