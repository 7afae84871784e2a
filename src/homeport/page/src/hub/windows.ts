// The app's windows: one table for all frames, so that an `AppWindow` is the same object in each of them.

import type {
  AppWindowEntry,
  HostWindow,
  Reply,
  WindowFace,
  WindowHost,
  WindowSpec,
  WindowsSide,
} from "../seam.ts";

/** What the table needs of the hub. */
export interface WindowsHub {
  enqueue(task: () => void): void;
  /** Delivers everything that is queued, now. */
  drain(): void;
}

type Make = (entry: AppWindowEntry) => WindowFace;

class Entry implements AppWindowEntry {
  face: WindowFace | null = null;
  alwaysOnTop: boolean;
  closed = false;
  host!: HostWindow;
  /** Who waits for the window, until its page is there. */
  waiting: Reply[] | null = [];

  constructor(readonly spec: WindowSpec, private readonly table: WindowTable) {
    this.alwaysOnTop = spec.alwaysOnTop;
  }

  close(): void {
    this.table.close(this);
  }
}

export class WindowTable implements WindowsSide {
  background: object | null = null;
  /** Set by the host before the app runs; an app without one has no windows. */
  host: WindowHost | null = null;
  /** Told whenever a window came or went. */
  changed: () => void = () => {};
  readonly #entries = new Set<Entry>();
  readonly #hub: WindowsHub;

  constructor(hub: WindowsHub) {
    this.#hub = hub;
  }

  /** How many there are, those included that are still on their way. */
  get size(): number {
    return this.#entries.size;
  }

  create(spec: WindowSpec, make: Make, reply: Reply): void {
    const open = spec.id === "" ? undefined : this.#find(spec.id);
    if (open !== undefined) return this.#again(open, spec, reply);
    if (this.host === null) {
      this.#hub.enqueue(() => reply.finish([], "The app window could not be created."));
      return;
    }
    const entry = new Entry(spec, this);
    entry.waiting!.push(reply);
    this.#entries.add(entry);
    entry.host = this.host.open(spec, {
      bounds: () => this.#tell(entry, "BoundsChanged"),
      state: (state) => this.#tell(entry, STATE_EVENTS[state]),
      close: () => this.close(entry),
      loaded: () => this.#loaded(entry, make),
      missing: () => this.#missing(entry),
    });
    this.changed();
  }

  of(global: object): Entry | null {
    for (const entry of this.#entries) {
      if (entry.host?.contentWindow === global) return entry;
    }
    return null;
  }

  ready(entry: Entry): void {
    const waiting = entry.waiting;
    if (waiting === null) return;
    // What happened before the window was there is heard before it.
    this.#hub.drain();
    entry.waiting = null;
    for (const reply of waiting) reply.finish([entry.face?.object], null);
  }

  get(id: string): Entry | null {
    return this.#find(id) ?? null;
  }

  all(): readonly Entry[] {
    return [...this.#entries].filter((entry) => entry.face !== null);
  }

  close(entry: Entry): void {
    if (entry.closed) return;
    entry.closed = true;
    // In its own turn, so that a page may close its own window and still finish what it is doing.
    this.#hub.enqueue(() => {
      this.#entries.delete(entry);
      entry.host.remove();
      entry.face?.tell("Closed");
      this.changed();
    });
  }

  #find(id: string): Entry | undefined {
    return [...this.#entries].find((entry) => entry.spec.id === id && !entry.closed);
  }

  #again(entry: Entry, spec: WindowSpec, reply: Reply): void {
    if (!spec.hidden) entry.host.show(spec.focused);
    if (entry.waiting !== null) entry.waiting.push(reply);
    else this.#hub.enqueue(() => reply.finish([entry.face?.object], null));
  }

  /** A page without a shim, such as a sandboxed one, is there without having said so. */
  #loaded(entry: Entry, make: Make): void {
    if (entry.waiting === null || entry.closed) return;
    entry.face ??= make(entry);
    this.ready(entry);
  }

  /** Whoever asked for a window of such a page is given none, and no error. */
  #missing(entry: Entry): void {
    if (entry.waiting === null || entry.closed) return;
    this.close(entry);
    this.#hub.enqueue(() => this.ready(entry));
  }

  #tell(entry: Entry, event: string): void {
    this.#hub.enqueue(() => {
      if (!entry.closed) entry.face?.tell(event);
    });
  }
}

const STATE_EVENTS = {
  normal: "Restored",
  minimized: "Minimized",
  maximized: "Maximized",
  fullscreen: "Fullscreened",
} as const;
