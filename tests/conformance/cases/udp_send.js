// UDP: send in each state, sizes, destinations.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "bind", as: "u" });
const unbound = await make(udp);
await see("unknown socket", udp.send, 99999, bytes(1), "127.0.0.1", port);
await see("not bound", udp.send, unbound, bytes(1), "127.0.0.1", port);
await see("not bound, unknown name (offline)", udp.send, unbound, bytes(1), "no.such.host.invalid", port);
await see("not bound, no name", udp.send, unbound, bytes(1), "", port);
await end("more than the quota", begin(udp.send, unbound, new ArrayBuffer(209715201), "127.0.0.1", port), 30000);
const { id } = await bound();
for (const count of [0, 1, 1400, 1473, 8192, 65507]) {
  await see("send " + count, udp.send, id, bytes(count), "127.0.0.1", port);
  const { port: from, ...got } = await peer({ do: "recvfrom", on: "u" });
  note("got " + count, [got, from === (await call(udp.getInfo, id)).localPort]);
}
for (const count of [65508, 65535, 65536, 100000]) await see("send " + count, udp.send, id, bytes(count), "127.0.0.1", port);
await see("a view", udp.send, id, Uint8Array.from("0123456789", (c) => c.charCodeAt(0)).subarray(3, 6), "127.0.0.1", port);
note("got of the view", (await peer({ do: "recvfrom", on: "u" })).text);

const destinations = {
  "port 0": ["127.0.0.1", 0], "port -1": ["127.0.0.1", -1], "port 65536": ["127.0.0.1", 65536], "a closed port": ["127.0.0.1", 1],
  "no host": ["", 9], "unknown name (offline)": ["no.such.host.invalid", 9], "127.1": ["127.1", 9], "[::1]": ["[::1]", 9],
  "::1 from IPv4": ["::1", 9], "localhost": ["localhost", 9], "localhost, ipv4": ["localhost", 9, "ipv4"],
  "localhost, ipv6": ["localhost", 9, "ipv6"], "localhost, any": ["localhost", 9, "any"], "localhost, null": ["localhost", 9, null],
  "127.0.0.1, ipv6": ["127.0.0.1", 9, "ipv6"], "127.0.0.1, ipv4": ["127.0.0.1", 9, "ipv4"], "0.0.0.0": ["0.0.0.0", 9],
  "no route (offline)": ["192.0.2.1", 9], "broadcast": ["255.255.255.255", 9], "loopback broadcast": ["127.255.255.255", 9],
  "multicast": ["237.1.2.3", 9],
};
for (const [label, where] of Object.entries(destinations)) await see("to " + label, udp.send, id, bytes(1), ...where);
const six = await bound({}, "::1");
const destinations6 = { "127.0.0.1": ["127.0.0.1", 9], "::ffff:127.0.0.1": ["::ffff:127.0.0.1", 9], "localhost": ["localhost", 9], "localhost, ipv4": ["localhost", 9, "ipv4"] };
for (const [label, where] of Object.entries(destinations6)) await see("from ::1 to " + label, udp.send, six.id, bytes(1), ...where);
const any = await bound({}, "::");
for (const [label, where] of Object.entries(destinations6)) await see("from :: to " + label, udp.send, any.id, bytes(1), ...where);
const all = await bound({}, "0.0.0.0");
await see("from 0.0.0.0", udp.send, all.id, text("any"), "127.0.0.1", port);
note("got from 0.0.0.0", (await peer({ do: "recvfrom", on: "u" })).text);

await see("broadcast is not allowed yet", udp.send, all.id, bytes(1), "127.255.255.255", port);
await see("setBroadcast", udp.setBroadcast, all.id, true);
await see("broadcast is allowed", udp.send, all.id, bytes(1), "127.255.255.255", port);
await see("setBroadcast off", udp.setBroadcast, all.id, false);
await see("broadcast is not allowed any more", udp.send, all.id, bytes(1), "127.255.255.255", port);
await see("setBroadcast, not bound", udp.setBroadcast, unbound, true);
await see("setBroadcast, unknown socket", udp.setBroadcast, 99999, true);

const begun = Array.from({ length: 20 }, (_, i) => begin(udp.send, id, text("n" + i), "127.0.0.1", port));
const answers = (await Promise.all(begun)).map(({ seen }) => seen);
note("twenty sends at once", answers.map((a) => a.args[0].bytesSent));
const order = [];
for (let i = 0; i < 20; i++) order.push((await peer({ do: "recvfrom", on: "u" })).text);
note("they arrive in order", order);
const dying = begin(udp.send, id, text("dying"), "127.0.0.1", port), close = begin(udp.close, id);
await end("close right after send", close);
await end("that send (race)", dying, 400);
await see("send after close", udp.send, id, bytes(1), "127.0.0.1", port);
await quiet("sending is no event");
