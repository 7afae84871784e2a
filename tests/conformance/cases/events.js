// Events: adding and removing listeners, during dispatch too; exceptions; odd arguments.
// @app sockets
const { id, port } = await bound();
const event = udp.onReceive;
const send = (word) => call(udp.send, id, text(word), "127.0.0.1", port);
const f = () => {}, g = () => {};
attempt("addListener returns", () => event.addListener(f));
attempt("hasListener", () => [event.hasListener(f), event.hasListener(g)]);
attempt("addListener twice", () => event.addListener(f));
attempt("removeListener returns", () => event.removeListener(f));
attempt("once is enough", () => event.hasListener(f));
attempt("removeListener of an unknown", () => event.removeListener(g));
attempt("hasListeners", () => [event.hasListeners(), tcpServer.onAcceptError.hasListeners()]);
for (const [label, value] of Object.entries({ "nothing": [], undefined: [undefined], null: [null], "a number": [1], "an object": [{}], "a string": ["x"] })) {
  attempt("addListener(" + label + ")", () => event.addListener(...value));
  attempt("removeListener(" + label + ")", () => event.removeListener(...value));
  attempt("hasListener(" + label + ")", () => event.hasListener(...value));
}
attempt("addListener with a filter", () => event.addListener(g, {}));
attempt("addListener with undefined after it", () => event.addListener(g, undefined));
attempt("addListener with null after it", () => event.addListener(g, null));
event.removeListener(g);
attempt("hasListeners with an argument", () => event.hasListeners(1));
attempt("methods need their object", () => (0, event.addListener)(f));
attempt("dispatch by hand", () => { let got; const h = (x) => got = x; event.addListener(h); event.dispatch({ by: "hand" }); event.removeListener(h); return got; });

const twice = () => mark("twice");
event.addListener(twice);
event.addListener(twice);
await send("a");
await until((log) => log.length >= 2);
await take("a listener that was added twice", 2);
event.removeListener(twice);

const order = ["one", "two", "three"].map((word) => () => mark(word));
order.forEach((listener) => event.addListener(listener));
await send("b");
await take("listeners in the order in which they were added", 4);
event.removeListener(order[1]);
event.addListener(order[1]);
await send("c");
await take("removed and added again is last", 4);
order.forEach((listener) => event.removeListener(listener));

const added = () => mark("added during dispatch");
const adder = () => { mark("adder"); event.addListener(added); };
event.addListener(adder);
await send("d");
await until(2);
await quiet("a listener that is added during dispatch", 50);
await send("e");
await take("runs with the next event", 3);
event.removeListener(adder);
event.removeListener(added);

const victim = () => mark("victim");
const remover = () => { mark("remover"); event.removeListener(victim); event.removeListener(remover); };
event.addListener(remover);
event.addListener(victim);
await send("f");
await until(2);
await quiet("a listener that is removed during dispatch", 50);
await send("g");
await until(1);
await quiet("is gone with the next event", 50);

const thrower = () => { mark("thrower"); throw new Error("from a listener"); };
const survivor = () => mark("survivor");
const rejecter = async () => { mark("rejecter"); };
[thrower, survivor, rejecter].forEach((l) => event.addListener(l));
await send("h");
await take("after one that throws the others run", 4);
[thrower, survivor, rejecter].forEach((l) => event.removeListener(l));

const looks = [];
const looker = function (...args) { looks.push(this === undefined || this === globalThis ? "no this" : typeof this, args.length); };
event.addListener(looker);
await send("i");
await until(1);
note("this and the number of arguments", looks);
event.removeListener(looker);
const objects = [];
const keep = (info) => objects.push(info), keep2 = (info) => { objects.push(info); };
event.addListener(keep);
event.addListener(keep2);
await send("j");
await until(() => objects.length === 2);
note("all listeners get the same object", objects[0] === objects[1]);
objects[0].extra = 1;
note("which they may change", objects[1].extra);
event.removeListener(keep);
event.removeListener(keep2);
await take("what the toolkit heard of it", 2);
const answer = [];
const inner = () => udp.getInfo(id, (info) => answer.push(info.socketId === id, chrome.runtime.lastError === undefined));
event.addListener(inner);
await send("k");
await until(() => answer.length > 0);
note("a call from inside a listener", answer);
event.removeListener(inner);
await take("the last", 1);
