// EventSource of another server, which the manifest's permissions name, or do not.
// @app web
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web" });
const base = "http://127.0.0.1:" + port, stranger = "http://localhost:" + port;
const shown = (value) => typeof value === "string"
  ? value.replaceAll(location.origin, "ORIGIN").replace(/chrome-extension:\/\/[a-p]{32}/g, "ORIGIN").replaceAll(base, "BASE").replaceAll(stranger, "STRANGER")
  : Array.isArray(value) ? value.map(shown) : value;
async function asked() {
  const { asked } = await peer({ do: "asked", on: "web" });
  const header = ([name, value]) => [name, name === "cookie" ? value.split("; ").sort().join("; ") : shown(value)];
  return asked.map(({ method, path, headers }) => [method, path.split("?")[0], headers.map(header)]);
}
const events = (text, more = "") => base + "/events?text=" + encodeURIComponent(text) + more;
/** What is heard of a stream until `enough`; then it is closed. */
const hear = (url, enough, { types = ["named", "open", "message", "error"], init } = {}) => new Promise((done) => {
  const source = new EventSource(url, init), heard = [[source.readyState, source.withCredentials]];
  const listener = (event) => {
    heard.push([event.type, event.constructor.name, source.readyState, ..."data" in event ? [event.data, event.lastEventId, shown(event.origin)] : []]);
    if (!enough(event, heard.length - 1, source)) return;
    source.close();
    done([...heard, source.readyState, shown(source.url).split("?")[0]]);
  };
  for (const type of types) source.addEventListener(type, listener);
});
const data = (text) => (event) => event.data === text;
const closed = (_event, _count, source) => source.readyState === 2;
note("the class", [typeof EventSource, EventSource.name, EventSource.length, EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED, EventSource.prototype.OPEN, String(EventSource.prototype), Object.keys(EventSource.prototype).sort()]);
for (const [what, make] of Object.entries({ "no address": () => new EventSource(), "no address that it can be": () => new EventSource("http://["), "without new": () => EventSource(base) })) {
  try {
    note("throws: " + what, String(make()));
  } catch (error) {
    note("throws: " + what, error.name);
  }
}
note("events", await hear(events("retry: 20\nid: 1\ndata: one\n\nevent: named\ndata: two\ndata:  lines\n\n: nothing\n\nother: field\ndata\n\nid: 7\n\ndata: lost"), data("after 7")));
note("events: the server", await asked());
note("it is left", (await fetch(base + "/left")).status);
await asked();
note("line ends", await hear(events("\uFEFFdata: a\r\ndata: b\r\rid\rdata: c\n\rid: x\0\ndata: d\nevent: \n\nretry: soon\ndata: end\n\n", "&stay"), data("end")));
note("other characters", await hear(events("data: ä€😀\n\nevent: none\ndata: x\n\ndata: end\n\n", "&stay"), data("end")));
note("it ends, and is asked for again", await hear(events("retry: 10\ndata: x\n\n"), (event, count) => event.type === "open" && count > 3));
for (const status of [204, 205, 400, 404, 500, 503]) note("status " + status, await hear(base + "/status/" + status, closed));
note("another type", await hear(events("data: x\n\n", "&as=text/plain"), closed));
note("a type with a charset", await hear(events("data: x\n\n", "&as=text/event-stream;charset=utf-8&stay"), data("x")));
note("a type with another charset", await hear(events("data: x\n\n", "&as=text/event-stream;charset=latin1&stay"), (event, _count, source) => event.data === "x" || closed(event, 0, source)));
note("nobody there", await hear("http://127.0.0.1:1/", (event) => event.type === "error"));
note("no answer", await hear(base + "/reset", (event) => event.type === "error"));
note("moved", await hear(base + "/moved/302?to=" + encodeURIComponent("/events?text=data: x%0A%0A&stay"), data("x")));
note("moved to a stranger", await hear(base + "/moved/302?to=" + encodeURIComponent(stranger + "/events?stay"), (event) => event.type === "error"));
note("a stranger", await hear(stranger + "/events?stay", (event) => event.type === "error"));
await asked();
await fetch(base + "/cookie");
await asked();
note("without credentials", await hear(events("data: x\n\n", "&stay"), data("x")));
note("without credentials: the server", await asked());
note("with credentials", await hear(events("data: x\n\n", "&stay"), data("x"), { init: { withCredentials: true } }));
note("with credentials: the server", await asked());
const own = new EventSource(events("data: x\n\nevent: named\ndata: y\n\n", "&stay")), handled = [];
own.onopen = () => handled.push(["open", own.readyState]);
await new Promise((done) => {
  own.onmessage = function (event) { handled.push([this === own, event.target === own, event.data]); };
  own.addEventListener("named", { handleEvent: done }, { once: true });
});
note("handlers", [handled, typeof own.onopen, own.onerror, own instanceof EventSource, own instanceof EventTarget, String(own)]);
own.onopen = 5;
note("what is no handler", own.onopen);
own.close();
own.close();
note("closed", own.readyState);
note("all are left", (await fetch(base + "/left")).status);
const early = new EventSource(events("data: x\n\n", "&stay")), unheard = [];
early.onopen = early.onmessage = early.onerror = (event) => unheard.push(event.type);
early.close();
note("closed at once", [early.readyState, await new Promise((done) => setTimeout(() => done(unheard), 200))]);
