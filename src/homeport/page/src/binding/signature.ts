// A function's signature: how error texts show it, and how a call's arguments are laid over it.

import type { ApiFunction, Param } from "../schema.gen.ts";
import { convert, Mismatch } from "./convert.ts";
import { fits, type Types, typeText } from "./types.ts";

/** The arguments of a call once they are known to be right. */
export interface Matched {
  /** One for each parameter, `null` where it was left out. */
  args: unknown[];
  callback: ((...args: unknown[]) => unknown) | null;
}

const CALLBACK: Param = { name: "callback", type: { kind: "function" } };

export class Signature {
  readonly text: string;
  readonly #params: readonly Param[];
  /** The parameters and the callback. */
  readonly #places: readonly Param[];
  readonly #types: Types;

  /**
   * `name` is the full one, as in `sockets.tcp.connect`. With `lenient` the callback may always be left
   * out; the text still says what Chromium says.
   */
  constructor(name: string, shape: ApiFunction, types: Types, lenient: boolean) {
    this.#params = shape.params;
    this.#types = types;
    const shown = shape.params.map((param) => `${optional(param)}${typeText(param.type)} ${param.name}`);
    this.#places = shape.params;
    if (shape.callback) {
      shown.push(`${optional(shape.callback)}function callback`);
      const omittable = shape.callback.optional || shape.callback.promise || lenient;
      this.#places = [...shape.params, { ...CALLBACK, optional: omittable }];
    }
    this.text = `${name}(${shown.join(", ")})`;
  }

  /** The arguments by position; throws this realm's `TypeError` with Chromium's text when they are wrong. */
  match(args: readonly unknown[]): Matched {
    const places = this.#places;
    const laid = new Array<unknown>(places.length).fill(null);
    if (args.length > places.length || !this.#lay(args, 0, 0, laid)) {
      throw this.#error("No matching signature.");
    }
    const hasCallback = places.length > this.#params.length;
    const callback = hasCallback ? laid.pop() as Matched["callback"] : null;
    for (let i = 0; i < laid.length; i++) {
      if (laid[i] !== null) laid[i] = this.#convert(this.#params[i]!, laid[i]);
    }
    return { args: laid, callback };
  }

  /** Lays `args[from…]` over `places[at…]`, trying each optional place both ways. */
  #lay(args: readonly unknown[], from: number, at: number, laid: unknown[]): boolean {
    const places = this.#places;
    if (at === places.length) return from === args.length;
    const place = places[at]!;
    if (from < args.length) {
      const value = args[from];
      if (value === null || value === undefined) {
        if (place.optional || place.type.kind === "any") {
          laid[at] = null;
          if (this.#lay(args, from + 1, at + 1, laid)) return true;
        }
      } else if (fits(place.type, value, this.#types)) {
        laid[at] = value;
        if (this.#lay(args, from + 1, at + 1, laid)) return true;
      }
    }
    laid[at] = null;
    return place.optional === true && this.#lay(args, from, at + 1, laid);
  }

  #convert(param: Param, value: unknown): unknown {
    try {
      return convert(param.type, value, this.#types);
    } catch (wrong) {
      if (!(wrong instanceof Mismatch)) throw wrong; // the app's own getter threw
      throw this.#error(`Error at parameter '${param.name}': ${wrong.message}`);
    }
  }

  #error(reason: string): TypeError {
    return new TypeError(`Error in invocation of ${this.text}: ${reason}`);
  }
}

function optional(place: { readonly optional?: boolean }): string {
  return place.optional ? "optional " : "";
}
