// An app that may do little: which calls its patterns let through. A refused connection was let through.
// @app narrow
const hosts = [
  ["127.0.0.1", 7], ["127.0.0.1", 6], ["127.1", 7], ["localhost", 7], ["::1", 7], ["127.0.0.1", 65543], ["127.0.0.1", -65529], ["127.0.0.1.", 7],
  ["localhost", 8], ["a.localhost", 8], ["A.LOCALHOST", 8], [".localhost", 8], ["xlocalhost", 8], ["a.localhost.", 8], ["a.localhost", 65544],
  ["localhost", 9], ["LocalHost", 9], ["a.localhost", 9],
  ["127.0.0.1", 10], ["::1", 10], ["localhost", 10], ["", 10], ["127.0.0.1", 65546],
  ["127.0.0.1", 11], ["x.0.0.1", 12],
];
for (const [host, port] of hosts) await see("tcp.connect " + JSON.stringify(host) + " " + port, tcp.connect, await make(tcp), host, port);
await see("tcp.connect by name (offline)", tcp.connect, await make(tcp), "example.invalid", 1234);
await see("tcp.connect by a name below (offline)", tcp.connect, await make(tcp), "www.example.invalid", 1234);
for (const [address, port] of [["127.0.0.1", 0], ["127.0.0.1", 47124], ["0.0.0.0", 0], ["127.0.0.1", 47123], ["0.0.0.0", 112659], ["127.1", 0], ["::1", 0], ["::", 47125]]) {
  await see("udp.bind " + address + " " + port, udp.bind, await make(udp), address, port);
}
const { id } = await bound();
for (const [host, port] of [["127.0.0.1", 9], ["127.0.0.1", 10], ["127.0.0.1", 47999], ["127.0.0.2", 47999], ["127.0.0.1", 65545], ["127.1", 9], ["localhost", 9], ["127.0.0.1", 0]]) {
  await see("udp.send " + host + " " + port, udp.send, id, bytes(1), host, port);
}
await see("udp.joinGroup", udp.joinGroup, id, "237.1.2.3");
await see("udp.getJoinedGroups", udp.getJoinedGroups, id);
for (const [address, port] of [["127.0.0.1", 47001], ["127.0.0.1", 0], ["127.0.0.1", 112537], ["127.0.0.2", 0], ["127.0.0.2", 47001], ["127.0.0.3", 47001], ["127.1", 47001], ["0.0.0.0", 47001]]) {
  const server = await make(tcpServer);
  await see("tcpServer.listen " + address + " " + port, tcpServer.listen, server, address, port);
  await call(tcpServer.close, server);
}
