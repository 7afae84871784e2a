// Messages between two pages of the app: answers now, later and never; ports; values.
// @app sockets
// @frames
const { runtime } = chrome;
const frame = document.createElement("iframe");
frame.src = "other.html";
const ready = new Promise((done) => addEventListener("message", (e) => e.data === "ready" && done(), { once: true }));
document.documentElement.append(frame);
await ready;
const send = (...args) => runtime.sendMessage(...args);
note("the frame has its own chrome", frame.contentWindow.chrome !== chrome && frame.contentWindow.chrome.runtime.id === runtime.id);
await see("answer at once", send, { answer: "now" });
await see("answer later", send, { answer: "later" });
await see("no answer", send, { answer: "none" });
await see("returns true and never answers", send, { answer: "forget" }, );
await see("answers twice", send, { answer: "twice" });
await see("answer with nothing", send, { answer: "nothing" });
await see("two listeners, the first answer counts", send, { answer: "race" });
await see("the listener throws", send, { answer: "throw" });
await promise("by promise", () => runtime.sendMessage({ answer: "now" }));
await promise("no answer by promise", () => runtime.sendMessage({ answer: "none" }));
await see("the sender", send, { answer: "sender" });
await see("with this app's id", send, runtime.id, { answer: "now" });
await see("with options", send, { answer: "now" }, {});
await see("with id and options", send, runtime.id, { answer: "now" }, {});
const values = {
  undefined: undefined, null: null, NaN: NaN, "-0": -0, text: "x", array: [1, undefined, () => {}], Date: new Date(0), Map: new Map([[1, 2]]),
  ArrayBuffer: new ArrayBuffer(2), nested: { a: undefined, b: { c: [1.5, true] } }, toJSON: { toJSON: () => "json" }, emoji: "\u{1f50c}",
};
for (const [label, value] of Object.entries(values)) await see("echo of " + label, send, { answer: "echo", value });
for (const [label, value] of Object.entries({ "a string": "text", "a number": 5, null: null, true: true, "an array": [1] })) await see("the message is " + label, send, value);
await form("a message that is a function", send, () => {}, 1, 2, 3);
const cyclic = {};
cyclic.c = cyclic;
await form("a cyclic message", send, cyclic, CALLBACK);
await form("a BigInt", send, { b: 1n }, CALLBACK);

const port = runtime.connect({ name: "talk" });
const got = [];
port.onMessage.addListener((m, p) => got.push([m, p === port]));
port.postMessage({ n: 1 });
port.postMessage({ n: 2 });
await until(() => got.length >= 3);
note("over a port", got);
const gone = new Promise((done) => port.onDisconnect.addListener((p) => done([p === port, runtime.lastError === undefined])));
port.postMessage("hang up");
note("the other side disconnects", await gone);
attempt("postMessage after that", () => port.postMessage(1));
const mine = runtime.connect({ name: "mine" });
mine.disconnect();
await see("what the other side heard of my disconnecting", send, { answer: "disconnects" });
const nameless = runtime.connect();
await see("a port without a name", send, { answer: "names" });
nameless.disconnect();
const reverse = new Promise((done) => runtime.onMessage.addListener((m, sender, reply) => { if (m === "from the frame") { reply("heard"); done(Object.keys(sender).sort()); } }));
frame.contentWindow.postMessage("send", "*");
note("a message from the frame: keys of its sender", await reverse);
