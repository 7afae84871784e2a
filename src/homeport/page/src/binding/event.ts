// Event objects, such as `chrome.sockets.tcp.onReceive`. The five methods are own and enumerable and the same
// for every event of a frame; they find the event by `this`, as Chromium's do.

import { listenerThrew } from "./report.ts";

// deno-lint-ignore ban-types
type Listener = Function;

/** The inside of an event object. */
export class EventState {
  /** Replaced, never changed: a dispatch goes on with the list that it began with. */
  listeners: readonly Listener[] = [];
  readonly #changed: (any: boolean) => void;
  #ended = false;

  /** `changed` is told when the first listener comes and when the last one goes. */
  constructor(changed: (any: boolean) => void = () => {}) {
    this.#changed = changed;
  }

  add(listener: Listener): void {
    if (this.#ended || this.listeners.includes(listener)) return;
    this.listeners = [...this.listeners, listener];
    if (this.listeners.length === 1) this.#changed(true);
  }

  remove(listener: unknown): void {
    if (!this.listeners.includes(listener as Listener)) return;
    this.listeners = this.listeners.filter((other) => other !== listener);
    if (this.listeners.length === 0) this.#changed(false);
  }

  /** The frame goes: no listener is there any more, and none comes. */
  end(): void {
    this.#ended = true;
    this.listeners = [];
  }

  /** Tells every listener, whatever the others do; returns what they returned. */
  dispatch(args: readonly unknown[]): unknown[] {
    const results: unknown[] = [];
    for (const listener of this.listeners) {
      try {
        results.push(listener.apply(globalThis, args));
      } catch (thrown) {
        listenerThrew(thrown);
      }
    }
    return results;
  }

  /** As `dispatch`, for the one argument of the socket events and with nothing made on the way. */
  tell(info: unknown): void {
    const listeners = this.listeners;
    for (let i = 0; i < listeners.length; i++) {
      try {
        listeners[i]!.call(globalThis, info);
      } catch (thrown) {
        listenerThrew(thrown);
      }
    }
  }
}

const states = new WeakMap<object, EventState>();

function stateOf(event: unknown): EventState {
  const state = typeof event === "object" && event !== null ? states.get(event) : undefined;
  if (state !== undefined) return state;
  throw new TypeError("Illegal invocation: Function must be called on an object of type Event");
}

/** What Chromium says of a value that is no function. */
function shown(value: unknown): string {
  return typeof value === "string" || value === undefined || value === null ? String(value) : "";
}

// `...args` keeps the functions' `length` at 0, as it is in Chromium.
const methods = {
  addListener(this: unknown, ...args: unknown[]): void {
    const state = stateOf(this);
    if (typeof args[0] !== "function") return;
    if (args.length > 1) throw new TypeError("This event does not support filters");
    state.add(args[0]);
  },
  removeListener(this: unknown, ...args: unknown[]): void {
    stateOf(this).remove(args[0]);
  },
  hasListener(this: unknown, ...args: unknown[]): boolean {
    const state = stateOf(this);
    if (args.length === 0) throw new TypeError("Insufficient number of arguments.");
    if (typeof args[0] !== "function") {
      throw new TypeError("Error processing argument at index 0, conversion failure from " + shown(args[0]));
    }
    return state.listeners.includes(args[0]);
  },
  hasListeners(this: unknown): boolean {
    return stateOf(this).listeners.length > 0;
  },
  dispatch(this: unknown, ...args: unknown[]): void {
    stateOf(this).dispatch(args);
  },
};

/** Events inherit of a class of theirs, of which nobody can make one. It has no name, as in Chromium. */
const { prototype } = [function () {
  throw new Error("Objects of type Event cannot be created using the constructor.");
}][0]!;

/** What apps call an event object, typed loosely. */
export type ApiEvent = typeof methods;

/** A new event object around `state`. */
export function eventObject(state: EventState): ApiEvent {
  const event: ApiEvent = Object.assign(Object.create(prototype), methods);
  states.set(event, state);
  return event;
}
