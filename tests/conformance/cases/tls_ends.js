// TLS: how an established connection ends, and what comes on it that is no TLS.
// @app sockets
// @peer
const peer = await connectPeer();
async function secured(as, max, paused) {
  const { port } = await peer({ do: "listen", as: "server " + as, tls: { certificate: "good", max } });
  const id = await make(tcp);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "127.0.0.1", port);
  const shaking = peer({ do: "handshake", on: "server " + as, as });
  await call(tcp.secure, id);
  await shaking;
  if (!paused) await call(tcp.setPaused, id, false);
  return id;
}
const ends = {
  "goodbye": async (on) => {
    await peer({ do: "send", on, text: "last" });
    await peer({ do: "goodbye", on });
  },
  "cut": async (on) => {
    await peer({ do: "send", on, text: "last" });
    await peer({ do: "shutdown", on });
  },
  "cut in a record": async (on) => {
    await peer({ do: "send", on, text: "\x17\x03\x03\x00\x50half", plain: true });
    await peer({ do: "shutdown", on });
  },
  "no TLS": async (on) => {
    await peer({ do: "send", on, text: "before" });
    await peer({ do: "send", on, text: "this is no TLS", plain: true });
  },
};
for (const max of ["tls1.2", "tls1.3"]) {
  for (const paused of [false, true]) {
    for (const [how, happen] of Object.entries(ends)) {
      const what = [how, max, paused ? "paused" : "reading"].join(", ");
      const id = await secured(what, max, paused);
      await happen(what);
      if (paused) {
        await quiet(what + ": nothing is told", 100);
        await call(tcp.setPaused, id, false);
      }
      await until((log) => log.some((e) => e.event === "tcp.onReceiveError"));
      await take(what + ": events", 1);
      const { connected, paused: stopped } = await call(tcp.getInfo, id);
      note(what + ": then it is connected, paused", [connected, stopped]);
      await see(what + ": send", tcp.send, id, bytes(1));
      await see(what + ": disconnect", tcp.disconnect, id);
      await see(what + ": close", tcp.close, id);
    }
  }
}

// A second connect leaves the connection, and the name to verify is its own; whether the peer is there comes first.
for (const [label, host] of Object.entries({ "no name": "", "a long name": "x".repeat(300), "brackets": "[::1]", "a bad name": "a%b" })) {
  const as = "gone, " + label, { port } = await peer({ do: "listen", as });
  const id = await make(tcp);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "127.0.0.1", port);
  await peer({ do: "accept", on: as, as: "c " + label });
  await peer({ do: "shutdown", on: "c " + label });
  await see(as + ": a second connect", tcp.connect, id, host, port);
  await see(as + ": secure", tcp.secure, id);
}
