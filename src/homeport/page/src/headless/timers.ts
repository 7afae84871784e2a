// Timers as a page has them: numbers for names, and errors that are reported where they happen.

export interface Timers {
  setTimeout(handler: unknown, delay?: unknown, ...args: unknown[]): number;
  setInterval(handler: unknown, delay?: unknown, ...args: unknown[]): number;
  clearTimeout(id?: unknown): void;
  clearInterval(id?: unknown): void;
  requestAnimationFrame(callback: (time: number) => void): number;
  cancelAnimationFrame(id?: unknown): void;
  requestIdleCallback(callback: (deadline: unknown) => void): number;
  cancelIdleCallback(id?: unknown): void;
}

// Deno's own, before the app sees the globals.
const start = globalThis.setTimeout;
const startEvery = globalThis.setInterval;
const stop = globalThis.clearTimeout;
const now = performance.now.bind(performance);
const FRAME = 1000 / 60;

/** One set of timers for all frames, so that their names differ. */
export class TimerTable {
  readonly #timers = new Map<number, { readonly owner: object; readonly timer: unknown }>();
  #last = 0;

  /** How many are running. */
  get size(): number {
    return this.#timers.size;
  }

  /** The functions for one frame. `run` calls a handler and reports what it throws. */
  functions(
    owner: object,
    run: (handler: (...args: unknown[]) => unknown, args: unknown[]) => void,
    compile: (source: string) => (() => unknown) | null,
  ): Timers {
    const once = (handler: unknown, delay: unknown, args: unknown[]): number => {
      const callable = asFunction(handler, compile);
      if (callable === null) return 0;
      const id = ++this.#last;
      const timer = start(() => {
        this.#timers.delete(id);
        run(callable, args);
      }, milliseconds(delay));
      this.#timers.set(id, { owner, timer });
      return id;
    };
    const every = (handler: unknown, delay: unknown, args: unknown[]): number => {
      const callable = asFunction(handler, compile);
      if (callable === null) return 0;
      const id = ++this.#last;
      this.#timers.set(id, { owner, timer: startEvery(() => run(callable, args), milliseconds(delay)) });
      return id;
    };
    const clear = (id?: unknown): void => this.#clear(id);
    return {
      setTimeout: function setTimeout(handler, delay, ...args) {
        return once(handler, delay, args);
      },
      setInterval: function setInterval(handler, delay, ...args) {
        return every(handler, delay, args);
      },
      clearTimeout: function clearTimeout(id) {
        clear(id);
      },
      clearInterval: function clearInterval(id) {
        clear(id);
      },
      requestAnimationFrame: function requestAnimationFrame(callback) {
        return once(() => callback(now()), FRAME - now() % FRAME, []);
      },
      cancelAnimationFrame: function cancelAnimationFrame(id) {
        clear(id);
      },
      requestIdleCallback: function requestIdleCallback(callback) {
        return once(() => callback({ didTimeout: false, timeRemaining: () => 40 }), 1, []);
      },
      cancelIdleCallback: function cancelIdleCallback(id) {
        clear(id);
      },
    };
  }

  /** Stops all timers of a frame that goes away. */
  dropOwner(owner: object): void {
    for (const [id, timer] of this.#timers) {
      if (timer.owner === owner) this.#clear(id);
    }
  }

  #clear(id: unknown): void {
    const number = Number(id);
    const entry = this.#timers.get(number);
    if (entry === undefined) return;
    this.#timers.delete(number);
    stop(entry.timer as number);
  }
}

function milliseconds(delay: unknown): number {
  const number = Math.trunc(Number(delay));
  return number > 0 && number < 2 ** 31 ? number : 0;
}

function asFunction(
  handler: unknown,
  compile: (source: string) => (() => unknown) | null,
): ((...args: unknown[]) => unknown) | null {
  return typeof handler === "function"
    ? handler as (...args: unknown[]) => unknown
    : compile(String(handler));
}
