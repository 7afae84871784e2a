// TCP: pausing with data in flight. Pauses and resumes lose nothing and double nothing.
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
await see("an unknown socket", tcp.setPaused, 99999, true);
let id = await make(tcp);
await see("a fresh socket", tcp.setPaused, id, true);
await see("again", tcp.setPaused, id, true);
await see("info", tcp.getInfo, id);
await see("unpause", tcp.setPaused, id, false);

id = await pair("before", { paused: true });
await peer({ do: "send", on: "before", text: "waiting" });
await quiet("paused before connect: silent");
await see("paused before connect: info", tcp.getInfo, id);
await call(tcp.setPaused, id, false);
await stream("paused before connect: unpaused", id, 7);

id = await pair("running");
await call(tcp.setPaused, id, true);
await peer({ do: "send", on: "running", text: "one" });
await quiet("paused while a read was outstanding: the first data");
await peer({ do: "send", on: "running", text: "two" });
await quiet("paused while a read was outstanding: the second data");
await call(tcp.setPaused, id, false);
await until(1, 500);
await quiet("unpaused", 50);
await peer({ do: "send", on: "running", text: "three" });
await stream("and on it goes", id, 5);

id = await pair("flood", { bufferSize: 65536 });
await peer({ do: "send", on: "flood", count: 100000 });
for (const paused of [true, false, true, false, true, true, false]) await call(tcp.setPaused, id, paused);
await stream("quick pauses lose nothing", id, 100000);
await quiet("quick pauses double nothing");

id = await pair("listener");
const pauser = (info) => info.socketId === id && tcp.setPaused(id, true);
tcp.onReceive.addListener(pauser);
await peer({ do: "send", on: "listener", text: "first" });
await stream("pause from inside the listener", id, 5);
await until(() => false, 50);
await peer({ do: "send", on: "listener", text: "second" });
await quiet("data after a pause from inside the listener (race)");
tcp.onReceive.removeListener(pauser);
await call(tcp.setPaused, id, false);
await peer({ do: "send", on: "listener", text: "third" });
await until((log) => log.some((e) => e.info.data && new TextDecoder().decode(e.info.data).includes("third")));
await quiet("data after that (race)", 20);

id = await pair("full", { paused: true });
const filling = await peer({ do: "send", on: "full", count: 100000 });
await call(tcp.setPaused, id, false);
await stream("all that waited", id, 100000);

// Whatever is done to a paused socket, its pause stays as it is.
id = await pair("kept", { paused: true });
await see("sending does not unpause", tcp.send, id, bytes(1));
await see("update does not unpause", tcp.update, id, { bufferSize: 10 });
await see("kept: info", tcp.getInfo, id);
await call(tcp.disconnect, id);
await see("disconnect does not unpause", tcp.getInfo, id);
await see("connect again", tcp.connect, id, "127.0.0.1", port);
await peer({ do: "accept", on: "s", as: "kept again" });
await see("connect does not unpause", tcp.getInfo, id);
await peer({ do: "send", on: "kept again", text: "x" });
await quiet("still silent");
