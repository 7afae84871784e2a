// TCP: connecting a socket again: from the callback of disconnect, at once, and from onReceiveError.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
async function pair(as) {
  const id = await make(tcp);
  await call(tcp.connect, id, "127.0.0.1", port);
  await peer({ do: "accept", on: "s", as });
  return id;
}
async function state(what, id) {
  const { connected, paused } = await call(tcp.getInfo, id);
  note(what, { connected, paused });
}
let id = await pair("first");
await new Promise((done) => tcp.disconnect(id, () => tcp.connect(id, "127.0.0.1", port, (result) => done(note("connect in disconnect's callback", result)))));
await peer({ do: "accept", on: "s", as: "second" });
await take("its events", 1);
await state("it is paused by its own end", id);
await peer({ do: "send", on: "second", text: "hello" });
await quiet("so nothing is read");
await call(tcp.setPaused, id, false);
await take("until it is unpaused", 1);

id = await pair("third");
const disconnecting = begin(tcp.disconnect, id), connecting = begin(tcp.connect, id, "127.0.0.1", port);
await end("disconnect, at once followed by connect", disconnecting);
await end("that connect", connecting);
await peer({ do: "accept", on: "s", as: "fourth" });
await take("events of both", 1);
await state("it is paused as well", id);

id = await pair("fifth");
let again = true;
tcp.onReceiveError.addListener((info) => {
  if (info.socketId !== id || !again) return;
  again = false;
  tcp.connect(id, "127.0.0.1", port, (result) => mark("connected again: " + result));
});
await peer({ do: "close", on: "fifth" });
await take("connect in onReceiveError", 2);
await state("and paused again", id);
