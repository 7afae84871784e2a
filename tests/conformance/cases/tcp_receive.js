// TCP: how what arrives is cut into events, and what bufferSize means.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
async function pair(as, properties) {
  const id = await make(tcp, properties);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "127.0.0.1", port);
  await peer({ do: "accept", on: "s", as });
  return id;
}
/** What a paused socket gets when data wait for it and it is unpaused. */
async function cut(label, properties, count, most) {
  const id = await pair(label, properties);
  await peer({ do: "send", on: label, count });
  await call(tcp.setPaused, id, false);
  const sizes = await stream(label + ": all of it", id, count);
  note(label + ": no event is larger than", [most, sizes.every((n) => n <= most)]);
  note(label + ": no event is empty", sizes.every((n) => n > 0));
  await call(tcp.close, id);
}
await cut("default", {}, 20000, 4096);
await cut("one", { bufferSize: 1 }, 5, 1);
await cut("hundred", { bufferSize: 100 }, 1000, 100);
await cut("zero", { bufferSize: 0 }, 10000, 4096);
await cut("negative", { bufferSize: -5 }, 10000, 4096);
await cut("64 KiB", { bufferSize: 65536 }, 300000, 65536);
await cut("1 MiB", { bufferSize: 1 << 20 }, 300000, 65536);
await cut("16 MiB", { bufferSize: 16 << 20 }, 100000, 65536);

const small = await pair("small", { bufferSize: 3 });
await peer({ do: "send", on: "small", text: "abcdefgh" });
await quiet("a paused socket is silent");
await call(tcp.setPaused, small, false);
await until((log) => log.reduce((n, e) => n + (e.info.data ? e.info.data.byteLength : 0), 0) === 8);
await quiet("cut into threes", 30);
await call(tcp.update, small, { bufferSize: 5 });
await peer({ do: "send", on: "small", text: "ABCDEFGHIJ" });
const sizes = await stream("after update to five", small, 10);
note("first read was begun before, the others are five (race)", sizes);

const late = await make(tcp, { bufferSize: 2 });
await call(tcp.connect, late, "127.0.0.1", port);
await peer({ do: "accept", on: "s", as: "late" });
await peer({ do: "send", on: "late", text: "xyz" });
await until((log) => log.length >= 2);
await take("events of an unpaused socket", 2);

// What comes with the end of the stream, and in which order.
const ending = await pair("ending", { bufferSize: 4 });
await peer({ do: "send", on: "ending", text: "last words" });
await peer({ do: "close", on: "ending" });
await quiet("paused: neither data nor end");
await see("paused: info after the peer has closed", tcp.getInfo, ending);
await call(tcp.setPaused, ending, false);
await takeFrom("data, then the end", "tcp", ending, 4);
await see("info after the end", tcp.getInfo, ending);

const zeros = await pair("zeros");
await peer({ do: "send", on: "zeros", count: 0 });
await call(tcp.setPaused, zeros, false);
await quiet("nothing sent, nothing received");
