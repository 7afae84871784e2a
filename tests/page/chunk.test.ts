import assert from "node:assert/strict";
import { Chunk, Pool } from "../../src/homeport/page/src/wire/chunk.ts";
import { Deframer } from "../../src/homeport/page/src/wire/frames.ts";
import { created, page } from "./app.ts";
import { framed, receive } from "./daemon.ts";

Deno.test("memory serves again once nobody uses it, and not before", () => {
  const pool = new Pool(64, 2);
  const chunk = new Chunk(pool.take(), pool);
  chunk.use();
  chunk.release();
  assert.notEqual(pool.take(), chunk.buffer);
  chunk.release();
  assert.equal(pool.take(), chunk.buffer);
});

Deno.test("no more memory is kept than is said", () => {
  const pool = new Pool(64, 1);
  const [first, second] = [pool.take(), pool.take()];
  pool.give(first);
  pool.give(second);
  assert.equal(pool.take(), first);
  assert.notEqual(pool.take(), second);
});

Deno.test("a frame that came in parts is put together in memory that serves again", () => {
  const pool = new Pool(64, 2);
  const buffers: ArrayBuffer[] = [];
  const deframer = new Deframer((_kind, payload) => buffers.push(payload.buffer), pool);
  for (let i = 0; i < 3; i++) {
    const data = framed(1, new Uint8Array(10).fill(i));
    deframer.feed(data.subarray(0, 7));
    deframer.feed(data.subarray(7));
  }
  assert.equal(new Set(buffers).size, 1);
});

Deno.test("only what becomes events is put together there: everything else may be kept", () => {
  const pool = new Pool(64, 1);
  const buffers: ArrayBuffer[] = [];
  const deframer = new Deframer((_kind, payload) => buffers.push(payload.buffer), pool);
  for (const kind of [0, 2, 3, 0, 2, 3]) deframer.feed(framed(kind, new Uint8Array(10)));
  assert.equal(new Set(buffers).size, 6);
});

Deno.test("the app's copies stay as they are when the memory serves again", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp, { bufferSize: 2 });
  const pool = new Pool(64, 1);
  const say = (content: string) => {
    const message = receive(id, content);
    const chunk = new Chunk(pool.take(), pool);
    const payload = new Uint8Array(chunk.buffer, 0, message.length);
    payload.set(message);
    daemon.page!.message(payload, chunk);
    chunk.release();
    return chunk.buffer;
  };
  const received: ArrayBuffer[] = [];
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => received.push(info.data));
  const first = say("abc");
  await daemon.idle();
  const second = say("def");
  await daemon.idle();
  log.push(...received.map(text));
  assert.deepEqual(log, ["ab", "c", "de", "f"]);
  assert.equal(first, second);
});

Deno.test("what waits at a paused socket keeps no memory that came with it", async () => {
  const { daemon, tcp, log, text } = await page();
  using _ = daemon;
  const id = await created(daemon, tcp);
  const pool = new Pool(1024, 1);
  tcp.onReceive.addListener((info: { data: ArrayBuffer }) => log.push(text(info.data)));
  tcp.setPaused(id, true);
  const message = receive(id, "held");
  const chunk = new Chunk(pool.take(), pool);
  const payload = new Uint8Array(chunk.buffer, 0, message.length);
  payload.set(message);
  daemon.page!.message(payload, chunk);
  chunk.release();
  await daemon.idle();
  assert.equal(pool.take(), chunk.buffer);
  payload.fill(0);
  tcp.setPaused(id, false);
  await daemon.idle();
  assert.deepEqual(log, ["held"]);
});
