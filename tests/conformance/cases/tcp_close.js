// TCP: close and disconnect while other calls of the socket are under way.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
/** What a socket is after a race, without its ports. */
async function state(what, id) {
  const { seen, raw } = await begin(tcp.getInfo, id);
  note(what, raw ? [raw.connected, raw.paused] : seen);
}

for (const [verb, fn] of [["close", tcp.close], ["disconnect", tcp.disconnect]]) {
  let id = await make(tcp);
  let connecting = begin(tcp.connect, id, "127.0.0.1", port);
  let ending = begin(fn, id);
  await end(verb + " right after connect", ending);
  await end(verb + ": the connect (race)", connecting, 400);
  await quiet(verb + ": events (race)");
  await state(verb + ": info (race)", id);

  id = await make(tcp);
  connecting = begin(tcp.connect, id, "no.such.host.invalid", port);
  ending = begin(fn, id);
  await end(verb + " while a name is looked up", ending);
  await end(verb + ": the connect by name (offline) (race)", connecting, 400);

  id = await make(tcp);
  await call(tcp.connect, id, "127.0.0.1", port);
  const large = begin(tcp.send, id, new ArrayBuffer(64 << 20));
  const behind = begin(tcp.send, id, bytes(1));
  await end(verb + " while a send is under way", begin(fn, id));
  await end(verb + ": that send", large, 400);
  await end(verb + ": the send behind it", behind, 100);
  await takeFrom(verb + ": events of the socket", "tcp", id, 1);
  await state(verb + ": info after that", id);
  await end(verb + ": a later send", begin(tcp.send, id, bytes(1)), 400);
}
let id = await make(tcp);
const twice = [begin(tcp.close, id), begin(tcp.close, id)];
await end("first of two closes", twice[0]);
await end("second of two closes", twice[1]);

id = await make(tcp);
const first = begin(tcp.connect, id, "127.0.0.1", port), second = begin(tcp.connect, id, "127.0.0.1", port);
await end("first of two connects", first);
await end("second of two connects (race)", second);
await state("connected once", id);

id = await make(tcp);
const late = begin(tcp.connect, id, "127.0.0.1", port), early = begin(tcp.send, id, bytes(1));
await end("a send before the connect has ended (race)", early);
await end("the connect", late);

id = await make(tcp);
await see("refused", tcp.connect, id, "127.0.0.1", 1);
await see("a refused socket may connect again", tcp.connect, id, "127.0.0.1", port);
await state("info after both", id);
await quiet("a refusal is no event");

// A connection that is not made yet: nobody accepts, and the queue of the system is full.
const full = await peer({ do: "listen", as: "full", backlog: 0 });
const queued = await make(tcp);
await call(tcp.connect, queued, "127.0.0.1", full.port);
for (const [verb, fn] of [["close", tcp.close], ["disconnect", tcp.disconnect]]) {
  id = await make(tcp);
  const waiting = begin(tcp.connect, id, "127.0.0.1", full.port);
  await quiet(verb + " of a pending connect: before");
  await state(verb + " of a pending connect: info", id);
  await see(verb + " of a pending connect: another connect", tcp.connect, id, "127.0.0.1", full.port);
  await see(verb + " of a pending connect: send", tcp.send, id, bytes(1));
  await see(verb + " of a pending connect", fn, id);
  await end(verb + " of a pending connect: the connect", waiting, 400);
  await quiet(verb + " of a pending connect: events");
  await state(verb + " of a pending connect: info after it", id);
}
