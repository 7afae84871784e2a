// The page's codec says and understands what docs/wire.md shows, byte for byte.

import assert from "node:assert/strict";
import { Batch, type Message } from "../../src/homeport/page/src/wire/batch.ts";
import type { Chunk } from "../../src/homeport/page/src/wire/chunk.ts";
import { type Incoming, takeRecords } from "../../src/homeport/page/src/wire/decode.ts";
import { ProtocolError } from "../../src/homeport/page/src/wire/ops.ts";
import { joined, takeApart } from "./daemon.ts";

const DOCUMENT = Deno.readTextFileSync(new URL("../../docs/wire.md", import.meta.url));

/** The hexadecimal examples of the document by the record's name. */
function examples(): Map<string, Uint8Array[]> {
  const block = DOCUMENT.split("### Examples")[1]!.split("(The test")[0]!;
  const found = new Map<string, Uint8Array[]>();
  let hex = "";
  for (const line of block.split("\n")) {
    const parts = /^ {4,}((?:[0-9a-f]+ )*[0-9a-f]+)(?: {2,}([A-Z]+) .*)?$/.exec(line);
    if (parts === null) continue;
    hex += parts[1]!.replaceAll(" ", "");
    if (parts[2] === undefined) continue;
    found.set(parts[2], [
      ...(found.get(parts[2]) ?? []),
      Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16)),
    ]);
    hex = "";
  }
  return found;
}

const EXAMPLES = examples();

function written(write: (batch: Batch) => void): Message | null {
  const batch = new Batch(() => assert.fail("cut too early"));
  write(batch);
  return batch.take();
}

function understood(message: Uint8Array): unknown[][] {
  const heard: unknown[][] = [];
  const text = (chunk: Chunk, start: number, end: number) =>
    new TextDecoder().decode(chunk.buffer.slice(start, end));
  const incoming: Incoming = {
    receive: (id, chunk, start, end) => heard.push(["receive", id, text(chunk, start, end)]),
    datagram: (id, address, port, chunk, start, end) =>
      heard.push(["datagram", id, address, port, text(chunk, start, end)]),
    sent: (id, bytes) => heard.push(["sent", id, bytes]),
    result: (...args) => heard.push(["result", ...args]),
    abandoned: (id) => heard.push(["abandoned", id]),
    kept: (id, bytes) => heard.push(["kept", id, bytes]),
    broken: (id) => heard.push(["broken", id]),
    event: (...args) => heard.push(["event", ...args]),
  };
  // As a part of a larger buffer, as a stream brings it.
  takeRecords(Uint8Array.of(9, 9, 9, ...message, 9).subarray(3, -1), incoming);
  return heard;
}

const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const ascii = (text: string) => new TextEncoder().encode(text);

const WRITES: Record<string, (batch: Batch) => void> = {
  SEND: (batch) => batch.send(5, 3, ascii("hi")),
  SENDTO: (batch) => batch.sendTo(6, 1, ascii("!"), ["127.0.0.1", 5353, null]),
  CREDIT: (batch) => batch.credit(0, 3, 2),
  CALL: (batch) => batch.call(9, "x.y", [1, ascii("hi")]),
};

for (const [name, write] of Object.entries(WRITES)) {
  Deno.test(`the page writes ${name} as documented`, () => {
    assert.deepEqual(written(write), EXAMPLES.get(name)![0]);
  });
}

const READS: Record<string, unknown[]> = {
  RECEIVE: ["receive", 3, "hi"],
  DATAGRAM: ["datagram", 1, "127.0.0.1", 5353, "!"],
  ITEMS: ["abandoned", 12],
  SENT: ["sent", 5, 2],
  KEPT: ["kept", 3, 65536],
};

for (const [name, wanted] of Object.entries(READS)) {
  Deno.test(`the page understands ${name} as documented`, () => {
    assert.deepEqual(understood(EXAMPLES.get(name)![0]!), [wanted]);
  });

  Deno.test(`${name}, cut anywhere, is a protocol error and never something else`, () => {
    const whole = EXAMPLES.get(name)![0]!;
    for (let length = 1; length < whole.length; length++) {
      assert.throws(() => understood(whole.slice(0, length)), (error) => {
        return error instanceof ProtocolError || error instanceof RangeError;
      });
    }
  });
}

Deno.test("records in one message are heard in their order", () => {
  const all = Object.keys(READS).map((name) => EXAMPLES.get(name)![0]!);
  assert.deepEqual(understood(joined(all)), Object.values(READS));
});

Deno.test("items alone are readable text; between records they keep their place", () => {
  assert.equal(written((batch) => batch.call(1, "a.b", [null])), '[["call",1,"a.b",[null]]]');
  const mixed = written((batch) => {
    batch.call(1, "a", []);
    batch.credit(1, 7, 9);
    batch.call(2, "b", []);
  });
  assert.deepEqual(takeApart(mixed!), [["call", 1, "a", []], ["CREDIT", 1, 7, 9], ["call", 2, "b", []]]);
});

Deno.test("a large send goes in parts, each in a message of its own", () => {
  const messages: Message[] = [];
  const batch: Batch = new Batch(() => messages.push(batch.take()!));
  const data = new Uint8Array(600 * 1024).map((_, index) => index % 251);
  batch.send(1, 2, data);
  messages.push(batch.take()!);
  const said = messages.map((message) => takeApart(message));
  assert.deepEqual(said.map((parts) => parts.map(([name, id, socket]) => [name, id, socket])), [
    [["SENDPART", 1, 2]],
    [["SENDPART", 1, 2]],
    [["SEND", 1, 2]],
  ]);
  assert.deepEqual(joined(said.flat().map((part) => part[3] as Uint8Array)), data);
});

Deno.test("a message's memory is its own until it is acknowledged", () => {
  const batch = new Batch(() => {});
  batch.send(1, 1, ascii("first"));
  const first = batch.take() as Uint8Array;
  const copy = first.slice();
  for (let i = 0; i < 10_000; i++) {
    batch.send(2, 1, ascii("other bytes"));
    batch.take();
  }
  assert.deepEqual(first, copy);
});

Deno.test("where nothing is kept one block serves all messages", () => {
  const batch = new Batch(() => {});
  const buffers = Array.from({ length: 5 }, () => {
    batch.send(1, 1, new Uint8Array(100_000));
    const message = batch.take() as Uint8Array<ArrayBuffer>;
    batch.done(message);
    return message.buffer;
  });
  assert.equal(new Set(buffers).size, 1);
});

Deno.test("blocks of large messages serve again in whatever order they are done", () => {
  const batch = new Batch(() => {});
  const buffers = new Set<ArrayBufferLike>();
  const open: [Uint8Array<ArrayBuffer>, Uint8Array][] = [];
  for (let i = 0; i < 200; i++) {
    batch.send(1, 1, new Uint8Array(200_000).fill(i));
    const message = batch.take() as Uint8Array<ArrayBuffer>;
    buffers.add(message.buffer);
    open.push([message, message.slice()]);
    if (open.length < 8) continue;
    const [[oldest, copy]] = open.splice(i % 3, 1) as [[Uint8Array<ArrayBuffer>, Uint8Array]];
    assert.ok(equal(oldest, copy));
    batch.done(oldest);
  }
  assert.ok(buffers.size < 20, `${buffers.size} blocks`);
});

Deno.test("a message that is begun goes on when the memory of others serves again", () => {
  const batch = new Batch(() => {});
  batch.send(1, 1, ascii("taken"));
  const taken = batch.take()!;
  batch.send(2, 1, ascii("be"));
  batch.done(taken);
  batch.send(3, 1, ascii("gun"));
  assert.deepEqual(
    batch.take(),
    joined(
      [(b: Batch) => b.send(2, 1, ascii("be")), (b: Batch) => b.send(3, 1, ascii("gun"))].map(
        written,
      ) as Uint8Array[],
    ),
  );
});
