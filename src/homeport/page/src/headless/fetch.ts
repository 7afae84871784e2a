// `fetch` and `Request` for a page: relative addresses, and everything loaded as resources.ts allows.

import type { Loaded, Resources } from "./resources.ts";

const NativeRequest = globalThis.Request;
const NativeResponse = globalThis.Response;
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

  async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new PageRequest(input, init);
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    request.signal.throwIfAborted();
    const loading = resources.load({
      method: request.method,
      url: request.url,
      headers: [...request.headers, ...cacheHeaders(request)],
      body,
      mode: request.mode,
      credentials: request.credentials !== "omit",
      redirect: request.redirect,
    });
    const loaded = await aborted(request.signal, loading);
    if (loaded.status === 0) throw new TypeError("Failed to fetch");
    return loaded.leadsElsewhere ? redirect(loaded) : answer(loaded);
  }
  return { fetch: fetch as typeof globalThis.fetch, Request: PageRequest };
}

function answer({ status, statusText, headers, body, url, redirected }: Loaded): Response {
  const content = NO_BODY.has(status) ? null : body;
  const response = new NativeResponse(content, {
    status,
    statusText,
    headers: headers as [string, string][],
  });
  return shown(response, { url, redirected, type: "basic" });
}

/** What there is to see of a redirect that is not followed: nothing. */
function redirect({ url }: Loaded): Response {
  return shown(new NativeResponse(null), { url, type: "opaqueredirect", status: 0, ok: false });
}

function shown(response: Response, values: Readonly<Record<string, unknown>>): Response {
  for (const [name, value] of Object.entries(values)) Object.defineProperty(response, name, { value });
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

async function aborted<T>(signal: AbortSignal, loading: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const abort = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([loading, abort]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
