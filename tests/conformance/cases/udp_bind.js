// UDP: bind in each state and with each kind of address.
// @app sockets
const fresh = () => make(udp);
await see("unknown socket", udp.bind, 99999, "127.0.0.1", 0);
for (const address of ["localhost", "", "nonsense", "[::1]", "127.0.0.1:80", " 127.0.0.1", "*", "127.0.0.1\0", "256.1.1.1", "fe80::1%lo"]) {
  await see("address " + JSON.stringify(address), udp.bind, await fresh(), address, 0);
}
for (const address of ["127.0.0.1", "127.1", "2130706433", "127.0.0.1.", "127.0.0.9", "::1", "::", "0.0.0.0", "::ffff:127.0.0.1", "224.0.0.1", "127.255.255.255"]) {
  const id = await fresh();
  await see("address " + address, udp.bind, id, address, 0);
  note("address " + address + ": told as", (await call(udp.getInfo, id)).localAddress);
}
await see("not local", udp.bind, await fresh(), "192.0.2.1", 0);
const { id, port } = await bound({ name: "bound" });
await see("info", udp.getInfo, id);
noteKeys("keys of the info", await call(udp.getInfo, id));
await see("twice", udp.bind, id, "127.0.0.1", 0);
await see("twice, not an address", udp.bind, id, "nonsense", 0);
await see("a taken port", udp.bind, await fresh(), "127.0.0.1", port);
await see("a taken port on every address", udp.bind, await fresh(), "0.0.0.0", port);
await see("the same port on another address", udp.bind, await fresh(), "127.0.0.2", port);
await see("the same port in IPv6", udp.bind, await fresh(), "::1", port);
const retry = await fresh();
await see("not an address", udp.bind, retry, "nonsense", 0);
await see("then an address", udp.bind, retry, "127.0.0.1", 0);
const taken = await fresh();
await see("a port that is taken", udp.bind, taken, "127.0.0.1", port);
await see("info after that", udp.getInfo, taken);
await see("then a free one", udp.bind, taken, "127.0.0.1", 0);
const both = await fresh();
const a = begin(udp.bind, both, "127.0.0.1", 0), b = begin(udp.bind, both, "127.0.0.1", 0);
await end("first of two binds", a);
await end("second of two binds (race)", b);
const closing = await fresh();
const c = begin(udp.bind, closing, "127.0.0.1", 0), d = begin(udp.close, closing);
await end("close right after bind", d);
await end("that bind (race)", c, 400);
await see("close", udp.close, id);
await see("close again", udp.close, id);
await see("the port is free", udp.bind, await fresh(), "127.0.0.1", port);
await quiet("binding and closing are no events");
