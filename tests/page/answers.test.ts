// What the page answers by itself, it answers as the daemon would: same values, same order, nothing stale.

import assert from "node:assert/strict";
import { Daemon, receive, sent, settled } from "./daemon.ts";
import { realmOf } from "./support.ts";

const ID = 1;

/** A page whose app has one TCP socket, of which the daemon has told the state. */
async function page() {
  const daemon = await Daemon.started();
  // deno-lint-ignore no-explicit-any
  const chrome = realmOf(daemon.hub).chrome as any;
  const { tcp } = chrome.sockets;
  const log: unknown[] = [];
  tcp.create({}, () => {});
  await settled();
  answerAll(daemon, { socketId: ID });
  await daemon.idle();
  return {
    daemon,
    chrome,
    tcp,
    log,
    note: (what: string) => (...args: unknown[]) => log.push([what, ...args]),
  };
}

/** Asked, or told only. */
const isCall = ([op]: unknown[]) => op === "call" || op === "tell";

/** Answers every call that the daemon was asked, all with one result. */
function answerAll(daemon: Daemon, ...result: unknown[]): string[] {
  const calls = daemon.said().filter(isCall);
  if (calls.length > 0) daemon.say(...calls.map(([, id]) => ["result", id, result, null]));
  return calls.map(([, , name]) => name as string);
}

const INFO = { connected: false, paused: false, persistent: false, socketId: ID };

/** Asks for the state until the page has it. */
async function informed() {
  const here = await page();
  here.tcp.getInfo(ID, () => {});
  await settled();
  answerAll(here.daemon, INFO);
  await here.daemon.idle();
  return here;
}

Deno.test("getInfo is answered again from what the daemon said, as a fresh object, not inside the call", async () => {
  const { daemon, tcp, log, note } = await informed();
  using _ = daemon;
  tcp.getInfo(ID, note("info"));
  assert.deepEqual(log, []);
  const again = await tcp.getInfo(ID);
  again.connected = "changed";
  await daemon.idle();
  assert.deepEqual(log, [["info", INFO]]);
  assert.deepEqual(await tcp.getInfo(ID), INFO);
  assert.deepEqual(answerAll(daemon), []);
});

const CHANGES: Record<string, (tcp: Record<string, (...args: unknown[]) => void>, daemon: Daemon) => void> = {
  update: (tcp) => tcp.update!(ID, { name: "n" }),
  connect: (tcp) => tcp.connect!(ID, "h", 80, () => {}),
  disconnect: (tcp) => tcp.disconnect!(ID),
  secure: (tcp) => tcp.secure!(ID, () => {}),
  close: (tcp) => tcp.close!(ID),
  "the connection's end": (_, daemon) => {
    daemon.say(["event", "sockets.tcp.onReceiveError", [{ resultCode: -100, socketId: ID }]]);
  },
  "a send that failed": (tcp, daemon) => {
    tcp.send!(ID, new ArrayBuffer(1), () => {});
    daemon.hub.link.flush();
    const [, call] = daemon.said().find(([op]) => op === "SEND")!;
    daemon.say(["result", call, [{ resultCode: -2 }], "net::ERR_FAILED"]);
  },
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`after ${what} getInfo asks the daemon again`, async () => {
    const { daemon, tcp } = await informed();
    using _ = daemon;
    change(tcp, daemon);
    tcp.getInfo(ID, () => {});
    await settled();
    assert.ok(answerAll(daemon, 0).includes("sockets.tcp.getInfo"));
    await daemon.idle();
  });
}

Deno.test("an answer that was on its way when something changed is not kept", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  tcp.getInfo(ID, () => {});
  tcp.update(ID, { name: "n" }, () => {});
  await settled();
  answerAll(daemon, INFO);
  await daemon.idle();
  tcp.getInfo(ID, () => {});
  await settled();
  assert.deepEqual(answerAll(daemon, INFO), ["sockets.tcp.getInfo"]);
});

Deno.test("setPaused shows in getInfo, and costs no journey", async () => {
  const { daemon, tcp } = await informed();
  using _ = daemon;
  tcp.setPaused(ID, true, () => {});
  assert.equal((await tcp.getInfo(ID)).paused, true);
  tcp.setPaused(ID, false, () => {});
  assert.equal((await tcp.getInfo(ID)).paused, false);
});

Deno.test("what nobody waits for goes with what the app says to its answer, in one message", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  daemon.messages.length = 0;
  tcp.setPaused(ID, true, async () => {
    for (let hop = 0; hop < 5; hop++) await null;
    tcp.connect(ID, "127.0.0.1", 1, () => {});
  });
  await daemon.idle();
  assert.deepEqual(daemon.messages.map((said) => said.map(([op, , name]) => [op, name])), [
    [["tell", "sockets.tcp.setPaused"], ["call", "sockets.tcp.connect"]],
  ]);
});

Deno.test("what nobody waits for goes by itself where the app says nothing more", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  daemon.messages.length = 0;
  tcp.setPaused(ID, true);
  await daemon.idle();
  assert.deepEqual(daemon.said().map(([op, , name]) => [op, name]), [["tell", "sockets.tcp.setPaused"]]);
});

Deno.test("while an earlier call of the kind waits for the daemon, nothing passes it", async () => {
  const { daemon, tcp, log, note } = await page();
  using _ = daemon;
  tcp.getInfo(ID, note("info"));
  tcp.setPaused(ID, true, note("paused"));
  tcp.update(ID, {}, note("updated"));
  await daemon.idle();
  assert.deepEqual(log, []);
  answerAll(daemon);
  await daemon.idle();
  assert.deepEqual(log, [["info"], ["paused"], ["updated"]]);
});

Deno.test("a call that waits for the network holds up no answer", async () => {
  const { daemon, tcp, log, note } = await page();
  using _ = daemon;
  tcp.connect(ID, "h", 80, note("connected"));
  tcp.setPaused(ID, true, note("paused"));
  await daemon.idle();
  assert.deepEqual(log, [["paused"]]);
  answerAll(daemon, 0);
  await daemon.idle();
  assert.deepEqual(log, [["paused"], ["connected", 0]]);
});

Deno.test("a socket that the page does not know, and one that was closed, are the daemon's to answer", async () => {
  const { daemon, chrome, tcp, log } = await page();
  using _ = daemon;
  tcp.close(ID, () => log.push("closed"));
  for (const id of [ID, 77]) tcp.setPaused(id, true, () => log.push(chrome.runtime.lastError?.message));
  await settled();
  const calls = daemon.said();
  assert.deepEqual(
    calls.map(([, , name]) => name),
    ["close", "setPaused", "setPaused"].map((f) => `sockets.tcp.${f}`),
  );
  daemon.say(
    ["result", calls[0]![1], [], null],
    ["result", calls[1]![1], [], "Socket not found"],
    ["result", calls[2]![1], [], "Socket not found"],
  );
  await daemon.idle();
  assert.deepEqual(log, ["closed", "Socket not found", "Socket not found"]);
});

Deno.test("a closed server is the daemon's to answer for, too", async () => {
  const { daemon, chrome, log } = await page();
  using _ = daemon;
  const { tcpServer } = chrome.sockets;
  tcpServer.create({}, (info: { socketId: number }) => {
    tcpServer.close(
      info.socketId,
      () => tcpServer.close(info.socketId, () => log.push(chrome.runtime.lastError?.message)),
    );
  });
  await settled();
  daemon.say(["result", daemon.said()[0]![1], [{ socketId: 5 }], null]);
  await daemon.idle();
  const calls = daemon.said();
  assert.equal(calls.length, 2);
  daemon.say(["result", calls[1]![1], [], "Socket not found"]);
  await daemon.idle();
  assert.deepEqual(log, ["Socket not found"]);
});

/** A page whose socket is connected. */
async function connected() {
  const here = await page();
  here.tcp.connect(ID, "h", 80, () => {});
  await settled();
  answerAll(here.daemon, 0);
  await here.daemon.idle();
  here.daemon.said();
  return here;
}

const bytes = (size: number) => new ArrayBuffer(size);
/** The sends that the page said: call id and size. */
const sends = (daemon: Daemon) =>
  daemon.said().filter(([op]) => op === "SEND").map(([, id, , data]) => [id, (data as Uint8Array).length]);
const kept = (size: number) => new Uint8Array([11, ...new Uint8Array(new Uint32Array([ID, size]).buffer)]);

Deno.test("a send is answered by the page, not inside the call, and the daemon is told", async () => {
  const { daemon, tcp, log, note } = await connected();
  using _ = daemon;
  tcp.send(ID, bytes(5), note("sent"));
  assert.deepEqual(log, []);
  await daemon.idle();
  assert.deepEqual(log, [["sent", { bytesSent: 5, resultCode: 0 }]]);
  assert.deepEqual(sends(daemon), [[0, 5]]);
});

Deno.test("only so much is promised; then sends wait for the daemon, in their order, until it is rid of some", async () => {
  const { daemon, tcp, log, note } = await connected();
  using _ = daemon;
  for (const size of [200_000, 324_288, 1, 2]) tcp.send(ID, bytes(size), note(`${size}`));
  await daemon.idle();
  const said = sends(daemon);
  assert.deepEqual(said.map(([id]) => id === 0), [true, true, true, false, false]);
  assert.deepEqual(said.slice(1, 3).map(([, size]) => size), [262_144, 62_144]);
  assert.deepEqual(log.map((entry) => (entry as unknown[])[0]), ["200000", "324288"]);
  daemon.sayBytes(kept(131_072));
  tcp.send(ID, bytes(3), note("behind"));
  await daemon.idle();
  assert.notEqual(sends(daemon)[0]![0], 0, "one that waits is not overtaken");
  for (const [id, size] of [...(said.slice(3) as number[][]), [Number(said[4]![0]) + 1, 3]]) {
    daemon.sayBytes(sent(id!, size!));
  }
  await daemon.idle();
  assert.deepEqual(log.map((entry) => (entry as unknown[])[0]), ["200000", "324288", "1", "2", "behind"]);
  tcp.send(ID, bytes(4), note("again"));
  await daemon.idle();
  assert.deepEqual(sends(daemon), [[0, 4]]);
});

Deno.test("for a socket that may not send the page answers nothing", async (test) => {
  const cases: Record<
    string,
    (daemon: Daemon, tcp: { [name: string]: (...args: unknown[]) => void }) => unknown
  > = {
    "never connected": () => {},
    "ended": (daemon) =>
      daemon.say(["event", "sockets.tcp.onReceiveError", [{ resultCode: -100, socketId: ID }]]),
    "broken": (daemon) => daemon.say(["broken", ID]),
    "a send failed": async (daemon, tcp) => {
      tcp.send!(ID, bytes(600_000), () => {});
      await settled();
      daemon.say(["result", sends(daemon).at(-1)![0], [{ resultCode: -2 }], "net::ERR_FAILED"]);
    },
    "secured": (_daemon, tcp) => tcp.secure!(ID, () => {}),
    "disconnected": (_daemon, tcp) => tcp.disconnect!(ID, () => {}),
  };
  for (const [name, change] of Object.entries(cases)) {
    await test.step(name, async () => {
      const { daemon, tcp, log, note } = await (name === "never connected" ? page() : connected());
      using _ = daemon;
      await change(daemon, tcp);
      await daemon.idle();
      daemon.said();
      tcp.send(ID, bytes(1), note("sent"));
      await daemon.idle();
      assert.deepEqual(log, []);
      assert.notEqual(sends(daemon)[0]![0], 0);
    });
  }
});

Deno.test("a send does not overtake a call that Chromium would have answered by now", async () => {
  const { daemon, tcp, note } = await connected();
  using _ = daemon;
  tcp.getSockets(note("sockets"));
  tcp.send(ID, bytes(1), note("sent"));
  await daemon.idle();
  assert.notEqual(sends(daemon)[0]![0], 0);
});

/** The calls of `create` that the daemon was asked, whoever answers them. */
const creations = (daemon: Daemon) =>
  daemon.said().filter((said) => isCall(said) && String(said[2]).endsWith(".create"));

Deno.test("after the first socket the page knows what the next one is called", async () => {
  const { daemon, tcp, log, note } = await page();
  using _ = daemon;
  tcp.create({ bufferSize: 3 }, note("second"));
  tcp.create({}, note("third"));
  assert.deepEqual(log, []);
  await daemon.idle();
  assert.deepEqual(log, [["second", { socketId: 2 }], ["third", { socketId: 3 }]]);
  const told = creations(daemon);
  daemon.say(...told.map(([, id], index) => ["result", id, [{ socketId: 2 + index }], null]));
  const data: number[] = [];
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => data.push(info.data.byteLength));
  daemon.sayBytes(receive(2, "abcd"));
  await daemon.idle();
  assert.deepEqual(data, [3, 1], "its properties count");
});

Deno.test("where connections may be accepted the daemon says what a tcp socket is called", async () => {
  const { daemon, chrome, tcp, log, note } = await page();
  using _ = daemon;
  chrome.sockets.tcpServer.listen(1, "127.0.0.1", 0, () => {});
  tcp.create({}, note("tcp"));
  chrome.sockets.udp.create({}, note("udp"));
  await daemon.idle();
  assert.deepEqual(log, []);
  daemon.say(...creations(daemon).map(([, id]) => ["result", id, [{ socketId: 7 }], null]));
  await daemon.idle();
  assert.deepEqual(log, [["tcp", { socketId: 7 }], ["udp", { socketId: 7 }]]);
  chrome.sockets.udp.create({}, note("udp"));
  await daemon.idle();
  assert.deepEqual(log.at(-1), ["udp", { socketId: 8 }]);
});

Deno.test("a daemon that makes another socket than was foreseen is not understood", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  tcp.create({}, () => {});
  await daemon.idle();
  daemon.say(...creations(daemon).map(([, id]) => ["result", id, [{ socketId: 9 }], null]));
  assert.deepEqual(daemon.heard.at(-1)!.slice(0, 2), ["bye", "protocol"]);
});

Deno.test("in a new session the page foresees nothing", async () => {
  const { daemon, tcp, log, note } = await page();
  using _ = daemon;
  daemon.drop();
  await settled();
  daemon.timers.advance(100);
  await settled();
  daemon.welcome();
  await daemon.idle();
  daemon.said();
  tcp.create({}, note("created"));
  await daemon.idle();
  assert.deepEqual(log, []);
});

Deno.test("while secure is under way the page answers nothing: it may be the end of the socket", async () => {
  const { daemon, chrome, tcp, log, note } = await informed();
  using _ = daemon;
  const later = (what: string) => () => note(what)(chrome.runtime.lastError?.message);
  tcp.secure(ID, later("secure"));
  tcp.update(ID, { name: "n" }, later("update"));
  await settled();
  const [secure, update] = daemon.said().filter(isCall).map(([, id]) => id);
  daemon.say(["result", secure, [-2], "net::ERR_FAILED"], ["result", update, [], "Socket not found"]);
  await daemon.idle();
  assert.deepEqual(log, [["secure", "net::ERR_FAILED"], ["update", "Socket not found"]]);
});

Deno.test("once it is secured the page answers again", async () => {
  const { daemon, tcp, log, note } = await informed();
  using _ = daemon;
  tcp.secure(ID, () => {});
  await settled();
  answerAll(daemon, 0);
  await daemon.idle();
  tcp.update(ID, { name: "n" }, note("update"));
  await daemon.idle();
  assert.deepEqual(log, [["update"]]);
});
