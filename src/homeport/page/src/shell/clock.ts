// The time in a tab. While it is hidden a browser rings a page's timers once a second, and after five minutes once a
// minute; a worker's are not slowed down. So then a worker of ours rings, too.

import type { Timers } from "../wire/link.ts";

const SCRIPT = "/_homeport/clock.js";
/** As browsers have it for timers that set timers. */
const LEAST = 4;

interface Task {
  readonly run: () => void;
  readonly due: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class Clock implements Timers {
  readonly #tasks = new Map<number, Task>();
  #worker: Worker | null = null;
  #last = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#tasks.forEach((task, id) => this.#watch(id, task));
    });
  }

  set(run: () => void, ms: number): number {
    const id = ++this.#last;
    const task = { run, due: performance.now() + ms, timer: setTimeout(() => this.#ring(id), ms) };
    this.#tasks.set(id, task);
    if (document.hidden) this.#watch(id, task);
    return id;
  }

  clear(id: number): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    this.#tasks.delete(id);
    clearTimeout(task.timer);
    if (document.hidden) this.#worker?.postMessage([id, null]);
  }

  #watch(id: number, { due }: Task): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage([id, Math.max(LEAST, due - performance.now())]);
  }

  #start(): Worker {
    const worker = new Worker(SCRIPT);
    worker.addEventListener("message", ({ data }: MessageEvent<number>) => this.#ring(data));
    return worker;
  }

  /** Whoever rings first, the page or its worker. */
  #ring(id: number): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    this.clear(id);
    task.run();
  }
}
