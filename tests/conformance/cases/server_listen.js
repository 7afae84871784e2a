// Listening: addresses, ports, backlog, twice, again after disconnect.
// @app sockets
const fresh = () => make(tcpServer);
await see("unknown socket", tcpServer.listen, 99999, "127.0.0.1", 0);
for (const address of [
  "localhost", "", "not an address", "[::1]", "127.0.0.1:80", " 127.0.0.1", "*", "fe80::1%lo", "127.0.0.1\0", "256.1.1.1", "1.2.3",
]) await see("address " + JSON.stringify(address), tcpServer.listen, await fresh(), address, 0);
for (const address of ["127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "127.0.0.1.", "127.0.0.2", "::1", "0:0:0:0:0:0:0:1", "::", "0.0.0.0", "::ffff:127.0.0.1"]) {
  const id = await fresh();
  await see("address " + address, tcpServer.listen, id, address, 0);
  note("address " + address + ": told as", (await call(tcpServer.getInfo, id)).localAddress);
  await call(tcpServer.close, id);
}
await see("not local", tcpServer.listen, await fresh(), "192.0.2.1", 0);
await see("multicast", tcpServer.listen, await fresh(), "224.0.0.1", 0);
for (const backlog of [0, -1, 1, 5, 2147483647, -2147483648, null, undefined]) {
  const id = await fresh();
  await see("backlog " + backlog, tcpServer.listen, id, "127.0.0.1", 0, backlog);
  await call(tcpServer.close, id);
}
const { id, port } = await listening({ name: "server" });
await see("info", tcpServer.getInfo, id);
await see("a taken port", tcpServer.listen, await fresh(), "127.0.0.1", port);
await see("a taken port on every address", tcpServer.listen, await fresh(), "0.0.0.0", port);
await see("the same port on another address", tcpServer.listen, await fresh(), "127.0.0.2", port);
const retry = await fresh();
await see("a port that is taken", tcpServer.listen, retry, "127.0.0.1", port);
await see("may be tried again with another", tcpServer.listen, retry, "127.0.0.1", 0);

await see("disconnect", tcpServer.disconnect, id);
await see("info after disconnect", tcpServer.getInfo, id);
await see("disconnect again", tcpServer.disconnect, id);
await see("nobody listens", tcp.connect, await make(tcp), "127.0.0.1", port);
await see("listen again on the same port", tcpServer.listen, id, "127.0.0.1", port);
const client = await make(tcp);
await see("it accepts again", tcp.connect, client, "127.0.0.1", port);
await nextAccept(id);
await see("close", tcpServer.close, id);
await see("close again", tcpServer.close, id);
await see("disconnect a closed one", tcpServer.disconnect, id);
await see("the accepted connection lives on", tcp.send, client, bytes(1));
await see("the port is free", tcpServer.listen, await fresh(), "127.0.0.1", port);

const twice = (await listening()).id;
await see("listen twice", tcpServer.listen, twice, "127.0.0.1", 0);
await take("events of listening twice", 1);
await see("info after listening twice", tcpServer.getInfo, twice);

const both = await fresh();
const a = begin(tcpServer.listen, both, "127.0.0.1", 0), b = begin(tcpServer.close, both);
await end("close right after listen", b);
await end("that listen (race)", a, 400);

// Ended while listen is under way: the first time, and on a socket that listens.
for (const [verb, fn] of [["close", tcpServer.close], ["disconnect", tcpServer.disconnect]]) {
  for (const [state, id] of [["fresh", await make(tcpServer)], ["listening", (await listening()).id]]) {
    const begun = begin(tcpServer.listen, id, "127.0.0.1", 0), ending = begin(fn, id);
    await end(verb + " right after listen, " + state, ending);
    await end(verb + " right after listen, " + state + ": the listen (race)", begun, 400);
    await quiet(verb + " right after listen, " + state + ": events (race)");
    await see(verb + " right after listen, " + state + ": info (race)", tcpServer.getInfo, id);
  }
}
