// Messages on a stream of bytes: `u8` kind, `u32` length (little endian), that many bytes.

export const TEXT = 0;
export const BINARY = 1;

export const HEAD = 5;

export type Payload = Uint8Array<ArrayBuffer>;
export type OnFrame = (kind: number, payload: Payload) => void;

/** Puts frames together from whatever pieces arrive. */
export class Deframer {
  readonly #head = new Uint8Array(HEAD);
  #headFilled = 0;
  #payload: Payload | null = null;
  #filled = 0;

  constructor(private readonly onFrame: OnFrame) {}

  /** Takes the next bytes; they are copied, unless they are `ours`: then a frame may be a part of them. */
  feed(data: Uint8Array, ours = false): void {
    let at = 0;
    while (at < data.length || this.#payload?.length === 0) {
      if (this.#payload === null) {
        if (ours && this.#headFilled === 0) {
          at = this.#whole(data, at);
          if (at === data.length) return;
        }
        const take = Math.min(HEAD - this.#headFilled, data.length - at);
        this.#head.set(data.subarray(at, at + take), this.#headFilled);
        this.#headFilled += take;
        at += take;
        if (this.#headFilled < HEAD) return;
        this.#payload = new Uint8Array(lengthAt(this.#head, 0));
        this.#filled = 0;
      }
      const take = Math.min(this.#payload.length - this.#filled, data.length - at);
      this.#payload.set(take === data.length ? data : data.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled < this.#payload.length) return;
      const payload = this.#payload;
      this.#payload = null;
      this.#headFilled = 0;
      this.onFrame(this.#head[0]!, payload);
    }
  }

  /** Gives the frames that are whole in `data` from `at` on, uncopied; where the next one begins. */
  #whole(data: Uint8Array, at: number): number {
    while (data.length - at >= HEAD) {
      const start = at + HEAD;
      const end = start + lengthAt(data, at);
      if (end > data.length) break;
      this.onFrame(data[at]!, data.subarray(start, end) as Payload);
      at = end;
    }
    return at;
  }
}

function lengthAt(data: Uint8Array, at: number): number {
  return (data[at + 1]! | data[at + 2]! << 8 | data[at + 3]! << 16 | data[at + 4]! << 24) >>> 0;
}
