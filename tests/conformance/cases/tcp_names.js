// TCP: names and addresses, families and dnsQueryType.
// @app sockets
// @peer
const peer = await connectPeer();
const v4 = await peer({ do: "listen", as: "v4" });
const v6 = await peer({ do: "listen", as: "v6", host: "::1" });
async function go(what, ...args) {
  const id = await make(tcp);
  await see(what, tcp.connect, id, ...args);
  const { peerAddress, localAddress } = await call(tcp.getInfo, id);
  note(what + ": addresses", [peerAddress, localAddress]);
  await call(tcp.close, id);
  if (peerAddress) await takeFrom(what + ": the event of closing it", "tcp", id, 1);
}
await go("127.0.0.1", "127.0.0.1", v4.port);
await go("::1", "::1", v6.port);
await go("[::1]", "[::1]", v6.port);
await go("0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1", v6.port);
await go("::ffff:127.0.0.1", "::ffff:127.0.0.1", v4.port);
await go("localhost, listening on IPv4", "localhost", v4.port);
await go("localhost, listening on IPv6", "localhost", v6.port);
await go("LOCALHOST", "LOCALHOST", v4.port);
await go("localhost.", "localhost.", v4.port);
await go("a.localhost", "a.localhost", v4.port);
await go("localhost, ipv4", "localhost", v4.port, "ipv4");
await go("localhost, ipv6, listening on IPv4", "localhost", v4.port, "ipv6");
await go("localhost, ipv6", "localhost", v6.port, "ipv6");
await go("localhost, ipv4, listening on IPv6", "localhost", v6.port, "ipv4");
await go("localhost, any", "localhost", v4.port, "any");
await go("localhost, null", "localhost", v4.port, null);
await go("127.0.0.1, ipv4", "127.0.0.1", v4.port, "ipv4");
await go("127.0.0.1, ipv6", "127.0.0.1", v4.port, "ipv6");
await go("::1, ipv4", "::1", v6.port, "ipv4");
await go("127.1", "127.1", v4.port);
await go("0x7f.0.0.1", "0x7f.0.0.1", v4.port);
await go("0177.0.0.1", "0177.0.0.1", v4.port);
await go("2130706433", "2130706433", v4.port);
await go("127.0.0.1.", "127.0.0.1.", v4.port);
await go("256.0.0.1 (offline)", "256.0.0.1", v4.port);
await go("0.0.0.0", "0.0.0.0", v4.port);
await go("space before", " 127.0.0.1", v4.port);
await go("a space inside", "127.0 .0.1", v4.port);
await go("address:port", "127.0.0.1:80", v4.port);
await go("a URL", "http://127.0.0.1/", v4.port);
await go("nothing", "", v4.port);
await go("a dot", ".", v4.port);
await go("NUL", "127.0.0.1\0", v4.port);
await go("an underscore (offline)", "no_such.invalid", v4.port);
await go("a very long name", "a".repeat(70000), v4.port);
await go("a label of 64 characters (offline)", "a".repeat(64) + ".invalid", v4.port);
await go("not ASCII (offline)", "m\u00fcnchen.invalid", v4.port);
await go("percent", "%31%32%37.0.0.1", v4.port);
await go("a zone", "fe80::1%lo", v6.port);
await go("no route (offline)", "192.0.2.1", 80);
await go("no route IPv6 (offline)", "2001:db8::1", 80);
await go("multicast (offline)", "224.0.0.1", 80);
await go("broadcast (offline)", "255.255.255.255", 80);
await go("::", "::", v6.port);
