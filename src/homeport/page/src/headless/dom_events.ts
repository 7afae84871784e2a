// Event dispatch for windows and DOM nodes: capture, target, bubble up to the window; a listener that throws is
// reported and stops nobody else. The DOM library's own dispatch has no capture phase and knows no native `Event`.

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface Entry {
  readonly listener: Listener;
  readonly capture: boolean;
  readonly once: boolean;
  removed: boolean;
}

interface NodeLike {
  readonly parentNode: NodeLike | null;
  readonly nodeType: number;
}

/** The frame of a node or window: who hears events after the document, and who is told of errors. */
export interface EventOwner {
  readonly window: object;
  run(callable: (...args: unknown[]) => unknown, args: readonly unknown[], self: unknown): void;
}

const DOCUMENT = 9;
const lists = new WeakMap<object, Map<string, Entry[]>>();

type Options = boolean | { capture?: boolean; once?: boolean; signal?: AbortSignal } | null | undefined;

const isCapture = (options: Options): boolean => typeof options === "boolean" ? options : !!options?.capture;

const owners = new WeakMap<object, EventOwner>();
/** What is on its way. */
const underWay = new WeakSet<Event>();
/** What the listeners of a window and its document hear just now. */
const current = new WeakMap<object, Event | undefined>();

/** `window.event`. */
export const currentEvent = (window: object): Event | undefined => current.get(window);

/** From now on `owner` is told of what listeners of `target`, a document or a window, throw. */
export function own(target: object, owner: EventOwner): void {
  owners.set(target, owner);
}

export function ownerOf(node: object): EventOwner | undefined {
  return owners.get((node as { ownerDocument?: object }).ownerDocument ?? node);
}

/** The three methods of `EventTarget`, to be put on the DOM library's base prototype. */
export function eventMethods(): PropertyDescriptorMap {
  const methods = listenerMethods();
  return Object.fromEntries(
    Object.entries(methods).map(([name, value]) => [name, { value, writable: true, configurable: true }]),
  );
}

/** The same for a window, where they are called without `this`. */
export function windowMethods(window: object): Record<string, (...args: never[]) => unknown> {
  const methods = listenerMethods();
  return {
    addEventListener: (type: string, listener: Listener | null, options?: Options) =>
      methods.addEventListener.call(window, type, listener, options),
    removeEventListener: (type: string, listener: Listener | null, options?: Options) =>
      methods.removeEventListener.call(window, type, listener, options),
    dispatchEvent: (event: Event) => methods.dispatchEvent.call(window as NodeLike, event),
  };
}

function listenerMethods() {
  const methods = {
    addEventListener(this: object, type: string, listener: Listener | null, options?: Options): void {
      if (listener === null || listener === undefined) return;
      if (typeof listener !== "function" && typeof listener !== "object") {
        throw new TypeError(
          "Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'Object'.",
        );
      }
      if (typeof options === "object" && options?.signal?.aborted) return;
      const capture = isCapture(options);
      const byType = lists.get(this) ?? new Map<string, Entry[]>();
      lists.set(this, byType);
      const list = byType.get(type) ?? [];
      if (list.some((entry) => entry.listener === listener && entry.capture === capture)) return;
      const details = typeof options === "object" ? options : null;
      // Another list: a dispatch that is under way goes on with the one that it began with.
      byType.set(type, [...list, { listener, capture, once: !!details?.once, removed: false }]);
      details?.signal?.addEventListener(
        "abort",
        () => methods.removeEventListener.call(this, type, listener, capture),
      );
    },
    removeEventListener(this: object, type: string, listener: Listener | null, options?: Options): void {
      const capture = isCapture(options);
      const list = lists.get(this)?.get(type);
      const at = list?.findIndex((entry) => entry.listener === listener && entry.capture === capture) ?? -1;
      if (at < 0) return;
      list![at]!.removed = true;
      lists.get(this)!.set(type, list!.toSpliced(at, 1));
    },
    dispatchEvent(this: NodeLike, event: Event): boolean {
      return dispatch(this, event, ownerOf(this));
    },
  };
  return methods;
}

function dispatch(target: NodeLike, event: Event, owner: EventOwner | undefined): boolean {
  if (underWay.has(event)) {
    throw new DOMException(
      "Failed to execute 'dispatchEvent' on 'EventTarget': The event is already being dispatched.",
      "InvalidStateError",
    );
  }
  const window = owner?.window;
  const outer = window && current.get(window);
  underWay.add(event);
  if (window) current.set(window, event);
  try {
    return send(target, event, owner);
  } finally {
    underWay.delete(event);
    if (window) current.set(window, outer);
  }
}

function send(target: NodeLike, event: Event, owner: EventOwner | undefined): boolean {
  const path: NodeLike[] = [];
  for (let at: NodeLike | null = target; at !== null && at !== undefined; at = at.parentNode) path.push(at);
  if (path.at(-1)!.nodeType === DOCUMENT && event.type !== "load" && owner !== undefined) {
    path.push(owner.window as NodeLike);
  }
  const state = { stopped: event.cancelBubble, stoppedNow: false };
  const show = (name: string, value: unknown): void =>
    void Object.defineProperty(event, name, { value, configurable: true, writable: true });
  show("target", target);
  show("srcElement", target);
  Object.defineProperty(event, "cancelBubble", {
    get: () => state.stopped,
    set: (value) => state.stopped ||= !!value,
    configurable: true,
  });
  show("composedPath", () => [...path]);
  show("stopPropagation", () => {
    state.stopped = true;
  });
  show("stopImmediatePropagation", () => {
    state.stopped = state.stoppedNow = true;
  });

  const tell = (node: NodeLike, capture: boolean): void => {
    show("currentTarget", node);
    show("eventPhase", node === target ? 2 : capture ? 1 : 3);
    for (const entry of lists.get(node)?.get(event.type) ?? []) {
      if (entry.removed || entry.capture !== capture) continue;
      if (entry.once) {
        entry.removed = true;
        const byType = lists.get(node)!;
        byType.set(event.type, byType.get(event.type)!.filter((other) => other !== entry));
      }
      call(entry.listener, node, event, owner);
      if (state.stoppedNow) return;
    }
  };

  for (const node of path.toReversed()) {
    if (!state.stopped) tell(node, true);
  }
  for (const node of event.bubbles ? path : [target]) {
    if (!state.stopped) tell(node, false);
  }
  show("currentTarget", null);
  show("eventPhase", 0);
  state.stopped = false;
  return !event.defaultPrevented;
}

function call(listener: Listener, node: NodeLike, event: Event, owner: EventOwner | undefined): void {
  const callable = (typeof listener === "function" ? listener : listener.handleEvent) as (
    ...args: unknown[]
  ) => unknown;
  const self = typeof listener === "function" ? node : listener;
  if (owner === undefined) Reflect.apply(callable, self, [event]);
  else owner.run(callable, [event], self);
}
