// The memory that received bytes come in. Many records lie in one piece of it, even of several messages, and it serves
// again once the app has its copies: in a browser, touching fresh memory costs more than copying.

/** Gives away memory of one size, and takes it back. */
export class Pool {
  readonly #free: ArrayBuffer[] = [];

  constructor(private readonly size: number, private readonly most: number) {}

  /** Whether it is worth its memory to put so many bytes there. */
  suits(length: number): boolean {
    return length <= this.size && length >= this.size / 64;
  }

  take(): ArrayBuffer {
    return this.#free.pop() ?? new ArrayBuffer(this.size);
  }

  give(buffer: ArrayBuffer): void {
    if (this.#free.length < this.most) this.#free.push(buffer);
  }
}

/** Bytes from the daemon until the app has its copies of them. */
export class Chunk {
  readonly buffer: ArrayBuffer;
  readonly #pool: Pool | null;
  #uses = 1;

  /** In use from the beginning, by whoever makes it. With a `pool`, the memory goes there when nobody uses it any more. */
  constructor(buffer: ArrayBuffer, pool: Pool | null = null) {
    this.buffer = buffer;
    this.#pool = pool;
  }

  /** Somebody more uses it. */
  use(): void {
    this.#uses++;
  }

  /** Whether it has more users than one. */
  get shared(): boolean {
    return this.#uses > 1;
  }

  /** One of its users is done with it. */
  release(): void {
    if (--this.#uses === 0) this.#pool?.give(this.buffer);
  }
}
