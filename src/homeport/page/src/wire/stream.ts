// The way down as the body of one endless response. See docs/wire.md §8.

import { Chunk, Pool } from "./chunk.ts";
import { Deframer, type Payload, TEXT } from "./frames.ts";

/** Lets deliveries happen right in the task that brings messages. */
export interface TurnSource {
  /** Turns happen in each `type` event of `target`, after `first` has seen it. */
  attach(target: EventTarget, type: string, first: (event: Event) => void): void;
  /** Takes messages in and has a turn, in a task that had none before; settled when it had. Others follow. */
  during(first: () => void): Promise<void>;
}

type Reader = ReadableStreamBYOBReader;

/** How much is read at a time at most, and how many such pieces are kept for the next time. */
const READ = 1024 * 1024;
const SPARE = 4;

/** Whether this browser reads the body of a response into memory that it is given: some do since 2021 at the earliest. */
export function readsInPlace(): boolean {
  try {
    new Response("").body!.getReader({ mode: "byob" });
    return true;
  } catch {
    return false;
  }
}

/** Asks for the stream of the transport `name`; `null` where there is none. */
export async function openStream(
  address: { readonly host: string; readonly secret: string },
  name: string,
  signal: AbortSignal,
): Promise<Reader | null> {
  try {
    const response = await fetch(`http://${address.host}/_homeport/stream`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret: address.secret, transport: name }),
      cache: "no-store",
      signal,
    });
    return response.ok && response.body !== null ? response.body.getReader({ mode: "byob" }) : null;
  } catch {
    return null;
  }
}

/** Gives each message of the stream to `take`, until it ends, however it ends. */
export async function readStream(
  stream: Promise<Reader | null>,
  turns: TurnSource,
  take: (message: string | Payload, chunk?: Chunk) => void,
): Promise<void> {
  const reader = await stream;
  if (reader === null) return;
  const decoder = new TextDecoder();
  const pool = new Pool(READ, SPARE);
  const frames = new Deframer((kind, payload, chunk) => {
    take(kind === TEXT ? decoder.decode(payload) : payload, chunk);
  }, pool);
  for (;;) {
    // However it is cut, whoever reads it is told that it has ended.
    const piece = await reader.read(new Uint8Array(pool.take())).catch(() => null);
    if (piece === null || piece.done) return;
    const chunk = new Chunk(piece.value.buffer, pool);
    await turns.during(() => {
      frames.feed(piece.value, chunk);
      chunk.release();
    });
  }
}
