// `fetch` and `Request` for a page: relative addresses, and everything loaded as resources.ts allows.

import { type Resources, statusText } from "./resources.ts";

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
      super(input instanceof NativeRequest ? input : resolve(String(input)), init);
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
      headers: [...request.headers],
      body,
    });
    const loaded = await aborted(request.signal, loading);
    if (loaded.status === 0) throw new TypeError("Failed to fetch");
    const response = new NativeResponse(NO_BODY.has(loaded.status) ? null : loaded.body, {
      status: loaded.status,
      statusText: statusText(loaded.status),
      headers: loaded.headers as [string, string][],
    });
    Object.defineProperty(response, "url", { value: loaded.url });
    Object.defineProperty(response, "type", { value: "basic" });
    return response;
  }
  return { fetch: fetch as typeof globalThis.fetch, Request: PageRequest };
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
