// What an `EventSource` makes of a stream, where no server of the other tests goes.

import assert from "node:assert/strict";
import {
  CLOSED,
  CONNECTING,
  EventStream,
  OPEN,
  type StreamFetch,
} from "../../src/homeport/page/src/web/event_stream.ts";

/** A stream of these pieces, which then ends or goes on, and what is told of it until `enough`. */
function listen(pieces: readonly (string | Uint8Array)[], ends = false, hear = (_: EventStream) => {}) {
  const heard: string[] = [];
  let more: (() => void) | null = null;
  const cancelled = Promise.withResolvers<void>();
  const fetch: StreamFetch = Object.assign((_url: string, { signal }: RequestInit) => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) {
          controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
        }
        if (ends) controller.close();
        signal!.addEventListener("abort", () => cancelled.resolve());
      },
    });
    const answer = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    Object.defineProperty(answer, "url", { value: "http://server.test/events" });
    return Promise.resolve(answer);
  }, { isFinal: () => false });
  const stream: EventStream = new EventStream("http://server.test/events", false, fetch, (event) => {
    heard.push(event instanceof MessageEvent ? event.data : event.type);
    hear(stream);
    more?.();
  });
  const until = async (count: number): Promise<string[]> => {
    while (heard.length < count) {
      await new Promise<void>((resolve) => {
        more = resolve;
      });
    }
    return heard;
  };
  return { stream, until, cancelled: cancelled.promise };
}

Deno.test("an event without an end is given up, and its stream ended, before it fills the memory", async () => {
  const piece = "x".repeat(1 << 20);
  const { stream, until, cancelled } = listen(["data: ", ...Array(17).fill(piece)]);
  assert.deepEqual(await until(2), ["open", "error"]);
  assert.deepEqual(stream.state, CLOSED);
  await cancelled;
});

Deno.test("a stream says the same byte by byte", async () => {
  const bytes = new TextEncoder().encode(
    "\ufeffdata: ä€😀\r\ndata: b\r\n\r\nevent: own\rdata: c\r\rdata: d\n\n",
  );
  const { stream, until } = listen([...bytes].map((byte) => Uint8Array.of(byte)));
  assert.deepEqual(await until(4), ["open", "ä€😀\nb", "c", "d"]);
  assert.equal(stream.state, OPEN);
  stream.close();
});

Deno.test("a listener that closes it hears no more", async () => {
  const { stream, until, cancelled } = listen(["data: a\n\ndata: b\n\n"], false, (stream) => {
    if (stream.state === OPEN && heardOne++ === 1) stream.close();
  });
  let heardOne = 0;
  await cancelled;
  assert.deepEqual(await until(2), ["open", "a"]);
  assert.equal(stream.state, CLOSED);
});

Deno.test("one that ends is asked for again, and not once it is closed", async () => {
  const { stream, until } = listen(["retry: 1\n\n"], true);
  assert.deepEqual((await until(4)).slice(0, 4), ["open", "error", "open", "error"]);
  assert.deepEqual(stream.state, CONNECTING);
  stream.close();
});
