// Messages on a stream of bytes: `u8` kind, `u32` length (little endian), that many bytes.

import { Chunk, type Pool } from "./chunk.ts";

export const TEXT = 0;
export const BINARY = 1;

export const HEAD = 5;

export type Payload = Uint8Array<ArrayBuffer>;
/** `chunk` is what the payload lies in, if that may serve again. */
export type OnFrame = (kind: number, payload: Payload, chunk?: Chunk) => void;

/** Puts frames together from whatever pieces arrive. */
export class Deframer {
  readonly #head = new Uint8Array(HEAD);
  #headFilled = 0;
  #payload: Payload | null = null;
  /** What the payload lies in, if that may serve again. */
  #chunk: Chunk | undefined;
  #filled = 0;
  readonly #onFrame: OnFrame;
  readonly #pool: Pool | null;

  /** BINARY frames that come in parts are put together in memory of the `pool`, if there is one. */
  constructor(onFrame: OnFrame, pool: Pool | null = null) {
    this.#onFrame = onFrame;
    this.#pool = pool;
  }

  /** Takes the next bytes; they are copied, unless they lie in a chunk: then a frame may be a part of it. */
  feed(data: Uint8Array, chunk?: Chunk): void {
    let at = 0;
    while (at < data.length || this.#payload?.length === 0) {
      if (this.#payload === null) {
        if (chunk !== undefined && this.#headFilled === 0) {
          at = this.#whole(data, at, chunk);
          if (at === data.length) return;
        }
        const take = Math.min(HEAD - this.#headFilled, data.length - at);
        this.#head.set(data.subarray(at, at + take), this.#headFilled);
        this.#headFilled += take;
        at += take;
        if (this.#headFilled < HEAD) return;
        this.#begin(lengthAt(this.#head, 0));
      }
      const payload: Payload = this.#payload!;
      const take = Math.min(payload.length - this.#filled, data.length - at);
      payload.set(take === data.length ? data : data.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled < payload.length) return;
      this.#finish();
    }
  }

  #begin(length: number): void {
    this.#filled = 0;
    if (this.#head[0] === BINARY && this.#pool?.suits(length)) {
      this.#chunk = new Chunk(this.#pool.take(), this.#pool);
      this.#payload = new Uint8Array(this.#chunk.buffer, 0, length);
    } else this.#payload = new Uint8Array(length);
  }

  #finish(): void {
    const payload = this.#payload!;
    const chunk = this.#chunk;
    this.#payload = null;
    this.#chunk = undefined;
    this.#headFilled = 0;
    this.#onFrame(this.#head[0]!, payload, chunk);
    chunk?.release();
  }

  /** Gives the frames that are whole in `data` from `at` on, uncopied; where the next one begins. */
  #whole(data: Uint8Array, at: number, chunk: Chunk): number {
    while (data.length - at >= HEAD) {
      const start = at + HEAD;
      const end = start + lengthAt(data, at);
      if (end > data.length) break;
      this.#onFrame(data[at]!, data.subarray(start, end) as Payload, chunk);
      at = end;
    }
    return at;
  }
}

function lengthAt(data: Uint8Array, at: number): number {
  return (data[at + 1]! | data[at + 2]! << 8 | data[at + 3]! << 16 | data[at + 4]! << 24) >>> 0;
}
