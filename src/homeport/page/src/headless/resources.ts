// Whatever a page may load: its app's own files, data: and blob: addresses, and http(s) through the parent, which
// decides. Nothing here can reach anything by itself.

import { decodeHtml } from "./encoding.ts";
import { withoutFragment } from "../web/request.ts";
import type { Answer, Link } from "./link.ts";
import type { WebTable } from "./web_table.ts";

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

/** What comes before a body. */
export interface Head {
  /** 0: nothing was loaded; `reason` says why. */
  readonly status: number;
  readonly reason: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly statusText: string;
  /** It came after a redirect. */
  readonly redirected: boolean;
  /** It is a redirect that was not to be followed. */
  readonly leadsElsewhere: boolean;
  /** There is an answer, and it is not for this app. */
  readonly refused?: boolean;
}

export interface Loaded extends Head {
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Hears what is loaded, as it comes. */
export interface Hearer {
  /** Status 0: nothing was loaded, and nothing follows. */
  head(head: Head): void;
  /** Some of the body; `took` is to be called when it was read, for more to come. */
  part(bytes: Uint8Array<ArrayBuffer>, took: () => void): void;
  /** Whether the body is whole. */
  end(whole: boolean): void;
}

// Deno's own; it can do data: and blob:, and has no permission for anything else.
const fetchLocal = globalThis.fetch;

export class Resources {
  readonly #stops = new Set<() => void>();

  /** `refused` hears what could not be loaded, and why. */
  constructor(
    private readonly link: Asks,
    private readonly web: WebTable,
    readonly baseUrl: string,
    private readonly refused: (url: string, reason: string) => void,
  ) {}

  /** The same for one frame, which may go away. */
  forFrame(): Resources {
    return new Resources(this.link, this.web, this.baseUrl, this.refused);
  }

  /** Ends what is being loaded in parts. */
  drop(): void {
    for (const stop of [...this.#stops]) stop();
  }

  /** Loads something in parts; what is given back ends it. */
  stream(asked: Asked, hearer: Hearer): () => void {
    const [what, args, body = null] = this.#request(asked);
    if (what !== "http" || /^(?:data|blob):/i.test(asked.url)) return this.#streamWhole(asked, hearer);
    const over = (): void => void this.#stops.delete(stop);
    const fail = (reason: string, told: () => void): void => {
      over();
      this.refused(asked.url, reason);
      told();
    };
    const number = this.web.ask(args, body, {
      head: (status, details) => {
        const head = headOf(asked, status, details);
        if (status === 0) fail(head.reason, () => hearer.head(head));
        else hearer.head(head);
      },
      part: (bytes) => {
        let own: Uint8Array<ArrayBuffer>;
        try {
          own = bytes.slice();
        } catch { // there is no memory for it
          stop();
          return fail("the answer is too large", () => hearer.end(false));
        }
        const { length } = own; // it may be handed over
        hearer.part(own, () => this.web.took(number, length));
      },
      end: (reason) => {
        if (reason !== null) return fail(reason, () => hearer.end(false));
        over();
        hearer.end(true);
      },
    });
    const stop = (): void => {
      over();
      this.web.stop(number);
    };
    this.#stops.add(stop);
    return stop;
  }

  #streamWhole(asked: Asked, hearer: Hearer): () => void {
    let stopped = false;
    void this.load(asked).then((loaded) => {
      if (stopped) return;
      hearer.head(loaded);
      if (loaded.status === 0) return;
      if (loaded.body.length > 0) hearer.part(loaded.body, () => {});
      hearer.end(true);
    });
    return () => {
      stopped = true;
    };
  }

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
    const content = await this.#content(url);
    return content === null ? null : new TextDecoder().decode(content);
  }

  /** The same of a page, which may say in what it is encoded. */
  async html(url: string): Promise<string | null> {
    const content = await this.#content(url);
    return content === null ? null : decodeHtml(content);
  }

  async #content(url: string): Promise<Uint8Array | null> {
    const loaded = await this.load({ method: "GET", url, headers: [], body: null });
    return loaded.status === 200 ? loaded.body : null;
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

  #loaded(asked: Asked, { status, details, body }: Answer): Loaded {
    const head = headOf(asked, status, details);
    if (status === 0) this.refused(asked.url, head.reason);
    return { ...head, body };
  }
}

function headOf(asked: Asked, status: number, given: Answer["details"]): Head {
  const details = given as Partial<Omit<Head, "status">>;
  const { headers = [], reason = "", redirected = false, leadsElsewhere = false, refused = false } = details;
  const url = redirected ? details.url! : withoutFragment(asked.url);
  const statusText = details.url === undefined ? ownStatusText(status) : reason;
  return { status, reason, url, headers, statusText, redirected, leadsElsewhere, refused };
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
