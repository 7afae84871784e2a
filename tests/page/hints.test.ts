// A plain mistake throws Chromium's error and adds one line that says what was probably meant.

import assert from "node:assert/strict";
import { consoleLines, realmOf, RecordingHub } from "./support.ts";

// deno-lint-ignore no-explicit-any
const chrome = realmOf(new RecordingHub()).chrome as any;
const { tcp, tcpServer } = chrome.sockets;

const MISTAKES: [string, () => unknown, string][] = [
  [
    "no id",
    () => tcp.setPaused(false),
    "sockets.tcp.setPaused: the socket id is missing; did you mean chrome.sockets.tcp.setPaused(socketId, false)?",
  ],
  [
    "an info object for the id",
    () => tcp.close({ socketId: 3 }),
    "sockets.tcp.close: the first argument is the object around the id; pass its socketId: " +
    "chrome.sockets.tcp.close(info.socketId, …)",
  ],
  ["undefined for the id", () => tcp.close(undefined), "sockets.tcp.close: the socket id is undefined"],
  [
    "text for bytes",
    () => tcp.send(1, "hello", () => {}),
    "sockets.tcp.send: data must be an ArrayBuffer or a view; did you mean new TextEncoder().encode(text)?",
  ],
  [
    "text for a port",
    () => tcp.connect(1, "h", "80", () => {}),
    'sockets.tcp.connect: peerPort must be a number; did you mean 80 instead of "80"?',
  ],
  [
    "a bufferSize for a server",
    () => tcpServer.create({ bufferSize: 1 }, () => {}),
    "sockets.tcpServer.create: a server socket has no bufferSize; set it on each accepted one, with " +
    "chrome.sockets.tcp.update",
  ],
];

for (const [what, call, line] of MISTAKES) {
  Deno.test(`the console explains: ${what}`, async () => {
    const lines = await consoleLines(() => {
      assert.throws(call, { name: "TypeError", message: /^Error in invocation of / });
    });
    assert.deepEqual(lines, [`warn: homeport: ${line}`]);
  });
}

Deno.test("a mistake that is not plain gets no second line", async () => {
  const lines = await consoleLines(() => assert.throws(() => tcp.create({ nope: 1 })));
  assert.deepEqual(lines, []);
});
