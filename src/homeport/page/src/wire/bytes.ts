// Memory for outgoing messages. A message is a piece of a block until nobody needs it any more: that is when the daemon
// has acknowledged it, or at once where nothing is kept. Blocks that are free serve again.

import { Pool } from "./chunk.ts";

const BLOCK = 64 * 1024;
/** Room for four of the longest messages. */
const LARGE = 1088 * 1024;
const SPARE = 4;
/** What begins with more than this goes to a large block. */
const MUCH = 8 * 1024;
const encoder = new TextEncoder();

class Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  /** Messages in it that are needed. */
  messages = 0;

  constructor(buffer: ArrayBuffer) {
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }
}

/** Writes one message after another. `take` ends the current one. */
export class ByteWriter {
  readonly #pool = new Pool(LARGE, SPARE);
  #block = new Block(new ArrayBuffer(BLOCK));
  /** The blocks that hold messages, by their memory. */
  readonly #blocks = new Map<ArrayBufferLike, Block>();
  #start = 0;
  #at = 0;

  get length(): number {
    return this.#at - this.#start;
  }

  u8(value: number): void {
    this.#room(1);
    this.#block.bytes[this.#at++] = value;
  }

  u16(value: number): void {
    this.#room(2);
    this.#block.view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#room(4);
    this.#block.view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  bytes(data: Uint8Array): void {
    this.#room(data.length);
    this.#block.bytes.set(data, this.#at);
    this.#at += data.length;
  }

  /** The message so far; the next one begins. It stays as it is until it is `done`. */
  take(): Uint8Array<ArrayBuffer> {
    const block = this.#block;
    const message = block.bytes.subarray(this.#start, this.#at);
    this.#start = this.#at;
    block.messages++;
    this.#blocks.set(block.bytes.buffer, block);
    return message;
  }

  /** Nobody needs the message any more. */
  done(message: Uint8Array): void {
    const block = this.#blocks.get(message.buffer);
    if (block === undefined || --block.messages > 0) return;
    this.#blocks.delete(message.buffer);
    if (block === this.#block) this.#rewind();
    else this.#free(block);
  }

  /** What is begun moves to the start of its block, in which nothing else is. */
  #rewind(): void {
    this.#at -= this.#start;
    this.#block.bytes.copyWithin(0, this.#start, this.#start + this.#at);
    this.#start = 0;
  }

  #free(block: Block): void {
    if (block.bytes.length === LARGE) this.#pool.give(block.bytes.buffer);
  }

  #room(size: number): void {
    const old = this.#block;
    if (this.#at + size <= old.bytes.length) return;
    const begun = old.bytes.subarray(this.#start, this.#at);
    this.#block = this.#next(begun.length + size);
    this.#block.bytes.set(begun);
    this.#start = 0;
    this.#at = begun.length;
    if (old.messages === 0) this.#free(old);
  }

  #next(size: number): Block {
    if (size <= MUCH) return new Block(new ArrayBuffer(BLOCK));
    return new Block(size <= LARGE ? this.#pool.take() : new ArrayBuffer(2 * size));
  }
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
