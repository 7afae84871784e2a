import { deepStrictEqual as assertEquals } from "node:assert/strict";
import { Chunk, Pool } from "../../src/homeport/page/src/wire/chunk.ts";
import { Deframer, type Payload } from "../../src/homeport/page/src/wire/frames.ts";
import { framed } from "./daemon.ts";

type Frame = [kind: number, payload: Payload];

Deno.test("frames come out the same in whatever pieces they came in", () => {
  const payloads = [
    new Uint8Array(0),
    Uint8Array.of(1, 2, 3),
    new Uint8Array(300).fill(7),
    new Uint8Array(0),
  ];
  const stream = payloads.map((payload, kind) => framed(kind, payload)).reduce((a, b) =>
    Uint8Array.of(...a, ...b)
  );
  for (const [lies, pool] of [[false, null], [true, null], [true, new Pool(512, 2)]] as const) {
    for (let size = 1; size <= stream.length; size++) {
      const frames: Frame[] = [];
      const deframer = new Deframer((kind, payload) => frames.push([kind, payload.slice()]), pool);
      for (let at = 0; at < stream.length; at += size) {
        const data = stream.slice(at, at + size);
        deframer.feed(data, lies ? new Chunk(data.buffer) : undefined);
      }
      assertEquals(
        frames.map(([kind, payload]) => [kind, [...payload]]),
        payloads.map((p, kind) => [kind, [...p]]),
      );
    }
  }
});

Deno.test("a frame that is whole in a chunk is not copied, in other bytes it is", () => {
  const data = framed(1, Uint8Array.of(1, 2, 3));
  for (const chunk of [undefined, new Chunk(data.buffer)]) {
    const frames: Frame[] = [];
    new Deframer((kind, payload) => frames.push([kind, payload])).feed(data, chunk);
    assertEquals(frames[0]![1].buffer === data.buffer, chunk !== undefined);
  }
});
