// `EventSource` of another server by way of the daemon: the browser's own to look at, that asks by `fetch`.

import { type Asker, replace } from "./ask.ts";
import { EventStream, type StreamFetch } from "./event_stream.ts";
import { type Ask, RefusedError } from "./fetch.ts";

type Handler = (event: Event) => unknown;

const SHOWN = {
  url: (stream: EventStream) => stream.url,
  withCredentials: (stream: EventStream) => stream.withCredentials,
  readyState: (stream: EventStream) => stream.state,
};

/** Leads the streams of this page that the daemon is to ask for. */
export function leadEventSources(asker: Asker, ask: Ask): void {
  const { EventSource: Native, EventTarget, Request } = globalThis; // an app may put others in their place
  const { addEventListener, dispatchEvent } = EventTarget.prototype;
  const streams = new WeakMap<object, EventStream>();
  const handlers = new WeakMap<object, Map<string, Handler | null>>();
  const fetch: StreamFetch = Object.assign(
    (url: string, init: RequestInit) => ask(new Request(url, init), true),
    { isFinal: (error: unknown) => error instanceof RefusedError },
  );

  for (const [name, show] of Object.entries(SHOWN)) {
    replace(Native.prototype, name, (native) => (self, args) => {
      const stream = streams.get(self as object);
      return stream === undefined ? Reflect.apply(native, self, args) : show(stream);
    });
  }
  replace(Native.prototype, "close", (native) => (self, args) => {
    const stream = streams.get(self as object);
    return stream === undefined ? Reflect.apply(native, self, args) : stream.close();
  });
  for (const type of ["open", "message", "error"]) {
    replace(Native.prototype, `on${type}`, (native) => (self, args) => {
      const own = handlers.get(self as object);
      return own === undefined ? Reflect.apply(native, self, args) : own.get(type) ?? null;
    });
    replace(Native.prototype, `on${type}`, (native) => (self, args) => {
      const own = handlers.get(self as object);
      if (own === undefined) return Reflect.apply(native, self, args);
      const isNew = !own.has(type);
      const [given] = args;
      own.set(type, typeof given === "function" ? given as Handler : null);
      if (isNew) {
        addEventListener.call(self as EventTarget, type, (event) => own.get(type)?.call(self, event));
      }
    }, "set");
  }

  const construct = (_: unknown, args: unknown[], target: new () => object): object => {
    const [given, options] = args as [unknown, EventSourceInit?];
    const url = args.length === 0 ? null : asker.address(given);
    if (url === null) return Reflect.construct(Native, args, target);
    const self = Reflect.construct(EventTarget, [], target) as EventTarget;
    handlers.set(self, new Map());
    const withCredentials = Boolean(options?.withCredentials);
    const tell = (event: Event): void => void dispatchEvent.call(self, event);
    streams.set(self, new EventStream(url.href, withCredentials, fetch, tell));
    return self;
  };
  const value = new Proxy(Native, { construct });
  Object.defineProperty(globalThis, "EventSource", { value, writable: true, configurable: true });
}
