// What an `EventSource` does but for how it looks: asks for a stream, reads it, and asks again when it ends.

import { createParser } from "eventsource-parser";

// An app may put others in their place.
const { Event, MessageEvent, TextDecoderStream, AbortController, Headers, URL, setTimeout, clearTimeout } =
  globalThis;

/** Milliseconds until a stream that has ended is asked for again, unless it says otherwise: as in Chromium. */
const AGAIN = 3000;
/** Characters of one event. */
const LONGEST = 16 << 20;
const TYPE = /^\s*text\/event-stream\s*(?:;|$)/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8"?\s*(?:;|$))/i;

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSED = 2;

/** Fetches a stream. What it throws says by `isFinal` whether to ask again. */
export interface StreamFetch {
  (url: string, init: RequestInit): Promise<Response>;
  isFinal(error: unknown): boolean;
}

/** One stream of events. */
export class EventStream {
  state = CONNECTING;
  #lastId = "";
  #again = AGAIN;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop = new AbortController();

  /** `tell` hears its events. */
  constructor(
    readonly url: string,
    readonly withCredentials: boolean,
    private readonly fetch: StreamFetch,
    private readonly tell: (event: Event) => void,
  ) {
    void this.#connect();
  }

  close(): void {
    this.state = CLOSED;
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  async #connect(): Promise<void> {
    const { signal } = this.#stop;
    try {
      const headers = new Headers({ Accept: "text/event-stream" });
      if (this.#lastId !== "") headers.set("Last-Event-ID", this.#lastId);
      const credentials = this.withCredentials ? "include" : "same-origin";
      const answer = await this.fetch(this.url, { headers, credentials, cache: "no-store", signal });
      const type = answer.headers.get("content-type") ?? "";
      if (answer.status !== 200 || !TYPE.test(type) || OTHER_CHARSET.test(type)) return this.#fail();
      await this.#read(answer);
    } catch (error) {
      if (this.fetch.isFinal(error)) return this.#fail();
    }
    if (this.state === CLOSED) return;
    this.state = CONNECTING;
    this.#timer = setTimeout(() => void this.#connect(), this.#again);
    this.tell(new Event("error"));
  }

  async #read(answer: Response): Promise<void> {
    const { origin } = new URL(answer.url);
    const parser = createParser({
      onId: (id) => {
        this.#lastId = id;
      },
      onRetry: (again) => {
        this.#again = again;
      },
      onEvent: ({ event = "message", data }) => {
        if (this.state !== OPEN) return;
        this.tell(new MessageEvent(event, { data, origin, lastEventId: this.#lastId }));
      },
      onError: ({ type }) => {
        if (type === "max-buffer-size-exceeded") this.#fail();
      },
      maxBufferSize: LONGEST,
    });
    if (this.state === CLOSED) return;
    this.state = OPEN;
    this.tell(new Event("open"));
    const text = answer.body!.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
    const reader = text.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || (this.state as number) === CLOSED) return;
      parser.feed(value);
    }
  }

  /** It is no stream of events, and never will be. */
  #fail(): void {
    if (this.state === CLOSED) return;
    this.close();
    this.tell(new Event("error"));
  }
}
