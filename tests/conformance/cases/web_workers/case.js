// What workers of the app's ask other servers, which the manifest's permissions name, or do not.
// @app web
// @peer
// @frames
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web" });
const base = "http://127.0.0.1:" + port, stranger = "http://localhost:" + port;
const all = (what, seen) => seen.forEach(([each, value]) => note(what + ": " + each, value));
/** What a worker says to the addresses. */
const answer = (worker, port = worker) => new Promise((done) => {
  port.onmessage = ({ data }) => done(data);
  worker.onerror = (event) => done([["error", [event.message ?? "", event.lineno ?? 0]]]);
  port.postMessage([base, stranger]);
});
const classic = new Worker("classic.js", { name: base + " its name" });
all("a classic one", await answer(classic));
note("an error in it", await new Promise((done) => {
  classic.onerror = (event) => { event.preventDefault(); done([event.message.replace("Uncaught ", ""), event.filename.replace(/^.*\//, ""), event.lineno]); };
  classic.postMessage("throw");
}));
all("a module", await answer(new Worker("module.js", { type: "module", name: base })));
all("a module that brings none", await answer(new Worker("plain_module.js", { type: "module" })));
all("a worker's worker", await answer(new Worker("nested.js", { name: base })));
const address = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
const blob = address(`"use strict"; importScripts(${JSON.stringify(new URL("tries.js", location.href).href)}); onmessage = ({ data }) => tries(...data).then(postMessage);`);
const ofBlob = new Worker(blob);
URL.revokeObjectURL(blob);
all("of a blob", await answer(ofBlob));
const shared = new SharedWorker("classic.js", base + " shared");
all("a shared one", await answer(shared, shared.port));
note("the same shared one", await new Promise((done) => {
  const again = new SharedWorker("classic.js", { name: base + " shared" });
  again.port.onmessage = ({ data }) => done(data[0]);
  again.port.postMessage([base, stranger]);
}));
note("the classes", [Worker.name, Worker.length, SharedWorker.name, String(new Worker("classic.js")), shared instanceof SharedWorker, typeof new Worker("classic.js").postMessage]);
for (const [what, make] of Object.entries({ "no address": () => new Worker(), "a bad type": () => new Worker("classic.js", { type: "bad" }) })) {
  try {
    note("throws: " + what, String(make()));
  } catch (error) {
    note("throws: " + what, error.name);
  }
}
note("a worker of another server", await new Promise((done) => {
  try {
    const worker = new Worker(base + "/script?as=worker");
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = (event) => done(event.type);
  } catch (error) {
    done(error.name);
  }
}));
const streaming = new Worker(address(`onmessage = ({ data }) => { const source = new EventSource(data + "/events?stay"); source.onopen = () => postMessage(1); };`));
await new Promise((done) => { streaming.onmessage = done; streaming.postMessage(base); });
streaming.terminate();
note("what an ended one listened to is left", (await fetch(base + "/left")).status);
