// Memory for outgoing messages. Messages are kept until the daemon acknowledges them, so each has memory of its
// own: a piece of a larger block, which small messages share. Where nothing is acknowledged, all share one block.

const BLOCK = 64 * 1024;
const encoder = new TextEncoder();

/** Writes one message after another. `take` ends the current one. */
export class ByteWriter {
  #bytes = new Uint8Array(BLOCK);
  #view = new DataView(this.#bytes.buffer);
  #start = 0;
  #at = 0;

  get length(): number {
    return this.#at - this.#start;
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  u16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  bytes(data: Uint8Array): void {
    this.#room(data.length);
    this.#bytes.set(data, this.#at);
    this.#at += data.length;
  }

  /** The message so far; the next one begins. */
  take(): Uint8Array<ArrayBuffer> {
    const message = this.#bytes.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return message;
  }

  /** Every message that was taken may be overwritten: none of them is kept. */
  reuse(): void {
    this.#at -= this.#start;
    this.#bytes.copyWithin(0, this.#start, this.#start + this.#at);
    this.#start = 0;
  }

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const begun = this.#bytes.subarray(this.#start, this.#at);
    const bytes = new Uint8Array(Math.max(BLOCK, 2 * begun.length, begun.length + size));
    bytes.set(begun);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#start = 0;
    this.#at = begun.length;
  }
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
