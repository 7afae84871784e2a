// Events whose listeners say of what they want to hear, such as `chrome.mdns.onServiceList`.

import { type ApiEvent, eventObject, type EventState } from "./event.ts";
import { listenerThrew } from "./report.ts";

export interface Filter {
  readonly serviceType?: string;
}

/** An event with filters: the object that apps get, and the way to tell those of its listeners who asked. */
export class FilteredEvent {
  readonly object: ApiEvent;
  readonly #state: EventState;
  // deno-lint-ignore ban-types
  readonly #filters = new WeakMap<Function, Filter>();

  /** `added` is told of each new listener's filter. */
  constructor(state: EventState, added: (filter: Filter) => void) {
    this.#state = state;
    const object = eventObject(state);
    const plain = object.addListener;
    // `...args` keeps the function's `length` at 0, as it is in Chromium.
    const addListener = (...args: unknown[]) => {
      const [listener] = args;
      if (typeof listener !== "function") return;
      const filter = filterOf(args);
      if (object.hasListener(listener)) return;
      this.#filters.set(listener, filter);
      plain.call(object, listener);
      added(filter);
    };
    object.addListener = {
      addListener(this: unknown, ...args: unknown[]): void {
        if (this === object) addListener(...args);
        else plain.apply(this, args);
      },
    }.addListener;
    this.object = object;
  }

  /** Tells the listeners who asked for that, and those who asked for nothing in particular. */
  tell(serviceType: string, ...args: unknown[]): void {
    for (const listener of this.#state.listeners) {
      const asked = this.#filters.get(listener)?.serviceType;
      if (asked && asked !== serviceType) continue;
      try {
        listener.apply(globalThis, args);
      } catch (thrown) {
        listenerThrew(thrown);
      }
    }
  }
}

function filterOf(args: readonly unknown[]): Filter {
  const [, filter] = args;
  if (args.length > 2) throw new TypeError("This event does not support options");
  if (args.length === 1) return {};
  if (typeof filter !== "object" || filter === null) throw new TypeError("Invalid invocation");
  if (Array.isArray(filter)) throw new TypeError("could not convert filter.");
  const { serviceType } = filter as { serviceType?: unknown };
  if (serviceType === undefined) return {};
  if (typeof serviceType !== "string") throw new TypeError("filters.serviceType should be a string.");
  return { serviceType };
}
