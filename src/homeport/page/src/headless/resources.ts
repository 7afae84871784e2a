// Whatever a page may load: its app's own files, data: and blob: addresses, and http(s) through the parent, which
// decides. Nothing here can reach anything by itself.

import { withoutFragment } from "../web/request.ts";
import type { Answer, Link } from "./link.ts";

/** Whom resources ask. */
type Asks = Pick<Link, "request" | "requestNow">;

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  /** Of a request to another server, as `fetch` has them. */
  readonly mode?: string;
  readonly credentials?: boolean;
  readonly redirect?: string;
}

export interface Loaded {
  /** 0: nothing was loaded; `reason` says why. */
  readonly status: number;
  readonly reason: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer>;
  readonly statusText: string;
  /** It came after a redirect. */
  readonly redirected: boolean;
  /** It is a redirect that was not to be followed. */
  readonly leadsElsewhere: boolean;
}

// Deno's own; it can do data: and blob:, and has no permission for anything else.
const fetchLocal = globalThis.fetch;

export class Resources {
  /** `refused` hears what could not be loaded, and why. */
  constructor(
    private readonly link: Asks,
    readonly baseUrl: string,
    private readonly refused: (url: string, reason: string) => void,
  ) {}

  /** Loads something. */
  async load(asked: Asked): Promise<Loaded> {
    if (/^(?:data|blob):/i.test(asked.url)) return await loadLocal(asked.url);
    return this.#loaded(asked, await this.link.request(...this.#request(asked)));
  }

  /** Loads something with the page's JavaScript stopped. */
  loadNow(asked: Asked): Loaded {
    if (/^blob:/i.test(asked.url)) return failed(asked.url, "a blob cannot be read synchronously");
    return this.#loaded(asked, this.link.requestNow(...this.#request(asked)));
  }

  /** The text of one of the app's files, or `null`. */
  async text(url: string): Promise<string | null> {
    const loaded = await this.load({ method: "GET", url, headers: [], body: null });
    return loaded.status === 200 ? new TextDecoder().decode(loaded.body) : null;
  }

  #request(asked: Asked): [string, unknown[], Uint8Array?] {
    const url = withoutFragment(asked.url);
    if (url.startsWith(this.baseUrl)) {
      const path = url.slice(this.baseUrl.length).replace(/\?.*$/, "");
      return ["file", [asked.method, path]];
    }
    const { mode = "cors", credentials = true, redirect = "follow" } = asked;
    const how = { mode, credentials, redirect };
    const request: [string, unknown[], Uint8Array?] = ["http", [asked.method, url, asked.headers, how]];
    if (asked.body !== null) request.push(asked.body);
    return request;
  }

  #loaded(asked: Asked, answer: Answer): Loaded {
    const details = answer.details as {
      headers?: [string, string][];
      url?: string;
      reason?: string;
      redirected?: boolean;
      leadsElsewhere?: boolean;
    };
    const { headers = [], reason = "", redirected = false, leadsElsewhere = false } = details;
    const { status, body } = answer;
    if (status === 0) this.refused(asked.url, reason);
    const url = redirected ? details.url! : withoutFragment(asked.url);
    const statusText = details.url === undefined ? ownStatusText(status) : reason;
    return { status, reason, url, headers, body, statusText, redirected, leadsElsewhere };
  }
}

/** The words of a status line of the app's own files. */
function ownStatusText(status: number): string {
  return status === 200 ? "OK" : status === 404 ? "Not Found" : "";
}

async function loadLocal(url: string): Promise<Loaded> {
  try {
    const response = await fetchLocal(url);
    const body = new Uint8Array(await response.arrayBuffer());
    const { status, statusText, headers } = response;
    const plain = { reason: "", redirected: false, leadsElsewhere: false };
    return { status, statusText, url, headers: [...headers], body, ...plain };
  } catch (error) {
    return failed(url, String(error));
  }
}

function failed(url: string, reason: string): Loaded {
  const nothing = { statusText: "", headers: [], body: new Uint8Array(0) };
  return { status: 0, reason, url, ...nothing, redirected: false, leadsElsewhere: false };
}
