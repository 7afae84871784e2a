// Runs deliveries one by one, each followed by the promises it settled, as Chromium's tasks are. The runtime lets us
// run settled promises by ourselves, so that a whole message's deliveries need one task.

import type { Turns, TurnWork } from "../hub/turns.ts";

// deno-lint-ignore no-explicit-any
const deno = Deno as any;

/** Runs settled promises now. Where the runtime does not offer that, each turn gets a task of its own. */
const runMicrotasks: (() => void) | undefined = deno[deno.internal]?.core?.runMicrotasks;
const later = globalThis.setImmediate;
const now = performance.now.bind(performance);

/** How long deliveries may go on before timers get their turn. */
const SLICE_MS = 16;

export class HeadlessTurns implements Turns {
  running = false;
  posted = false;
  /** When the last turn ended, and how many there were. */
  lastTurn = 0;
  count = 0;
  readonly #work: TurnWork;
  /** Something came while turns were under way: a settled promise may bring it when the queue was just empty. */
  #asked = false;

  constructor(work: TurnWork) {
    this.#work = work;
  }

  /** Handles what came from the parent, and delivers what it brought. */
  during(first: () => void): void {
    if (this.running) return first();
    this.running = true;
    let more = true;
    try {
      first();
      const until = now() + SLICE_MS;
      do {
        this.#asked = false;
        more = this.#work.turn();
        this.count++;
        runMicrotasks?.();
        more ||= this.#asked;
      } while (more && runMicrotasks !== undefined && now() < until);
    } finally {
      this.running = false;
      this.lastTurn = now();
      this.#work.end(more);
      if (more) this.wake();
    }
  }

  wake(): void {
    this.#asked = true;
    if (this.running || this.posted) return;
    this.posted = true;
    later(() => {
      this.posted = false;
      this.during(() => {});
    });
  }
}
