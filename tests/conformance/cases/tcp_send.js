// TCP: send in each state of a socket, and the order of its answers.
// @app sockets
// @peer
const fresh = await make(tcp);
await see("before connect", tcp.send, fresh, bytes(1));
await see("nothing, before connect", tcp.send, fresh, bytes(0));
await see("unknown socket", tcp.send, 99999, bytes(1));
await end("more than the quota", begin(tcp.send, fresh, new ArrayBuffer(209715201)), 30000);
await end("more than the quota, unknown socket", begin(tcp.send, 99999, new ArrayBuffer(209715201)), 30000);
await see("after a refusal of the quota", tcp.send, fresh, bytes(1));

const { client, accepted, server } = await connected();
await see("one byte", tcp.send, client, bytes(1));
await see("nothing", tcp.send, client, bytes(0));
await call(tcp.setPaused, accepted, false);
await stream("one byte arrives", accepted, 1);
await quiet("nothing is not an event");

const sent = (label) => (info) => { mark(label + " " + JSON.stringify(info)); };
tcp.send(client, bytes(70000), sent("first"));
tcp.send(client, bytes(1), sent("second"));
// Nothing, sent behind something that waits, crashes Chromium 156.
tcp.send(client, bytes(100000), sent("third"));
await until((log) => log.filter((e) => e.event === "mark").length === 3);
await until((log) => log.reduce((n, e) => n + (e.info.data ? e.info.data.byteLength : 0), 0) === 170001);
await stream("all of three sends", accepted, 170001);
await take("callbacks in the order of the calls", 3);

await see("on the accepted socket", tcp.send, accepted, text("back"));
await stream("it arrives", client, 4);
await see("while paused", tcp.setPaused, client, true);
await see("a paused socket sends", tcp.send, client, text("paused"));
await stream("from a paused socket", accepted, 6);
await see("disconnect", tcp.disconnect, client);
await see("after disconnect", tcp.send, client, bytes(1));
await takeFrom("the other side's error", "tcp", accepted, 1);
await see("after the end", tcp.send, accepted, bytes(1));
await quiet("an error happens once");

const peer = await connectPeer();
const slow = await peer({ do: "listen", as: "slow" });
const sender = await make(tcp);
await call(tcp.connect, sender, "127.0.0.1", slow.port);
await peer({ do: "accept", on: "slow", as: "c" });
const large = begin(tcp.send, sender, bytes(16 << 20));
const behind = begin(tcp.send, sender, text("behind"));
let answered = false;
large.then(() => answered = true);
await quiet("16 MiB to a peer that does not read");
note("is not answered", answered);
note("the peer reads", await peer({ do: "expect", on: "c", count: 16 << 20 }));
await end("16 MiB", large);
await end("the send behind it", behind);
note("what was behind", await peer({ do: "expect", on: "c", count: 6 }));
