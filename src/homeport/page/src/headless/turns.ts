// Runs deliveries one by one, each followed by the promises it settled, as Chromium's tasks are. The runtime lets us
// run settled promises by ourselves, so that a whole message's deliveries need one task.

import type { Turns, TurnWork } from "../hub/turns.ts";

// deno-lint-ignore no-explicit-any
const deno = Deno as any;

/** Runs settled promises now. Where the runtime does not offer that, each turn gets a task of its own. */
const runMicrotasks: (() => void) | undefined = deno[deno.internal]?.core?.runMicrotasks;
const later = globalThis.setImmediate;
/** Read often: the cheapest there is. */
const clock = Date.now;

/** How long deliveries may go on before timers get their turn. */
const SLICE_MS = 16;

export class HeadlessTurns implements Turns {
  running = false;
  coming = false;
  /** How many turns there were. */
  count = 0;
  readonly #work: TurnWork;
  readonly #busy: (busy: boolean) => void;
  /** Something came while turns were under way: a settled promise may bring it when the queue was just empty. */
  #asked = false;
  /** Milliseconds of turns since a task of ours last came. */
  #spent = 0;

  /** `busy` is told whether the time is up, and something left. */
  constructor(work: TurnWork, busy: (busy: boolean) => void) {
    this.#work = work;
    this.#busy = busy;
  }

  /**
   * Handles what came from the parent, and delivers what it brought: later, if the time is up. The runtime reads on as
   * long as there is something to read, so listeners that take long would else leave no time for anything beside them.
   */
  during(first: () => void): void {
    if (this.running || this.coming) return first();
    this.running = true;
    let more = true;
    const begun = clock();
    try {
      first();
      more = this.#slice(begun);
    } finally {
      this.running = false;
      this.#spent += Math.abs(clock() - begun);
      this.#work.end(more);
      const busy = more || this.#spent > SLICE_MS;
      if (busy) this.wake();
      this.#busy(busy);
    }
  }

  /** Turns until there is nothing to do or the time is up. Whether there is more to do. */
  #slice(begun: number): boolean {
    for (;;) {
      this.#asked = false;
      const more = this.#work.turn();
      this.count++;
      runMicrotasks?.();
      if (!more && !this.#asked) return false;
      const passed = clock() - begun;
      if (passed > SLICE_MS || passed < 0 || runMicrotasks === undefined) return true;
    }
  }

  wake(): void {
    this.#asked = true;
    if (this.running || this.coming) return;
    this.coming = true;
    later(() => {
      this.coming = false;
      this.#spent = 0;
      this.during(() => {});
    });
  }
}
