// A dropped connection comes back without the app noticing, or ends every socket with an event.

import assert from "node:assert/strict";
import { Daemon, receive, settled } from "./daemon.ts";
import { realmOf } from "./support.ts";

/** A page with a session, and its `chrome`. */
async function page() {
  const daemon = await Daemon.started({ grace: 10_000 });
  // deno-lint-ignore no-explicit-any
  const chrome = realmOf(daemon.hub).chrome as any;
  return { daemon, chrome, tcp: chrome.sockets.tcp };
}

/** Drops the connection and lets the page connect anew, up to its hello. */
async function reconnected(daemon: Daemon): Promise<unknown[]> {
  daemon.drop();
  daemon.timers.advance(0);
  await settled();
  const hello = daemon.said();
  return hello[0] as unknown[];
}

Deno.test("the page says hello with its secret and nothing else", async () => {
  using daemon = new Daemon();
  daemon.hub.link.start();
  await settled();
  assert.deepEqual(daemon.messages, [[["hello", { version: 1, secret: "s" }]]]);
});

Deno.test("after a drop the page resumes, confirms, and says again what the daemon lacks, in order", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  const got: unknown[] = [];
  for (const id of [1, 2, 3]) {
    tcp.getInfo(id, () => got.push(id));
    await settled();
  }
  daemon.said();
  daemon.say(["result", 1, [{}], null]);
  await daemon.idle();
  const hello = await reconnected(daemon);
  assert.deepEqual(hello, ["hello", { version: 1, secret: "s", resume: "token", received: 1 }]);
  tcp.getInfo(4, () => got.push(4));
  await settled();
  daemon.welcome({ resumed: true, resume: "token2", received: 2 });
  assert.deepEqual(daemon.said(), [
    ["ack", 1],
    ["call", 3, "sockets.tcp.getInfo", [3]],
    ["call", 4, "sockets.tcp.getInfo", [4]],
  ]);
  daemon.say(["result", 2, [{}], null], ["result", 3, [{}], null], ["result", 4, [{}], null]);
  await daemon.idle();
  assert.deepEqual(got, [1, 2, 3, 4]);
  const again = await reconnected(daemon);
  assert.deepEqual(again, ["hello", { version: 1, secret: "s", resume: "token2", received: 2 }]);
});

Deno.test("the page tries again at once, then after 0.1, 0.2, 0.4 … at most 2 s", async () => {
  const { daemon } = await page();
  using _ = daemon;
  daemon.accepts = false;
  daemon.drop();
  const made: number[] = [];
  for (const wait of [0, 100, 200, 400, 800, 1600, 2000, 2000]) {
    const before = daemon.connections;
    if (wait > 0) daemon.timers.advance(wait - 1);
    await settled();
    assert.equal(daemon.connections, before, `too early before ${wait}`);
    daemon.timers.advance(wait > 0 ? 1 : 0);
    await settled();
    made.push(daemon.connections - before);
  }
  assert.deepEqual(made, [1, 1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("the page acknowledges after 32 messages, and at the latest after a second", async () => {
  const { daemon } = await page();
  using _ = daemon;
  const event = ["event", "runtime.onStartup", []];
  for (let i = 0; i < 32; i++) daemon.say(event);
  assert.deepEqual(daemon.said(), [["ack", 32]]);
  daemon.say(event);
  daemon.timers.advance(999);
  assert.deepEqual(daemon.said(), []);
  daemon.timers.advance(1);
  assert.deepEqual(daemon.said(), [["ack", 33]]);
});

Deno.test("a ping is answered", async () => {
  const { daemon } = await page();
  using _ = daemon;
  daemon.say(["ping", 7]);
  assert.deepEqual(daemon.said(), [["pong", 7]]);
});

Deno.test("no more than a window of unacknowledged bytes goes out", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  for (let i = 0; i < 24; i++) tcp.send(1, new ArrayBuffer(1 << 20), () => {});
  await settled();
  const sizes = () => daemon.said().reduce((sum, said) => sum + (said[3] as Uint8Array).length, 0);
  const first = sizes();
  assert.ok(first >= 8 << 20 && first < 9 << 20, `${first}`);
  daemon.say(["ack", 20]);
  assert.ok(sizes() >= 4 << 20);
});

/** The app has a connected socket, a bound one and a listening one, and an open call. */
async function withSockets() {
  const { daemon, chrome, tcp } = await page();
  const log: unknown[][] = [];
  const { udp, tcpServer } = chrome.sockets;
  tcp.connect(1, "h", 80, () => {});
  udp.bind(2, "127.0.0.1", 0, () => {});
  tcpServer.listen(3, "127.0.0.1", 0, () => {});
  daemon.hub.link.flush();
  daemon.say(...[1, 2, 3].map((id) => ["result", id, [0], null]));
  await daemon.idle();
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => log.push(["data", info.data.byteLength]));
  tcp.onReceiveError.addListener((info: unknown) => log.push(["tcp", info]));
  udp.onReceiveError.addListener((info: unknown) => log.push(["udp", info]));
  tcpServer.onAcceptError.addListener((info: unknown) => log.push(["tcpServer", info]));
  tcp.getInfo(1, () => log.push(["call", chrome.runtime.lastError?.message]));
  await settled();
  daemon.said();
  return { daemon, chrome, tcp, log };
}

const LOST = "The connection to Homeport was lost.";
const ENDED = [
  ["call", LOST],
  ["tcp", { resultCode: -100, socketId: 1 }],
  ["udp", { resultCode: -100, socketId: 2 }],
  ["tcpServer", { resultCode: -100, socketId: 3 }],
];

Deno.test("when the grace period ends, every socket ends with an error event and calls say Socket not found", async () => {
  const { daemon, chrome, tcp, log } = await withSockets();
  using _ = daemon;
  daemon.accepts = false;
  daemon.drop();
  daemon.timers.advance(9_999);
  await daemon.idle();
  assert.equal(log.length, 0);
  daemon.timers.advance(1);
  await daemon.idle();
  assert.deepEqual(log.splice(0), ENDED);
  tcp.setNoDelay(1, true, (code: number) => log.push([code, chrome.runtime.lastError.message]));
  tcp.send(
    1,
    new ArrayBuffer(1),
    (...args: unknown[]) => log.push([...args, chrome.runtime.lastError.message]),
  );
  await daemon.idle();
  assert.deepEqual(log, [[-2, "Socket not found"], ["Socket not found"]]);
});

Deno.test("a daemon that does not know the session ends every socket; then the page goes on with a new one", async () => {
  const { daemon, tcp, log } = await withSockets();
  using _ = daemon;
  daemon.sayBytes(receive(1, "last bytes"));
  await reconnected(daemon);
  daemon.welcome({ resume: "other" });
  await daemon.idle();
  assert.deepEqual(log, [["data", 10], ...ENDED]);
  const asked = daemon.said().filter(([op]) => op === "call");
  assert.deepEqual(asked.map(([, , name]) => name), [
    "sockets.tcp.getSockets",
    "sockets.udp.getSockets",
    "sockets.tcpServer.getSockets",
  ]);
  const made = tcp.create({}) as Promise<unknown>;
  await settled();
  daemon.say(["result", daemon.said().at(-1)![1], [{ socketId: 1 }], null]);
  assert.deepEqual(await made, { socketId: 1 });
});

Deno.test("what was received in a lost session gives no credit to the next one's sockets", async () => {
  const { daemon, tcp, log } = await withSockets();
  using _ = daemon;
  tcp.setPaused(1, true, () => {});
  for (let i = 0; i < 6; i++) daemon.sayBytes(receive(1, new Uint8Array(1 << 18)));
  await daemon.idle();
  await reconnected(daemon);
  daemon.welcome({ resume: "other" });
  await daemon.idle();
  assert.ok(log.filter(([what]) => what === "data").length > 0);
  assert.deepEqual(daemon.said().filter(([op]) => op === "CREDIT"), []);
});

Deno.test("a persistent socket that outlived the session goes on; one that did not ends", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  const ended: unknown[] = [];
  tcp.onReceiveError.addListener((info: { socketId: number }) => ended.push(info.socketId));
  for (const id of [1, 2]) {
    tcp.update(id, { persistent: true }, () => {});
    tcp.connect(id, "h", 80, () => {});
  }
  daemon.hub.link.flush();
  const calls = daemon.said();
  daemon.say(
    ...[1, 2].map((id) => ["event", "sockets.tcpServer.onAccept", [{ socketId: 9, clientSocketId: id }]]),
  );
  for (const id of [1, 2]) tcp.update(id, { persistent: true }, () => {});
  daemon.say(...calls.map(([, id]) => ["result", id, [0], null]));
  await daemon.idle();
  await reconnected(daemon);
  daemon.welcome({ resume: "other" });
  await settled();
  const asked = daemon.said().filter(([op]) => op === "call");
  const survivor = { socketId: 2, persistent: true, connected: true, paused: false };
  daemon.say(
    ...asked.map((
      [, id, name],
    ) => ["result", id, [name === "sockets.tcp.getSockets" ? [survivor] : []], null]),
  );
  await daemon.idle();
  assert.deepEqual(ended, [1]);
});

Deno.test("a page that seems to go does not begin anew when its connection drops; one that stays comes back", async () => {
  const { daemon } = await page();
  using _ = daemon;
  daemon.hub.link.hold();
  daemon.drop();
  daemon.timers.advance(5000);
  await settled();
  assert.equal(daemon.connections, 1);
  daemon.hub.link.release();
  await settled();
  assert.deepEqual(daemon.said(), [["hello", { version: 1, secret: "s", resume: "token", received: 0 }]]);
  daemon.hub.link.hold();
  daemon.hub.link.release();
  await settled();
  assert.equal(daemon.connections, 2);
});

Deno.test("bye ends it: the page is told why and connects no more", async () => {
  const { daemon } = await page();
  using _ = daemon;
  daemon.say(["bye", "taken-over", "another page runs the app"]);
  daemon.timers.advance(60_000);
  await settled();
  assert.deepEqual(daemon.heard.at(-1), ["bye", "taken-over", "another page runs the app"]);
  assert.equal(daemon.connections, 1);
});

Deno.test("bye ends every socket and open call, persistent ones too", async () => {
  const { daemon, tcp, log } = await withSockets();
  using _ = daemon;
  tcp.update(1, { persistent: true }, () => {});
  await daemon.idle();
  daemon.say(["bye", "shutdown", "the daemon ends"]);
  await daemon.idle();
  const [call, first, ...others] = ENDED;
  assert.deepEqual(log, [call, ...others, first]);
});

Deno.test("calls that have a result code end with one when the session is lost", async () => {
  const { daemon, chrome, tcp } = await page();
  using _ = daemon;
  const { udp, tcpServer } = chrome.sockets;
  const got: unknown[] = [];
  const note = (...args: unknown[]) => void got.push([...args, chrome.runtime.lastError.message]);
  tcp.connect(1, "h", 80, note);
  tcp.send(1, new ArrayBuffer(1), note);
  udp.send(1, new ArrayBuffer(1), "h", 80, note);
  tcpServer.listen(1, "h", 80, note);
  tcp.create(note);
  await settled();
  daemon.say(["bye", "shutdown", "the daemon ends"]);
  await daemon.idle();
  assert.deepEqual(got, [
    [-2, LOST],
    [{ resultCode: -2 }, LOST],
    [{ resultCode: -2 }, LOST],
    [-2, LOST],
    [LOST],
  ]);
});

Deno.test("without a session new calls are answered, and nothing of them reaches the next one", async () => {
  const { daemon, chrome, tcp } = await page();
  using _ = daemon;
  const got: unknown[] = [];
  const note = (...args: unknown[]) => void got.push([...args, chrome.runtime.lastError?.message]);
  daemon.accepts = false;
  daemon.drop();
  daemon.timers.advance(10_000);
  await daemon.idle();
  tcp.create(note);
  chrome.storage.local.get(null, note);
  tcp.getSockets(note);
  await daemon.idle();
  assert.deepEqual(got.splice(0), [[LOST], [LOST], [LOST]]);
  daemon.accepts = true;
  daemon.timers.advance(2000);
  await settled();
  daemon.said();
  daemon.welcome({ resume: "other" });
  await settled();
  assert.ok(daemon.said().every(([op, , name]) => op === "ack" || String(name).endsWith(".getSockets")));
  tcp.create(note);
  await settled();
  const [, id] = daemon.said().at(-1)!;
  daemon.say(["result", id, [{ socketId: 1 }], null]);
  await daemon.idle();
  assert.deepEqual(got, [[{ socketId: 1 }, undefined]]);
});

Deno.test("a persistent socket ends once the daemon would keep it no longer", async () => {
  const { daemon, tcp, log } = await withSockets();
  using _ = daemon;
  tcp.update(1, { persistent: true }, () => {});
  await daemon.idle();
  daemon.accepts = false;
  daemon.drop();
  daemon.timers.advance(10_000 + 599_999);
  await daemon.idle();
  const [call, first, ...others] = ENDED;
  assert.deepEqual(log.splice(0), [call, ...others]);
  daemon.timers.advance(1);
  await daemon.idle();
  assert.deepEqual(log, [first]);
});

Deno.test("rubbish from the daemon ends the session with a line, not with a loop", async () => {
  const { daemon } = await page();
  using _ = daemon;
  daemon.sayBytes(Uint8Array.of(99));
  daemon.timers.advance(60_000);
  assert.equal((daemon.heard.at(-1) as string[])[1], "protocol");
  assert.equal(daemon.connections, 1);
});

Deno.test("a page that asks for a sign of life and gets none connects anew", async () => {
  const { daemon } = await page();
  using _ = daemon;
  daemon.hub.link.probe();
  assert.equal(daemon.said()[0]![0], "ping");
  daemon.timers.advance(5000);
  await settled();
  daemon.timers.advance(0);
  assert.equal(daemon.connections, 2);
});
