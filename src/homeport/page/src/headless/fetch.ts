// `fetch` and `Request` for a page: relative addresses, and everything loaded as resources.ts allows.

import type { Head, Resources } from "./resources.ts";

const NativeRequest = globalThis.Request;
const NativeResponse = globalThis.Response;
const NativeReadableStream = globalThis.ReadableStream;
const NO_BODY = new Set([101, 204, 205, 304]);

/** Makes `fetch` and `Request` for one frame. */
export function makeFetch(
  resources: Resources,
  resolve: (url: string) => string,
): { fetch: typeof fetch; Request: typeof Request } {
  class PageRequest extends NativeRequest {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(input instanceof NativeRequest ? input : withoutLogin(resolve(String(input))), init);
    }
  }
  Object.defineProperty(PageRequest, "name", { value: "Request" });

  function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    return new Promise((resolve) => resolve(askFor(resources, new PageRequest(input, init))));
  }
  return { fetch: fetch as typeof globalThis.fetch, Request: PageRequest };
}

/** There is an answer, and it is not for this app. */
export class RefusedError extends TypeError {}

/** Asks for the answer, whose body comes as it is read. */
export async function askFor(resources: Resources, request: Request): Promise<Response> {
  const { signal } = request;
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const content = new Content(() => over(stop));
    const abort = (): void => {
      reject(signal.reason);
      content.fail(signal.reason);
      over(stop);
    };
    const over = (then: () => void = () => {}): void => {
      signal.removeEventListener("abort", abort);
      then();
    };
    const stop = resources.stream({
      method: request.method,
      url: request.url,
      headers: [...request.headers, ...cacheHeaders(request)],
      body,
      mode: request.mode,
      credentials: request.credentials !== "omit",
      redirect: request.redirect,
    }, {
      head: (head) => {
        if (head.leadsElsewhere) {
          resolve(redirect(head));
          return over(stop);
        }
        if (head.status !== 0) return resolve(answer(head, content));
        over();
        reject(new (head.refused ? RefusedError : TypeError)("Failed to fetch"));
      },
      part: (bytes, took) => content.add(bytes, took),
      end: (whole) => {
        over();
        if (whole) content.close();
        else content.fail(new TypeError("network error"));
      },
    });
    signal.addEventListener("abort", abort);
  });
}

/** A body that comes as it is read, and is asked for no faster. */
class Content {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableByteStreamController;
  readonly #waiting: [Uint8Array<ArrayBuffer>, () => void][] = [];
  #wanted: (() => void) | null = null;
  #closed = false;
  #over = false;

  /** `cancelled` hears that nobody wants the rest. */
  constructor(cancelled: () => void) {
    this.stream = new NativeReadableStream({
      type: "bytes",
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () =>
        new Promise<void>((pulled) => {
          this.#wanted = pulled;
          this.#give();
        }),
      cancel: () => {
        this.#over = true;
        cancelled();
      },
    }, { highWaterMark: 0 });
  }

  add(bytes: Uint8Array<ArrayBuffer>, took: () => void): void {
    this.#waiting.push([bytes, took]);
    this.#give();
  }

  close(): void {
    this.#closed = true;
    if (this.#waiting.length === 0) this.#end();
  }

  fail(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller.error(reason);
  }

  #give(): void {
    if (this.#wanted === null || this.#over) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const pulled = this.#wanted;
    this.#wanted = null;
    const [bytes, took] = next;
    this.#controller.enqueue(bytes);
    took();
    if (this.#closed && this.#waiting.length === 0) this.#end();
    pulled();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller.close();
    this.#controller.byobRequest?.respond(0);
    this.#wanted?.();
  }
}

// deno-lint-ignore no-control-regex
const CONTROLS = /[\0-\x1f\x7f]/g;

function answer(head: Head, content: Content): Response {
  const { status, statusText, headers, url, redirected } = head;
  const ok = status >= 200 && status < 300;
  // A server may say what no script can make: a status such as 999, or any text behind it.
  const response = new NativeResponse(NO_BODY.has(status) ? null : content.stream, {
    status: status >= 200 && status < 600 ? status : 200,
    headers: headers as [string, string][],
  });
  return shown(response, {
    url,
    redirected,
    type: "basic",
    status,
    ok,
    statusText: statusText.replace(CONTROLS, ""),
  });
}

/** What there is to see of a redirect that is not followed: nothing. */
function redirect({ url }: Head): Response {
  return shown(new NativeResponse(null), { url, type: "opaqueredirect", status: 0, ok: false });
}

function shown(response: Response, values: Readonly<Record<string, unknown>>): Response {
  const clone = (): Response => shown(NativeResponse.prototype.clone.call(response), values);
  for (const [name, value] of Object.entries({ ...values, clone })) {
    Object.defineProperty(response, name, { value });
  }
  return response;
}

/** What tells the caches on the way what a request asks for; none is here. */
function cacheHeaders({ cache, headers }: Request): [string, string][] {
  if (headers.has("cache-control")) return [];
  if (cache === "no-cache") return [["Cache-Control", "max-age=0"]];
  return ["no-store", "reload"].includes(cache)
    ? [["Cache-Control", "no-cache"], ["Pragma", "no-cache"]]
    : [];
}

function withoutLogin(url: string): string {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return url;
  throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${url}`);
}
