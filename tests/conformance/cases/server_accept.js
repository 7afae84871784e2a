// Accepting: in which order, what an accepted socket is, with a server paused and unpaused.
// @app sockets
// @peer
const peer = await connectPeer();
const { id, port } = await listening({ persistent: true, name: "server" });
await peer({ do: "connect", as: "a", port });
const [event] = await take("a connection", 1);
noteKeys("keys of onAccept's argument", event);
const accepted = event.clientSocketId;
await see("info of the accepted socket", tcp.getInfo, accepted);
await peer({ do: "send", on: "a", text: "early" });
await quiet("an accepted socket starts paused");
await see("unpause", tcp.setPaused, accepted, false);
await stream("what came early", accepted, 5);
await see("send", tcp.send, accepted, text("hello"));
note("the peer gets it", await peer({ do: "expect", on: "a", count: 5 }));
await see("name an accepted socket", tcp.update, accepted, { name: "accepted", persistent: true, bufferSize: 2 });
await see("its info", tcp.getInfo, accepted);
await peer({ do: "send", on: "a", text: "abc" });
await stream("more", accepted, 3);
await see("connect an accepted socket", tcp.connect, accepted, "127.0.0.1", port);
await peer({ do: "close", on: "a" });
await take("the peer closes", 1);
await see("info after the end", tcp.getInfo, accepted);

for (const as of ["b", "c", "d"]) await peer({ do: "connect", as, port });
const three = await take("three connections", 3);
note("ids go up", three.map((e) => e.clientSocketId - three[0].clientSocketId));
await peer({ do: "close", on: "b" });
await quiet("a paused socket does not tell of its end");
await see("it still says connected", tcp.getInfo, three[0].clientSocketId);
await see("close it", tcp.close, three[0].clientSocketId);
await see("disconnect an accepted socket", tcp.disconnect, three[1].clientSocketId);
note("its peer sees", await peer({ do: "eof", on: "c" }));
await quiet("a paused socket is disconnected without an event");

await see("an accepted id means nothing to tcpServer", tcpServer.getInfo, three[1].clientSocketId + 1000);
await see("pause the server", tcpServer.setPaused, id, true);
await see("info of a paused server", tcpServer.getInfo, id);
await peer({ do: "connect", as: "e", port });
await quiet("a connection while paused");
await peer({ do: "connect", as: "f", port });
await quiet("a second connection while paused");
await see("unpause the server", tcpServer.setPaused, id, false);
await quiet("events after unpausing the server");
await peer({ do: "connect", as: "g", port });
await quiet("a connection after unpausing");

const early = await make(tcpServer);
await call(tcpServer.setPaused, early, true);
await call(tcpServer.listen, early, "127.0.0.1", 0);
const info = await see("info of a server that was paused before it listened", tcpServer.getInfo, early);
await peer({ do: "connect", as: "h", port: info.localPort });
await quiet("paused before listen: a connection");
await call(tcpServer.setPaused, early, false);
await quiet("paused before listen: unpaused");

const shy = (await listening()).id;
await see("pausing twice", tcpServer.setPaused, shy, true);
await see("pausing twice, again", tcpServer.setPaused, shy, true);
await see("setPaused of an unknown server", tcpServer.setPaused, 99999, true);

const gone = await listening();
await peer({ do: "connect", as: "i", port: gone.port });
const kept = await nextAccept(gone.id);
await call(tcpServer.close, gone.id);
await call(tcp.setPaused, kept, false);
await peer({ do: "send", on: "i", text: "still" });
await stream("an accepted socket survives its server", kept, 5);
await peer({ do: "reset", on: "i" });
await take("its peer resets", 1);
