// The messages that this side has said and the daemon has not acknowledged, and which of them the present
// transport has been given. No more than a window of bytes goes out ahead of the acknowledgements, so that a
// page that sends much does not fill the browser's memory twice.

import type { Message } from "./batch.ts";

const WINDOW = 8 * 1024 * 1024;

export class Kept {
  #messages: Message[] = [];
  /** How many messages were acknowledged: the number of the first one kept. */
  #base = 0;
  /** How many of the kept ones the transport has been given, and their size. */
  #given = 0;
  #givenSize = 0;
  readonly #done: (message: Message) => void;

  /** `done` is told of each message that is needed no more. */
  constructor(done: (message: Message) => void) {
    this.#done = done;
  }

  get empty(): boolean {
    return this.#messages.length === 0;
  }

  add(message: Message): void {
    this.#messages.push(message);
  }

  /** The next message for the transport, or `null` when there is none or the window is full. */
  next(): Message | null {
    const message = this.#messages[this.#given];
    if (message === undefined || this.#givenSize >= WINDOW) return null;
    this.#given++;
    this.#givenSize += message.length;
    return message;
  }

  /** The daemon has received `total` messages of this session. */
  acknowledged(total: number): void {
    const count = Math.min(total - this.#base, this.#given);
    if (count <= 0) return;
    for (const message of this.#messages.splice(0, count)) {
      this.#givenSize -= message.length;
      this.#done(message);
    }
    this.#base += count;
    this.#given -= count;
  }

  /** A new transport: give it everything that the daemon lacks, of which it has `total`. */
  again(total: number): void {
    this.acknowledged(total);
    this.#given = this.#givenSize = 0;
  }

  /** Forgets what was given: nobody will acknowledge it. */
  forget(): void {
    this.acknowledged(this.#base + this.#given);
  }

  /** A new session: nothing is kept and counting begins anew. */
  clear(): void {
    this.#messages.forEach(this.#done);
    this.#messages = [];
    this.#base = this.#given = this.#givenSize = 0;
  }
}
