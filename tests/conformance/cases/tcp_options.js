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
