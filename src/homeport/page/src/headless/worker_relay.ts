// What a worker's page does for it beyond loading: the worker's own WebSockets, and requests, are its page's.

import type { TableLink } from "./link_table.ts";
import type { WebSocketTable } from "./websocket.ts";
import type { WebTable } from "./web_table.ts";

/** Sends a message to the worker. */
type Tell = (message: unknown[]) => void;

/** What belongs to a worker: each is one of its page's, under another number. */
class Relay {
  readonly #numbers = new Map<number, number>();

  /** `op`: what they are; `begin`: the message that makes one; `over`: the one that ends it for the worker's sake. */
  constructor(
    private readonly op: string,
    private readonly link: TableLink,
    private readonly begin: string,
    private readonly over: readonly unknown[],
    private readonly add: (number: number) => number,
  ) {}

  has(number: number): boolean {
    return this.#numbers.has(number);
  }

  delete(number: number): void {
    this.#numbers.delete(number);
  }

  /** What the worker says of one of them; bytes come last. */
  heard(number: number, [what, ...rest]: unknown[]): void {
    if (what === this.begin) this.#numbers.set(number, this.add(number));
    const own = this.#numbers.get(number);
    if (own === undefined) return;
    const bytes = rest.at(-1);
    if (bytes instanceof Uint8Array) {
      this.link.tellBytes([this.op, own, what, ...rest.slice(0, -1)], bytes);
    } else this.link.tell(this.op, own, what, ...rest);
  }

  /** Ends all, as where a page goes. */
  end(): void {
    for (const own of this.#numbers.values()) this.link.tell(this.op, own, ...this.over);
    this.#numbers.clear();
  }
}

/** A worker's WebSockets: `["open", url, protocols]`, `["send", text?, bytes]`, `["close", code, reason]`. */
export function relaySockets(table: WebSocketTable, tell: Tell): Relay {
  const relay = new Relay("ws", table.link, "open", ["close", 1001, ""], (number) => {
    const say = (what: string, ...rest: unknown[]) => {
      if (relay.has(number)) tell(["ws", number, what, ...rest]);
    };
    return table.add({
      opened: (protocol) => say("opened", protocol),
      message: (isText, body) => say("message", isText, body.slice()),
      closed: (code, reason, clean) => {
        say("closed", code, reason, clean);
        relay.delete(number);
      },
    });
  });
  return relay;
}

/** A worker's requests: `["ask", …, bytes]`, `["took", count]`, `["stop"]`. */
export function relayRequests(table: WebTable, tell: Tell): Relay {
  const relay = new Relay("web", table.link, "ask", ["stop"], (number) => {
    const say = (what: string, ...rest: unknown[]) => {
      if (relay.has(number)) tell(["web", number, what, ...rest]);
    };
    return table.add({
      head: (status, details) => {
        say("head", status, details);
        if (status === 0) relay.delete(number);
      },
      part: (bytes) => say("part", bytes.slice()),
      end: (reason) => {
        say("end", reason);
        relay.delete(number);
      },
    });
  });
  return relay;
}
