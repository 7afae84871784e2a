// Runs deliveries one by one, each as if it were a task of its own, many in one real task.
//
// Chromium delivers each callback and each event as a task, after which the promises that it settled run. A task
// for each is slow. But a browser runs settled promises after *each listener* of an event that it dispatches
// itself. So a message event with many listeners gives many such turns for the price of one task.

import { PROMISE_ROUNDS } from "../seam.ts";
import type { TurnSource } from "../wire/stream.ts";

/** Turns in one task at most, and how long a task may last before the page gets to draw. */
const TURNS = 64;
const SLICE_MS = 8;
/** After so many promises in a row also those of the app have run that began in the same turn. */
const HOPS = PROMISE_ROUNDS + 8;

/** Until the promises that are settled now have run, with those that they settle. */
export async function promisesRan(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop++) await null;
}

/** So many turns may follow what came at hand, without a task of their own. */
const AT_HAND = 4;

export interface Turns {
  /** Whether a turn is under way, or will follow in this task: whoever writes may leave sending to its end. */
  readonly running: boolean;
  /** Whether turns will come by themselves. */
  readonly coming: boolean;
  /** There is something to do. */
  wake(): void;
}

/** What turns are made of. */
export interface TurnWork {
  /** Does one thing, and says whether there is more. Must not throw. */
  turn(): boolean;
  /** Turns in a row end; with `more`, others follow. */
  end(more: boolean): void;
}

export class BrowserTurns implements Turns, TurnSource {
  running = false;
  readonly #work: TurnWork;
  readonly #channel = new MessageChannel();
  readonly #listeners: ((event: Event) => void)[] = [];
  /** Whether a task of ours will come. */
  #posted = false;
  #until = 0;
  /** Whether the last turn left something to do, and whether something came since it began. */
  #more = false;
  #asked = false;
  /** Who waits for the next task of ours. */
  #begun: (() => void)[] = [];
  /** Whether promises may still run that what was at hand has settled. */
  #settling = false;

  constructor(work: TurnWork) {
    this.#work = work;
    for (let i = 1; i <= TURNS; i++) this.#listeners.push((event) => this.#listener(event, i === TURNS));
    this.attach(this.#channel.port1, "message", () => {
      this.#posted = false;
      for (const begun of this.#begun.splice(0)) begun();
    });
    this.#channel.port1.start();
  }

  get coming(): boolean {
    return this.#posted || (this.#settling && this.#waiting);
  }

  /** Turns happen in each `type` event of `target`, after `first` has seen it. */
  attach(target: EventTarget, type: string, first: (event: Event) => void): void {
    target.addEventListener(type, (event) => {
      this.running = true;
      this.#until = performance.now() + SLICE_MS;
      this.#more = true;
      try {
        first(event);
      } catch (error) {
        this.#finish(event);
        throw error;
      }
    });
    for (const listener of this.#listeners) target.addEventListener(type, listener);
  }

  async during(first: () => void): Promise<void> {
    // What is there at once is no task of its own: promises of the turn before may still be running.
    if (this.#settling) await this.#task();
    if (this.running) return first();
    this.#until = performance.now() + SLICE_MS;
    try {
      this.#atHand(first);
    } finally {
      void this.#settle();
    }
  }

  wake(): void {
    if (this.running || this.#settling) this.#asked = true;
    else this.#post();
  }

  /** Runs no more turns of its own. */
  close(): void {
    this.#channel.port1.close();
  }

  get #waiting(): boolean {
    return this.#more || this.#asked;
  }

  /** One turn. The promises that it settles run when it is over, and may bring another one. */
  #turn(): void {
    this.#asked = false;
    this.#more = true;
    this.#more = this.#work.turn();
  }

  #listener(event: Event, last: boolean): void {
    if (!this.#waiting) return this.#finish(event);
    try {
      this.#turn();
    } finally {
      if (last || performance.now() > this.#until) this.#finish(event);
    }
  }

  #finish(event: Event): void {
    event.stopImmediatePropagation();
    this.#end();
    if (this.#waiting) this.#post();
  }

  #end(): void {
    this.running = false;
    this.#work.end(this.#waiting);
  }

  /** A turn without a task; `first` brings what it is about. What it says goes at once, if it is not one of many. */
  #atHand(first?: () => void): void {
    this.running = true;
    this.#more = true;
    try {
      first?.();
      this.#turn();
    } finally {
      if (first !== undefined || !this.#more) this.#end();
      this.running = this.#more;
    }
  }

  /** Lets the promises run that what was at hand has settled, with a turn for what they bring. Much gets a task. */
  async #settle(): Promise<void> {
    this.#settling = true;
    try {
      await promisesRan();
      for (let turns = 1; turns < AT_HAND && this.#waiting && performance.now() < this.#until; turns++) {
        this.#atHand();
        await promisesRan();
      }
    } finally {
      this.#settling = false;
      if (this.#waiting) this.#post();
      if (this.running) this.#end();
    }
  }

  /** The beginning of the next task of ours. */
  #task(): Promise<void> {
    this.#post();
    return new Promise((resolve) => this.#begun.push(resolve));
  }

  #post(): void {
    if (this.#posted) return;
    this.#posted = true;
    this.#channel.port2.postMessage(null);
  }
}
