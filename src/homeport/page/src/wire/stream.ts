// The way down as the body of one endless response. See docs/wire.md §8.

import { Deframer, type Payload, TEXT } from "./frames.ts";

/** Lets deliveries happen right in the task that brings messages. */
export interface TurnSource {
  /** Turns happen in each `type` event of `target`, after `first` has seen it. */
  attach(target: EventTarget, type: string, first: (event: Event) => void): void;
  /** Takes messages in and has a turn, in a task that had none before; settled when it had. Others follow. */
  during(first: () => void): Promise<void>;
}

type Reader = ReadableStreamDefaultReader<Payload>;

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
    return response.ok && response.body !== null ? response.body.getReader() : null;
  } catch {
    return null;
  }
}

/** Gives each message of the stream to `take`, until it ends, however it ends. */
export async function readStream(
  stream: Promise<Reader | null>,
  turns: TurnSource,
  take: (message: string | Payload) => void,
): Promise<void> {
  const reader = await stream;
  if (reader === null) return;
  const decoder = new TextDecoder();
  const frames = new Deframer((kind, payload) => take(kind === TEXT ? decoder.decode(payload) : payload));
  for (;;) {
    // However it is cut, whoever reads it is told that it has ended.
    const piece = await reader.read().catch(() => null);
    if (piece === null || piece.done) return;
    await turns.during(() => frames.feed(piece.value, true));
  }
}
