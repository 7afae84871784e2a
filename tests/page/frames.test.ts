import { deepStrictEqual as assertEquals } from "node:assert/strict";
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
  for (const ours of [false, true]) {
    for (let size = 1; size <= stream.length; size++) {
      const frames: Frame[] = [];
      const deframer = new Deframer((kind, payload) => frames.push([kind, payload]));
      for (let at = 0; at < stream.length; at += size) deframer.feed(stream.slice(at, at + size), ours);
      assertEquals(
        frames.map(([kind, payload]) => [kind, [...payload]]),
        payloads.map((p, kind) => [kind, [...p]]),
      );
    }
  }
});

Deno.test("a frame that is whole in bytes that are ours is not copied, in others it is", () => {
  const data = framed(1, Uint8Array.of(1, 2, 3));
  for (const ours of [false, true]) {
    const frames: Frame[] = [];
    new Deframer((kind, payload) => frames.push([kind, payload])).feed(data, ours);
    assertEquals(frames[0]![1].buffer === data.buffer, ours);
  }
});
