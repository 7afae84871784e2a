// `fetch` of another server by way of the daemon.

import { type Asker, FAILED, instead, readTold, replace, TOLD, type Told } from "./ask.ts";
import { withoutFragment } from "./request.ts";

/** What a response shows of itself instead of what the browser knows. */
interface Shown extends Told {
  readonly type: ResponseType;
}

const SHOWN = ["url", "redirected", "headers", "type"] as const;

/** Fetches what the daemon is to ask for; `tell`: whether it was refused is told by a {@link RefusedError}. */
export type Ask = (request: Request, tell?: boolean) => Promise<Response>;

/** There is an answer, and it is not for this page. */
export class RefusedError extends TypeError {}

/** Leads what this page fetches and the daemon is to ask for, and gives what does so. */
export function leadFetches(asker: Asker): Ask {
  const { fetch, Request, Headers } = globalThis; // an app may put others in their place
  const shown = new WeakMap<object, Shown>();

  for (const name of SHOWN) {
    replace(Response.prototype, name, (native) => (self, args) => {
      const seen = shown.get(self as object);
      return seen === undefined ? Reflect.apply(native, self, args) : seen[name];
    });
  }
  replace(Response.prototype, "clone", (native) => (self, args) => {
    const copy = Reflect.apply(native, self, args) as object;
    const seen = shown.get(self as object);
    if (seen !== undefined) shown.set(copy, { ...seen, headers: new Headers(seen.headers) });
    return copy;
  });

  async function ask(request: Request, tell = false): Promise<Response> {
    const { method, url, mode, signal, keepalive, redirect } = request;
    const manual = redirect === "manual";
    const headers = new Headers(request.headers);
    const credentials = request.credentials !== "omit";
    for (const [name, value] of asker.headers({ method, url, mode, credentials, redirect, tell })) {
      headers.set(name, value);
    }
    const cache = request.cache === "only-if-cached" ? "default" : request.cache;
    const body = method === "GET" || method === "HEAD" ? null : await request.blob();
    const options = { method: "POST", headers, body, signal, keepalive, cache, credentials: "omit" } as const;
    const response = await fetch(asker.route(url), { ...options, redirect: manual ? "manual" : "follow" });
    const failed = response.headers.get(FAILED);
    if (failed !== null) throw new (failed === "refused" ? RefusedError : TypeError)("Failed to fetch");
    const told = readTold(response.headers.get(TOLD), url) ??
      { url: withoutFragment(url), redirected: false, headers: new Headers() };
    shown.set(response, { ...told, type: response.type === "cors" ? "basic" : response.type });
    return response;
  }

  globalThis.fetch = instead(fetch, (self, args) => {
    const [input] = args as [unknown];
    if (asker.address(input instanceof Request ? input.url : input) === null) {
      return Reflect.apply(fetch, self, args);
    }
    let request: Request;
    try {
      request = new Request(...args as [RequestInfo]);
    } catch {
      return Reflect.apply(fetch, self, args); // fails in the same way, in the words of a fetch
    }
    return ask(request);
  });
  return ask;
}
