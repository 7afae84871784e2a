// What a worker's page does for it beyond loading: the worker's own WebSockets are its page's.

import type { WebSocketTable } from "./websocket.ts";

/** Sends a message to the worker. */
type Tell = (message: unknown[]) => void;

/** A worker's WebSockets: each is one of its page's, under another number. */
export class RelayedSockets {
  readonly #numbers = new Map<number, number>();

  constructor(private readonly table: WebSocketTable, private readonly tell: Tell) {}

  /** `["open", url, protocols]`, `["send", text?, bytes]`, `["close", code, reason]` of one of them. */
  heard(number: number, [what, ...rest]: unknown[]): void {
    const { link } = this.table;
    if (what === "open") this.#numbers.set(number, this.#add(number));
    const own = this.#numbers.get(number);
    if (own === undefined) return;
    if (what === "send") link.tellBytes(["ws", own, "send", rest[0]], rest[1] as Uint8Array);
    else link.tell("ws", own, what, ...rest);
  }

  /** Closes all, as where a page goes. */
  end(): void {
    for (const own of this.#numbers.values()) this.table.link.tell("ws", own, "close", 1001, "");
    this.#numbers.clear();
  }

  #add(number: number): number {
    const tell = (what: string, ...rest: unknown[]) => {
      if (this.#numbers.has(number)) this.tell(["ws", number, what, ...rest]);
    };
    return this.table.add({
      opened: (protocol) => tell("opened", protocol),
      message: (isText, body) => tell("message", isText, body.slice()),
      closed: (code, reason, clean) => {
        tell("closed", code, reason, clean);
        this.#numbers.delete(number);
      },
    });
  }
}
