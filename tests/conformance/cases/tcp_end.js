// TCP: how a connection ends: by either side, in order or not, paused or not.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
async function pair(as, { paused = false, ...properties } = {}) {
  const id = await make(tcp, properties);
  if (paused) await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "127.0.0.1", port);
  await peer({ do: "accept", on: "s", as });
  return id;
}
let id = await pair("close");
await peer({ do: "close", on: "close" });
await take("the peer closes", 1);
await see("info afterwards", tcp.getInfo, id);
await see("send afterwards", tcp.send, id, bytes(1));
await see("unpause afterwards", tcp.setPaused, id, false);
await quiet("unpausing brings no second error");
await see("secure afterwards", tcp.secure, id);
await see("setNoDelay afterwards", tcp.setNoDelay, id, true);
await see("disconnect afterwards", tcp.disconnect, id);
await see("connect again", tcp.connect, id, "127.0.0.1", port);
await peer({ do: "accept", on: "s", as: "again" });
await see("info when connected again", tcp.getInfo, id);
await peer({ do: "send", on: "again", text: "hi" });
await take("data on the new connection", 1);

id = await pair("reset");
await peer({ do: "reset", on: "reset" });
await take("the peer resets", 1);
await see("info after the reset", tcp.getInfo, id);

id = await pair("data then reset", { paused: true });
await peer({ do: "send", on: "data then reset", text: "lost?" });
await peer({ do: "reset", on: "data then reset" });
await quiet("paused: no event of the reset");
await see("paused: send after the reset", tcp.send, id, bytes(1));
await call(tcp.setPaused, id, false);
await until((log) => log.some((e) => e.event === "tcp.onReceiveError"));
await take("unpaused after a reset", 1);

id = await pair("half");
await peer({ do: "shutdown", on: "half" });
await take("the peer closes its half", 1);
note("the peer sees the end of the other half", await peer({ do: "eof", on: "half" }));

id = await pair("paused half", { paused: true });
await peer({ do: "shutdown", on: "paused half" });
await see("paused: send after the peer's half is closed", tcp.send, id, text("still here"));
note("paused: the peer gets it", await peer({ do: "expect", on: "paused half", count: 10 }));
await see("paused: info after the peer's half is closed", tcp.getInfo, id);
await call(tcp.setPaused, id, false);
await take("unpaused: the end", 1);

id = await pair("disconnect");
await see("disconnect", tcp.disconnect, id);
await take("events of disconnect", 1);
await see("info after disconnect", tcp.getInfo, id);
note("the peer sees", await peer({ do: "eof", on: "disconnect" }));
await see("disconnect again", tcp.disconnect, id);
await quiet("disconnecting again is no event");

id = await pair("paused disconnect", { paused: true });
await see("paused: disconnect", tcp.disconnect, id);
await quiet("paused: events of disconnect");
await see("paused: info after disconnect", tcp.getInfo, id);

id = await pair("own close");
await see("close", tcp.close, id);
await take("events of close", 1);
note("the peer sees of close", await peer({ do: "eof", on: "own close" }));

id = await pair("paused close", { paused: true });
await see("paused: close", tcp.close, id);
await quiet("paused: events of close");

id = await pair("unread");
await call(tcp.setPaused, id, true);
await peer({ do: "send", on: "unread", count: 5000 });
await see("close with unread data", tcp.close, id);
await until((log) => log.some((e) => e.event === "tcp.onReceiveError"), 300);
await quiet("events of close with unread data (race)", 100);

id = await pair("send and close");
const sending = begin(tcp.send, id, text("goodbye"));
const closing = begin(tcp.close, id);
await end("the close right after a send", closing);
await end("the send right before a close (race)", sending, 500);
note("the peer's end of send and close (race)", await peer({ do: "eof", on: "send and close" }));
await take("events of send and close", 1);
