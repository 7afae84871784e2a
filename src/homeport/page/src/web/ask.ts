// How the daemon is asked for what another server has; its side, and the format, are in `homeport.server._web`.

import type { HostPermissions } from "./hosts.ts";
import { permits } from "./own_policy.ts";
import { withoutFragment } from "./request.ts";

const { Headers } = globalThis; // an app may put another in its place
const ROUTE = "/_homeport/web";
/** As many as `homeport.server._sites` knows. */
const SHARDS = 32;
/** Why there is no answer, where the page is to know. */
export const FAILED = "X-Homeport-Failed";
const ASK = "X-Homeport-Ask";
/** So much of what is asked goes into one header; the daemon takes no longer ones. */
const HEADER = 4000;
export const TOLD = "X-Homeport-Told";
const SECRET = "X-Homeport-Secret";

/** A request, but for its headers and its body. */
export interface Ask {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
  readonly credentials: boolean;
  readonly redirect: string;
  /** The page is to know whether an answer was refused, or there is none. */
  readonly tell?: boolean;
}

/** What there is of an answer's head beside its status. */
export interface Told {
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: Headers;
}

/** Which requests the daemon makes for this page, or this worker, and with what. */
export class Asker {
  /** A worker of a blob has no other address. */
  readonly #own = new URL(self.origin);

  constructor(
    private readonly secret: string,
    private readonly hosts: HostPermissions,
    private readonly policies: readonly (readonly string[])[] = [],
  ) {}

  /** The address of another server that the daemon is to be asked for; `null` for what the browser does by itself. */
  address(url: unknown): URL | null {
    let found: URL;
    try {
      found = new URL(String(url), globalThis.document?.baseURI ?? location.href);
    } catch {
      return null;
    }
    return found.origin !== this.#own.origin && this.hosts.allows(found) && permits(this.policies, found)
      ? found
      : null;
  }

  /**
   * Where the daemon is asked for an address. A browser opens six connections to one host; servers that do not answer
   * shall not keep others waiting, so each has one of several names of this site.
   */
  route(address: string): string {
    // Whole addresses: a page may have others in mind with its relative ones.
    const { hostname, host, origin } = this.#own;
    if (!hostname.endsWith(".localhost")) return origin + ROUTE; // it has no other name
    let sum = 0;
    for (const character of new URL(address).host) sum = (sum * 31 + character.codePointAt(0)!) % 65521;
    return `http://w${sum % SHARDS}.${host}${ROUTE}`;
  }

  /** The headers that say what is asked for. */
  headers(ask: Ask): [string, string][] {
    const url = withoutFragment(ask.url);
    const text = JSON.stringify({ ...ask, url });
    const headers: [string, string][] = [[SECRET, this.secret]];
    for (let from = 0; from < text.length; from += HEADER) {
      headers.push([from === 0 ? ASK : `${ASK}-${from / HEADER}`, text.slice(from, from + HEADER)]);
    }
    return headers;
  }
}

/** What the daemon told of an answer to a request for `asked`; `null` where there is none. */
export function readTold(header: string | null, asked: string): Told | null {
  if (header === null) return null;
  const { url, redirected, headers } = JSON.parse(header);
  return { url: redirected ? url : withoutFragment(asked), redirected, headers: new Headers(headers) };
}

/** The same function as before to look at, that does something else. */
export function instead<F extends (...args: never[]) => unknown>(
  native: F,
  does: (self: unknown, args: Parameters<F>) => ReturnType<F>,
): F {
  return new Proxy(native, { apply: (_, self, args) => does(self, args as Parameters<F>) });
}

/** Replaces a method, a getter or a setter of a prototype. */
export function replace(
  prototype: object,
  name: string,
  make: (native: (...args: unknown[]) => unknown) => (self: unknown, args: unknown[]) => unknown,
  key?: "value" | "get" | "set",
): void {
  const found = Object.getOwnPropertyDescriptor(prototype, name)!;
  key ??= found.get === undefined ? "value" : "get";
  const native = found[key];
  Object.defineProperty(prototype, name, { ...found, [key]: instead(native, make(native)) });
}
