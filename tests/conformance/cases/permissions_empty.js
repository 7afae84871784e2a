// An app with an empty sockets key: everything is there and nothing is allowed.
// @app empty
await see("tcp.create", tcp.create, {});
const t = await make(tcp), u = await make(udp), s = await make(tcpServer);
await see("tcp.connect", tcp.connect, t, "127.0.0.1", 80);
await see("tcp.connect, unknown name", tcp.connect, t, "no.such.host.invalid", 80);
await see("tcp.connect, unknown socket", tcp.connect, 99999, "127.0.0.1", 80);
await see("udp.bind", udp.bind, u, "127.0.0.1", 0);
await see("udp.bind, not an address", udp.bind, u, "nonsense", 0);
await see("udp.bind, unknown socket", udp.bind, 99999, "127.0.0.1", 0);
await see("udp.send", udp.send, u, bytes(1), "127.0.0.1", 9);
await see("udp.send, unknown socket", udp.send, 99999, bytes(1), "127.0.0.1", 9);
await see("udp.joinGroup", udp.joinGroup, u, "237.1.2.3");
await see("udp.joinGroup, not an address", udp.joinGroup, u, "nonsense");
await see("udp.leaveGroup", udp.leaveGroup, u, "237.1.2.3");
await see("udp.getJoinedGroups", udp.getJoinedGroups, u);
await see("udp.setMulticastTimeToLive", udp.setMulticastTimeToLive, u, 1);
await see("udp.setMulticastLoopbackMode", udp.setMulticastLoopbackMode, u, true);
await see("udp.setBroadcast", udp.setBroadcast, u, true);
await see("tcpServer.listen", tcpServer.listen, s, "127.0.0.1", 0);
await see("tcpServer.listen, not an address", tcpServer.listen, s, "nonsense", 0);
await see("tcpServer.listen, backlog 0", tcpServer.listen, s, "127.0.0.1", 0, 0);
await see("tcpServer.listen, unknown socket", tcpServer.listen, 99999, "127.0.0.1", 0);
await see("tcp.send over the quota", tcp.send, t, new ArrayBuffer(209715201));
await see("udp.send over the quota", udp.send, u, new ArrayBuffer(209715201), "127.0.0.1", 9);
await see("tcp.send", tcp.send, t, bytes(1));
await see("tcp.secure after a connect that was refused", tcp.secure, t);
for (const [space, api, id] of [["tcp", tcp, t], ["udp", udp, u], ["tcpServer", tcpServer, s]]) await see(space + ".getInfo", api.getInfo, id);
await form("arguments are checked before permissions", tcp.connect, t, "127.0.0.1", "80", CALLBACK);
