// `EventSource`, which asks by the same ways as `fetch`.

import { HandlerTarget } from "../handlers.ts";
import { EventStream, type StreamFetch } from "../web/event_stream.ts";
import { askFor, RefusedError } from "./fetch.ts";
import type { Resources } from "./resources.ts";

const { Request, DOMException, URL } = globalThis; // an app may put others in their place
const STATES = { CONNECTING: 0, OPEN: 1, CLOSED: 2 };

/** Makes the class for one frame. */
export function makeEventSource(resources: Resources, resolve: (url: string) => string): unknown {
  const fetch: StreamFetch = Object.assign(
    (url: string, init: RequestInit) => askFor(resources, new Request(url, init)),
    { isFinal: (error: unknown) => error instanceof RefusedError },
  );

  class Source extends HandlerTarget {
    readonly #stream: EventStream;

    constructor(url: unknown, options?: EventSourceInit) {
      super();
      if (arguments.length === 0) {
        throw new TypeError("Failed to construct 'EventSource': 1 argument required, but only 0 present.");
      }
      const address = addressOf(`${url}`, resolve);
      const withCredentials = Boolean(options?.withCredentials);
      this.#stream = new EventStream(address, withCredentials, fetch, (event) => this.dispatchEvent(event));
    }

    get url(): string {
      return this.#stream.url;
    }
    get withCredentials(): boolean {
      return this.#stream.withCredentials;
    }
    get readyState(): number {
      return this.#stream.state;
    }

    close(): void {
      this.#stream.close();
    }
  }
  Source.define(["open", "message", "error"]);
  for (const name of ["url", "withCredentials", "readyState", "close"]) {
    Object.defineProperty(Source.prototype, name, { enumerable: true });
  }
  for (const [name, value] of Object.entries(STATES)) {
    Object.defineProperty(Source, name, { value, enumerable: true });
    Object.defineProperty(Source.prototype, name, { value, enumerable: true });
  }
  Object.defineProperty(Source.prototype, Symbol.toStringTag, { value: "EventSource", configurable: true });
  Object.defineProperty(Source, "name", { value: "EventSource" });
  Object.defineProperty(Source, "length", { value: 1 });
  return Source;
}

function addressOf(text: string, resolve: (url: string) => string): string {
  try {
    return new URL(resolve(text)).href;
  } catch {
    throw new DOMException(
      `Failed to construct 'EventSource': Cannot open an EventSource to '${text}'. The URL is invalid.`,
      "SyntaxError",
    );
  }
}
