// Answers of other servers, in parts, by way of the parent; its side, and the format, are in
// `homeport.host._web_streams`.

import type { Payload } from "../wire/frames.ts";
import type { Answer } from "./link.ts";
import type { SocketLink } from "./websocket.ts";

/** What a request hears. */
export interface HeardWeb {
  /** Status 0: there is no answer, and nothing follows. */
  head(status: number, details: Answer["details"]): void;
  /** Some of the body, to be copied. */
  part(bytes: Payload): void;
  /** `null`: the body is whole. */
  end(reason: string | null): void;
}

/** All requests of the app that are under way. */
export class WebTable {
  readonly #open = new Map<number, HeardWeb>();
  #last = 0;

  constructor(readonly link: SocketLink) {
    link.on("web", (number: number, what: keyof HeardWeb, ...rest: unknown[]) => {
      const heard = this.#open.get(number);
      if (what === "end" || (what === "head" && rest[0] === 0)) this.#open.delete(number);
      (heard?.[what] as ((...args: unknown[]) => void) | undefined)?.call(heard, ...rest);
    });
  }

  /** How many are under way. */
  get size(): number {
    return this.#open.size;
  }

  add(heard: HeardWeb): number {
    this.#open.set(++this.#last, heard);
    return this.#last;
  }

  ask(args: readonly unknown[], body: Uint8Array | null, heard: HeardWeb): number {
    const number = this.add(heard);
    if (body === null) this.link.tell("web", number, "ask", ...args);
    else this.link.tellBytes(["web", number, "ask", ...args], body);
    return number;
  }

  /** So many bytes of the body were read: as many more may come. */
  took(number: number, count: number): void {
    if (this.#open.has(number)) this.link.tell("web", number, "took", count);
  }

  /** Nobody wants the rest. */
  stop(number: number): void {
    if (this.#open.delete(number)) this.link.tell("web", number, "stop");
  }
}
