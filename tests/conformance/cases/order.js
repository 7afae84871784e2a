// Orders that apps rely on: callbacks against the events that the call causes.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
const kinds = (log) => log.map((e) => e.event === "mark" ? e.info : e.event);
async function sequence(what, count) {
  let seen;
  await until((log) => (seen = kinds(log)).length >= count);
  await take(what + ": entries", count);
  note(what, seen);
}

let id = await make(tcp);
tcp.connect(id, "127.0.0.1", port, () => mark("connect"));
await peer({ do: "accept", on: "s", as: "a" });
await peer({ do: "send", on: "a", text: "banner" });
await sequence("connect answers before the first data", 2);

tcp.send(id, text("x"), () => mark("send"));
await until(1);
tcp.disconnect(id, () => mark("disconnect"));
await sequence("disconnect's callback and its error event", 3);

id = await make(tcp);
await call(tcp.connect, id, "127.0.0.1", port);
await peer({ do: "accept", on: "s", as: "b" });
tcp.close(id, () => mark("close"));
await sequence("close's callback and its error event", 2);

const server = await make(tcpServer);
tcpServer.listen(server, "127.0.0.1", 0, () => {
  mark("listen");
  tcpServer.getInfo(server, (info) => { mark("getInfo"); peer({ do: "connect", as: "c", port: info.localPort }); });
});
await sequence("listen answers before the first accept", 3);

const { id: u, port: uport } = await bound();
udp.send(u, text("to itself"), "127.0.0.1", uport, () => mark("send"));
await until(2);
const pairOrder = await take("a datagram to itself and its send (race)", 2);

id = await make(tcp);
await call(tcp.connect, id, "127.0.0.1", port);
await peer({ do: "accept", on: "s", as: "d" });
await peer({ do: "send", on: "d", count: 10000 });
await peer({ do: "close", on: "d" });
await until((log) => log.some((e) => e.event === "tcp.onReceiveError"));
let before = 0, after = 0, seenError = false;
for (const entry of await take("all data, then the end (race)", 1)) {
  if (entry.resultCode !== undefined) seenError = true;
  else if (seenError) after++;
  else before += entry.data.byteLength;
}
note("the error comes after the last byte", [before, after]);

// Calls that are answered without the network do not overtake one another on one socket.
id = await make(tcp);
const labels = [];
const push = (label) => () => { chrome.runtime.lastError; labels.push(label); };
tcp.update(id, { name: "1" }, push("update"));
tcp.setPaused(id, true, push("setPaused"));
tcp.getInfo(id, (info) => labels.push("getInfo " + info.name + " " + info.paused));
tcp.update(id, { name: "2" }, push("update"));
tcp.getInfo(id, (info) => labels.push("getInfo " + info.name));
tcp.close(id, push("close"));
tcp.getInfo(id, push("getInfo"));
await until(() => labels.length === 7, 1000);
note("calls on one socket take effect in order", labels);
