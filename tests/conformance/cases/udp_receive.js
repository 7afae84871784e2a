// UDP: what arrives: sizes against bufferSize, empty datagrams, pausing, senders.
// @app sockets
// @peer
const peer = await connectPeer();
const from = await peer({ do: "bind", as: "u" });
const to = (port, what) => peer({ do: "sendto", on: "u", port, ...what });
const one = await bound();
await to(one.port, { text: "hello" });
const [info] = await take("a datagram", 1);
noteKeys("keys of onReceive's argument", info);
note("remotePort is the sender's", info.remotePort === from.port);
note("data is an ArrayBuffer of this page", info.data instanceof ArrayBuffer);
await to(one.port, { count: 0 });
await take("an empty datagram", 1);
for (const count of [4096, 4097, 65507]) {
  await to(one.port, { count });
  await take("default bufferSize: " + count, 1);
  await see("info after " + count, udp.getInfo, one.id);
  await call(udp.setPaused, one.id, false);
}
await to(one.port, { text: "after" });
await take("it goes on after unpausing", 1);

for (const bufferSize of [1, 64, 0, -1, 65535, 65536, 1 << 20]) {
  const { id, port } = await bound({ bufferSize });
  for (const count of [1, 64, 65, 4096, 4097, 65507]) {
    await to(port, { count });
    await takeFrom("bufferSize " + bufferSize + ": " + count, "udp", id, 1);
    await call(udp.setPaused, id, false);
  }
  await call(udp.close, id);
}
const small = await bound({ bufferSize: 4 });
await to(small.port, { text: "too long" });
await takeFrom("too long", "udp", small.id, 1);
await to(small.port, { text: "fits" });
await quiet("paused by the error");
await see("info of a socket that an error paused", udp.getInfo, small.id);
await call(udp.setPaused, small.id, false);
await takeFrom("unpaused", "udp", small.id, 1);
await see("update bufferSize", udp.update, small.id, { bufferSize: 100 });
await to(small.port, { text: "longer than four" });
await takeFrom("the read that was begun before the update", "udp", small.id, 1);
await call(udp.setPaused, small.id, false);
await to(small.port, { text: "longer than four" });
await takeFrom("after the update", "udp", small.id, 1);

const paused = await make(udp);
await call(udp.setPaused, paused, true);
await call(udp.bind, paused, "127.0.0.1", 0);
const { localPort } = await call(udp.getInfo, paused);
for (const word of ["one", "two", "three"]) await to(localPort, { text: word });
await quiet("paused before bind: silent");
await call(udp.setPaused, paused, false);
await take("paused before bind: what waited", 3);
await see("pause", udp.setPaused, paused, true);
await to(localPort, { text: "four" });
await quiet("the first datagram while paused");
await to(localPort, { text: "five" });
await quiet("the second datagram while paused");
await call(udp.setPaused, paused, false);
await until(1);
await quiet("unpaused after that", 50);
await see("pause an unknown socket", udp.setPaused, 99999, true);

const six = await bound({}, "::1");
await call(udp.send, six.id, text("six"), "::1", six.port);
await take("from itself in IPv6", 1);
const dual = await bound({}, "::");
await to(dual.port, { text: "mapped" });
await take("an IPv4 sender at ::", 1);
for (let i = 0; i < 50; i++) await to(one.port, { text: "burst" + i });
await take("fifty in order", 50);
await see("close", udp.close, one.id);
await to(one.port, { text: "late" });
await quiet("nothing after close");
