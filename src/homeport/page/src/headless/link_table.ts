// What the parent tells of by number: all WebSockets of the app, or all its requests of other servers.

import type { Link } from "./link.ts";

/** What tables need of the conversation with the parent. */
export type TableLink = Pick<Link, "on" | "tell" | "tellBytes">;

/** Those that are under way. What the parent says of one is the name of a method of `Heard`, and its arguments. */
export class LinkTable<Heard> {
  readonly #open = new Map<number, Heard>();
  #last = 0;

  /** `op`: what they are called; `isLast`: whether nothing follows what the parent says. */
  constructor(
    readonly link: TableLink,
    op: string,
    isLast: (what: keyof Heard, first: unknown) => boolean,
  ) {
    link.on(op, (number: number, what: keyof Heard, ...rest: unknown[]) => {
      const heard = this.#open.get(number);
      if (isLast(what, rest[0])) this.#open.delete(number);
      (heard?.[what] as ((...args: unknown[]) => void) | undefined)?.call(heard, ...rest);
    });
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  add(heard: Heard): number {
    this.#open.set(++this.#last, heard);
    return this.#last;
  }

  protected has(number: number): boolean {
    return this.#open.has(number);
  }

  /** Hears no more of one; whether there was one. */
  protected delete(number: number): boolean {
    return this.#open.delete(number);
  }
}
