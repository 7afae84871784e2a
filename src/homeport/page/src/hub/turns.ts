// Runs deliveries one by one, each as if it were a task of its own, many in one real task.
//
// Chromium delivers each callback and each event as a task, after which the promises that it settled run. A task
// for each is slow. But a browser runs settled promises after *each listener* of an event that it dispatches
// itself. So a message event with many listeners gives many such turns for the price of one task.

import type { TurnSource } from "../wire/stream.ts";

/** Turns in one task at most, and how long a task may last before the page gets to draw. */
const TURNS = 64;
const SLICE_MS = 8;
/** So many promises in a row neither a stream needs to give what it holds, nor an app to go on from an answer. */
const HOPS = 32;

/** Until the promises that are settled now have run, with those that they settle. */
export async function promisesRan(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop++) await null;
}

export interface Turns {
  /** Whether a turn is under way, or will follow in this task: whoever writes may leave sending to its end. */
  readonly running: boolean;
  /** Whether a task of ours will come, with turns in it. */
  readonly posted: boolean;
  /** There is something to do. */
  wake(): void;
}

/** What turns are made of. */
export interface TurnWork {
  /** Does one thing, and says whether there is more. Must not throw. */
  turn(): boolean;
  /** A task with turns in it ends; with `more`, another one follows. */
  end(more: boolean): void;
}

export class BrowserTurns implements Turns, TurnSource {
  running = false;
  posted = false;
  readonly #work: TurnWork;
  readonly #channel = new MessageChannel();
  readonly #listeners: ((event: Event) => void)[] = [];
  #until = 0;
  /** Who waits for the next task of ours. */
  #begun: (() => void)[] = [];
  /** Whether a task has begun since `during` had its turn. */
  #settled = true;

  constructor(work: TurnWork) {
    this.#work = work;
    for (let i = 1; i <= TURNS; i++) this.#listeners.push((event) => this.#listener(event, i === TURNS));
    this.attach(this.#channel.port1, "message", () => {
      this.posted = false;
      for (const begun of this.#begun.splice(0)) begun();
    });
    this.#channel.port1.start();
  }

  /** Turns happen in each `type` event of `target`, after `first` has seen it. */
  attach(target: EventTarget, type: string, first: (event: Event) => void): void {
    target.addEventListener(type, (event) => {
      this.running = true;
      this.#until = performance.now() + SLICE_MS;
      try {
        first(event);
      } catch (error) {
        this.#finish(event, true);
        throw error;
      }
    });
    for (const listener of this.#listeners) target.addEventListener(type, listener);
  }

  async during(first: () => void): Promise<void> {
    // What is there at once is no task of its own: promises of the turn before may still be running.
    if (!this.running && !this.#settled) await this.#task();
    if (this.running) return first();
    this.running = true;
    let more = true;
    try {
      first();
      more = this.#work.turn();
    } finally {
      this.running = false;
      void this.#unsettle();
      this.#work.end(more);
      if (more) this.#post();
    }
  }

  wake(): void {
    if (!this.running) this.#post();
  }

  /** Runs no more turns of its own. */
  close(): void {
    this.#channel.port1.close();
  }

  #listener(event: Event, last: boolean): void {
    let more = true;
    try {
      more = this.#work.turn();
    } finally {
      if (!more || last || performance.now() > this.#until) this.#finish(event, more);
    }
  }

  /** Counts the promises down that something at hand takes at most: what settles later, a later task brought. */
  async #unsettle(): Promise<void> {
    this.#settled = false;
    await promisesRan();
    this.#settled = true;
  }

  /** The beginning of the next task of ours. */
  #task(): Promise<void> {
    this.#post();
    return new Promise((resolve) => this.#begun.push(resolve));
  }

  #finish(event: Event, more: boolean): void {
    event.stopImmediatePropagation();
    this.running = false;
    this.#work.end(more);
    if (more) this.#post();
  }

  #post(): void {
    if (this.posted) return;
    this.posted = true;
    this.#channel.port2.postMessage(null);
  }
}
