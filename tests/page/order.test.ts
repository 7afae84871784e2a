// Callbacks and events reach the app one by one, in the daemon's order, never inside the call that asked.

import assert from "node:assert/strict";
import { Daemon, datagram, itemsRecord, receive, sent, settled } from "./daemon.ts";
import { created, page } from "./app.ts";
import { consoleLines, realmOf } from "./support.ts";

Deno.test("a callback comes after the call returned, even if the answer came at once", async () => {
  const { daemon, tcp, log } = await page();
  using _ = daemon;
  tcp.getInfo(1, () => log.push("callback"));
  daemon.hub.link.flush();
  daemon.say(["result", 1, [{ socketId: 1 }], null]);
  log.push("after");
  await daemon.idle();
  assert.deepEqual(log, ["after", "callback"]);
});

Deno.test("results, events and data of one message are heard in its order, with promises run in between", async () => {
  const { daemon, tcp, udp, log, text } = await page();
  using _ = daemon;
  const step = (what: unknown) => {
    log.push(what);
  };
  tcp.connect(1, "h", 80, (code: number) => step(["connected", code]));
  tcp.send(1, new ArrayBuffer(4), (info: unknown) => step(["sent", info]));
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => step(["data", text(info.data)]));
  tcp.onReceiveError.addListener((info: unknown) => step(["error", info]));
  udp.onReceive.addListener((info: { data: ArrayBuffer }) =>
    step(["datagram", { ...info, data: text(info.data) }])
  );
  daemon.sayBytes(
    itemsRecord(["result", 1, [0], null]),
    receive(1, "abc"),
    sent(2, 4),
    datagram(9, "127.0.0.1", 53, "?"),
    itemsRecord(["event", "sockets.tcp.onReceiveError", [{ resultCode: -100, socketId: 1 }]]),
  );
  await daemon.idle();
  assert.deepEqual(log, [
    ["connected", 0],
    ["data", "abc"],
    ["sent", { bytesSent: 4, resultCode: 0 }],
    ["datagram", { data: "?", remoteAddress: "127.0.0.1", remotePort: 53, socketId: 9 }],
    ["error", { resultCode: -100, socketId: 1 }],
  ]);
});

Deno.test("received bytes are sliced to bufferSize, at most 64 KiB, 4096 without one", async () => {
  for (
    const [bufferSize, slices] of [
      [undefined, [4096, 4096, 1808]],
      [0, [4096, 4096, 1808]],
      [-1, [4096, 4096, 1808]],
      [3000, [3000, 3000, 3000, 1000]],
      [1 << 20, [10_000]],
    ] as const
  ) {
    const { daemon, tcp, log } = await page();
    using _ = daemon;
    const id = await created(daemon, tcp, bufferSize === undefined ? {} : { bufferSize });
    tcp.onReceive.addListener((info: { data: ArrayBuffer }) => log.push(info.data.byteLength));
    daemon.sayBytes(receive(id, new Uint8Array(10_000)));
    await daemon.idle();
    assert.deepEqual(log, slices);
  }
});

Deno.test("an event never carries more than 64 KiB", async () => {
  const { daemon, tcp, log } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp, { bufferSize: 1 << 20 });
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => log.push(info.data.byteLength));
  daemon.sayBytes(receive(id, new Uint8Array(150_000)));
  await daemon.idle();
  assert.deepEqual(log, [65536, 65536, 18928]);
});

Deno.test("setPaused(true) in a listener holds the rest; after setPaused(false)'s callback it comes, in order", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp, { bufferSize: 2 });
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => {
    log.push(text(info.data));
    if (log.length === 1) tcp.setPaused(id, true, () => log.push("paused"));
  });
  daemon.sayBytes(receive(id, "aabbcc"), receive(id, "dd"));
  await daemon.idle();
  daemon.sayBytes(receive(id, "ee"));
  await daemon.idle();
  assert.deepEqual(log, ["aa", "paused"]);
  tcp.setPaused(id, false, () => log.push("unpaused"));
  daemon.sayBytes(receive(id, "ff"));
  await daemon.idle();
  assert.deepEqual(log, ["aa", "paused", "unpaused", "bb", "cc", "dd", "ee", "ff"]);
});

Deno.test("a pause called after an unpause wins over the unpause's callback", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp);
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => log.push(text(info.data)));
  tcp.setPaused(id, true);
  daemon.sayBytes(receive(id, "held"));
  tcp.setPaused(id, false, () => log.push("unpaused"));
  tcp.setPaused(id, true, () => log.push("paused"));
  await daemon.idle();
  assert.deepEqual(log, ["unpaused", "paused"]);
});

Deno.test("one socket's pause holds up no other", async () => {
  const { daemon, tcp, log } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp);
  tcp.onReceive.addListener((info: { socketId: number }) => log.push(info.socketId));
  tcp.setPaused(id, true);
  daemon.sayBytes(receive(id, "x"), receive(2, "y"));
  await daemon.idle();
  assert.deepEqual(log, [2]);
});

Deno.test("nothing received is told once the app has closed the socket", async () => {
  const { daemon, tcp, log } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp, { bufferSize: 1 });
  tcp.onReceive.addListener(() => {
    log.push("data");
    tcp.close(id, () => log.push("closed"));
  });
  daemon.sayBytes(receive(id, "abc"));
  daemon.sayBytes(receive(id, "def"));
  await daemon.idle();
  const call = daemon.said().find((said) => said[2] === "sockets.tcp.close")!;
  daemon.sayBytes(receive(id, "on its way"), itemsRecord(["result", call[1], [], null]));
  await daemon.idle();
  assert.deepEqual(log, ["data", "closed"]);
});

Deno.test("connections that a paused server holds are closed with it, as nobody was told of them", async () => {
  const { daemon, chrome, log } = await page();
  using _ = daemon;
  const server = chrome.sockets.tcpServer;
  const id = await created(daemon, server);
  server.onAccept.addListener(() => log.push("accept"));
  server.setPaused(id, true);
  daemon.say(["event", "sockets.tcpServer.onAccept", [{ socketId: id, clientSocketId: 33 }]]);
  await daemon.idle();
  daemon.said();
  server.close(id);
  await daemon.idle();
  assert.deepEqual(log, []);
  assert.deepEqual(daemon.said().map(([, , name, args]) => [name, args]), [
    ["sockets.tcpServer.close", [id]],
    ["sockets.tcp.close", [33]],
  ]);
});

Deno.test("consumed bytes are given back once the listeners had them, and for bytes nobody wants", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  const credit = () => daemon.said().filter(([name]) => name === "CREDIT");
  daemon.sayBytes(receive(5, new Uint8Array(600_000)));
  await daemon.idle();
  assert.deepEqual(credit(), [["CREDIT", 0, 5, 600_000]]);
  const id = await created(daemon, tcp);
  tcp.onReceive.addListener(() => {});
  daemon.sayBytes(receive(id, new Uint8Array(520 * 1024)));
  assert.deepEqual(credit(), []);
  await daemon.idle();
  const total = credit().reduce((sum, record) => sum + (record[3] as number), 0);
  assert.ok(total >= 512 * 1024, `${total} of ${520 * 1024}`);
});

Deno.test("credit is given back while more of the same message is still to be told", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp, { bufferSize: 65536 });
  daemon.said();
  let told = 0;
  const toldAtCredit: number[] = [];
  tcp.onReceive.addListener(() => {
    told++;
    toldAtCredit.push(...daemon.said().filter(([name]) => name === "CREDIT").map(() => told));
  });
  daemon.sayBytes(receive(id, new Uint8Array(16 * 65536)));
  await daemon.idle();
  assert.equal(told, 16);
  assert.deepEqual(toldAtCredit, [9]);
});

Deno.test("a small rest of credit is given back soon, too", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  tcp.onReceive.addListener(() => {});
  daemon.sayBytes(receive(4, "abc"));
  await daemon.idle();
  while (daemon.messages.length === 0) await settled();
  assert.deepEqual(daemon.said(), [["CREDIT", 0, 4, 3]]);
});

Deno.test("calls made in one piece of script go out in one message", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  tcp.create({}, () => {});
  tcp.send(1, Uint8Array.of(1), () => {});
  tcp.getSockets(() => {});
  await settled();
  assert.equal(daemon.messages.length, 1);
  assert.deepEqual(daemon.said().map(([name]) => name), ["call", "SEND", "call"]);
});

Deno.test("bytes are copied at the call, and only the part that a view shows", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  const bytes = Uint8Array.of(1, 2, 3, 4);
  tcp.send(1, bytes.subarray(1, 3), () => {});
  bytes.fill(9);
  await settled();
  assert.deepEqual(daemon.said(), [["SEND", 1, 1, Uint8Array.of(2, 3)]]);
});

Deno.test("events for an app that is loading wait until it has loaded", async () => {
  const daemon = new Daemon();
  using _ = daemon;
  daemon.hub.link.start();
  await settled();
  daemon.welcome();
  // deno-lint-ignore no-explicit-any
  const chrome = realmOf(daemon.hub).chrome as any;
  const log: unknown[] = [];
  daemon.sayBytes(receive(1, "early"));
  await settled();
  chrome.sockets.tcp.onReceive.addListener((info: { data: ArrayBuffer }) => log.push(info.data.byteLength));
  daemon.hub.loaded();
  await daemon.idle();
  assert.deepEqual(log, [5]);
});

Deno.test("a listener that throws is reported and stops nobody", async () => {
  const { daemon, tcp, log } = await page();
  using _ = daemon;
  tcp.onReceive.addListener(() => {
    throw new Error("boo");
  });
  tcp.onReceive.addListener(() => log.push("second"));
  const lines = await consoleLines(async () => {
    daemon.sayBytes(receive(1, "x"), receive(1, "y"));
    await daemon.idle();
  });
  assert.deepEqual(log, ["second", "second"]);
  assert.equal(lines.length, 2);
  assert.match(lines[0]!, /^error: Error in event handler: Error: boo\n/);
});

Deno.test("what one page's listener has promised is done before the next page hears of the event, which hears it though it only listens since", async () => {
  const { daemon, tcp, udp, log } = await page();
  using _ = daemon;
  const other = realmOf(daemon.hub);
  // deno-lint-ignore no-explicit-any
  const second = other.chrome.sockets as any;
  const events = [[tcp.onReceive, second.tcp.onReceive], [udp.onReceive, second.udp.onReceive], [
    tcp.onReceiveError,
    second.tcp.onReceiveError,
  ]];
  for (const [mine, others] of events) {
    mine.addListener(async () => {
      log.push("first");
      await null;
      log.push("promised");
      if (!others.hasListeners()) others.addListener(() => void log.push("second"));
    });
  }
  for (
    const record of [
      receive(1, "a"),
      receive(1, "b"),
      datagram(9, "127.0.0.1", 53, "c"),
      datagram(9, "127.0.0.1", 53, "d"),
      itemsRecord(["event", "sockets.tcp.onReceiveError", [{ resultCode: -100, socketId: 1 }]]),
    ]
  ) {
    void daemon.turns.during(() => daemon.sayBytes(record));
    await daemon.idle();
  }
  assert.deepEqual(log, Array(5).fill(["first", "promised", "second"]).flat());
  other.detach();
});

Deno.test("a tab that goes tells the app once, says what the app did, and takes it back if it stays", async () => {
  const { daemon, chrome } = await page();
  using _ = daemon;
  const told: string[] = [];
  chrome.runtime.onSuspend.addListener(() => {
    told.push("suspend");
    chrome.storage.local.set({ left: 1 });
  });
  chrome.runtime.onSuspendCanceled.addListener(() => told.push("canceled"));
  daemon.hub.suspend();
  daemon.hub.suspend();
  assert.deepEqual(told, ["suspend"]);
  assert.deepEqual(daemon.said().map(([, , name]) => name), ["storage.local.set"]);
  daemon.hub.stays();
  daemon.hub.suspend();
  assert.deepEqual(told, ["suspend", "canceled", "suspend"]);
});

Deno.test("a call with bytes in a place of its own and a result with bytes go through", async () => {
  const { daemon } = await page();
  using _ = daemon;
  const got: unknown[] = [];
  const reply = {
    finish: (args: readonly unknown[]) => void got.push(...args),
    sent() {},
    lost() {},
    abandon() {},
  };
  daemon.hub.call("x.y", [{ data: Uint8Array.of(7) }], reply);
  await settled();
  assert.deepEqual(daemon.said(), [[
    "CALL",
    1,
    ["x.y", [{ data: null }], [[[0, "data"], 1]]],
    Uint8Array.of(7),
  ]]);
  const head = new TextEncoder().encode(
    JSON.stringify([["result", 1, [{ d: null }], null], [[[2, 0, "d"], 2]]]),
  );
  const lengths = new Uint8Array(new Uint32Array([head.length, 2]).buffer);
  const record = new Uint8Array([9, ...lengths, ...head, 5, 6]);
  daemon.sayBytes(record);
  await daemon.idle();
  assert.deepEqual(got, [{ d: Uint8Array.of(5, 6) }]);
});

Deno.test("what a stream brings is heard at once and one by one", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  tcp.onReceive.addListener(({ data }: { data: ArrayBuffer }) => {
    log.push(text(data));
    Promise.resolve().then(() => log.push(`after ${text(data)}`));
  });
  void daemon.turns.during(() => daemon.sayBytes(receive(1, "a"), receive(1, "b")));
  assert.deepEqual(log, ["a"]);
  await daemon.idle();
  assert.deepEqual(log, ["a", "after a", "b", "after b"]);
});

/** Until promises in a row have run, and no task. */
async function promises(): Promise<void> {
  for (let hop = 0; hop < 1000; hop++) await null;
}

Deno.test("a few things that a stream brings need no task, and many get one", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  tcp.onReceive.addListener(({ data }: { data: ArrayBuffer }) => log.push(text(data)));
  void daemon.turns.during(() => daemon.sayBytes(..."abc".split("").map((data) => receive(1, data))));
  await promises();
  assert.equal(log.join(""), "abc");
  await settled();
  void daemon.turns.during(() =>
    daemon.sayBytes(..."defghijklmnop".split("").map((data) => receive(1, data)))
  );
  await promises();
  assert.equal(log.join(""), "abcdefg");
  await daemon.idle();
  assert.equal(log.join(""), "abcdefghijklmnop");
});

Deno.test("what promises say to several things at hand goes in one message", async () => {
  const { daemon, tcp } = await page();
  using _ = daemon;
  const socket = await created(daemon, tcp);
  tcp.connect(socket, "h", 80, () => {});
  await settled();
  const [, call] = daemon.said().at(-1)!;
  daemon.say(["result", call, [0], null]);
  await daemon.idle();
  daemon.said();
  tcp.onReceive.addListener(() =>
    void Promise.resolve().then(() => tcp.send(socket, new ArrayBuffer(1), () => {}))
  );
  void daemon.turns.during(() => daemon.sayBytes(..."abc".split("").map((data) => receive(socket, data))));
  await promises();
  assert.deepEqual(daemon.messages.map((message) => message.length), [3]);
});

Deno.test("of two answers at hand the second is told when lastError of the first has gone", async () => {
  const { daemon, chrome, tcp, log } = await page();
  using _ = daemon;
  const heard = () => log.push(chrome.runtime.lastError?.message);
  tcp.getInfo(1, heard);
  tcp.getSockets(heard);
  daemon.hub.link.flush();
  void daemon.turns.during(() =>
    daemon.say(["result", 1, [], "Socket not found"], ["result", 2, [[]], null])
  );
  await promises();
  assert.deepEqual(log, ["Socket not found", undefined]);
});

Deno.test("what a stream holds already waits until the promises of the turn before have run", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  const chain = async (what: string) => {
    for (let i = 0; i < 100; i++) await null;
    log.push(`after ${what}`);
  };
  tcp.onReceive.addListener(({ data }: { data: ArrayBuffer }) => {
    log.push(text(data));
    void chain(text(data));
  });
  for (const piece of ["a", "b"]) void daemon.turns.during(() => daemon.sayBytes(receive(1, piece)));
  await daemon.idle();
  await settled();
  void daemon.turns.during(() => daemon.sayBytes(receive(1, "c")));
  assert.equal(log.at(-1), "c", "a task has begun since");
  await daemon.idle();
  assert.deepEqual(log, ["a", "after a", "b", "after b", "c", "after c"]);
});
