// Answers of other servers, in parts, by way of the parent; its side, and the format, are in
// `homeport.host._web_streams`.

import type { Payload } from "../wire/frames.ts";
import type { Answer } from "./link.ts";
import { LinkTable, type TableLink } from "./link_table.ts";

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
export class WebTable extends LinkTable<HeardWeb> {
  constructor(link: TableLink) {
    super(link, "web", (what, first) => what === "end" || (what === "head" && first === 0));
  }

  ask(args: readonly unknown[], body: Uint8Array | null, heard: HeardWeb): number {
    const number = this.add(heard);
    if (body === null) this.link.tell("web", number, "ask", ...args);
    else this.link.tellBytes(["web", number, "ask", ...args], body);
    return number;
  }

  /** So many bytes of the body were read: as many more may come. */
  took(number: number, count: number): void {
    if (this.has(number)) this.link.tell("web", number, "took", count);
  }

  /** Nobody wants the rest. */
  stop(number: number): void {
    if (this.delete(number)) this.link.tell("web", number, "stop");
  }
}
