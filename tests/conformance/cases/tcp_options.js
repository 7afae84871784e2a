// TCP: setNoDelay and setKeepAlive in each state.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
const id = await make(tcp);
await see("setNoDelay of an unknown socket", tcp.setNoDelay, 99999, true);
await see("setKeepAlive of an unknown socket", tcp.setKeepAlive, 99999, true);
await see("setNoDelay before connect", tcp.setNoDelay, id, true);
await see("setKeepAlive before connect", tcp.setKeepAlive, id, true, 10);
await call(tcp.connect, id, "127.0.0.1", port);
await see("setNoDelay true", tcp.setNoDelay, id, true);
await see("setNoDelay false", tcp.setNoDelay, id, false);
for (const args of [[true], [false], [true, 0], [true, 1], [true, 1000], [true, 32767], [true, 32768], [true, -1], [true, 2147483647], [false, -1], [false, 0]]) {
  await see("setKeepAlive " + JSON.stringify(args), tcp.setKeepAlive, id, ...args);
}
await see("setKeepAlive with null", tcp.setKeepAlive, id, true, null);
await peer({ do: "accept", on: "s", as: "c" });
await peer({ do: "close", on: "c" });
await take("the end", 1);
await see("setNoDelay after the end", tcp.setNoDelay, id, true);
await see("setKeepAlive after the end", tcp.setKeepAlive, id, true, 1);
const { accepted } = await connected();
await see("setNoDelay of an accepted socket", tcp.setNoDelay, accepted, true);
await see("setKeepAlive of an accepted socket", tcp.setKeepAlive, accepted, true, 5);
await call(tcp.close, accepted);

// While a connection is being made: nobody accepts, and the queue of the system is full.
const full = await peer({ do: "listen", as: "full", backlog: 0 });
const queued = await make(tcp), pending = await make(tcp);
await call(tcp.connect, queued, "127.0.0.1", full.port);
const connecting = begin(tcp.connect, pending, "127.0.0.1", full.port);
await quiet("a connection that waits");
await see("setNoDelay meanwhile", tcp.setNoDelay, pending, false);
for (const args of [[true, 5], [true], [true, -1], [true, 32768], [false]]) await see("setKeepAlive meanwhile " + JSON.stringify(args), tcp.setKeepAlive, pending, ...args);
await call(tcp.close, pending);
await end("that connect", connecting, 300);
