// What `postMessage` takes, of a window and of a worker: a value that is cloned, and what is transferred with it.

// The runtime's own, before the page gets others.
const clone = globalThis.structuredClone;
const { DOMException, MessagePort } = globalThis;

/** What comes second, or third where the second is a target. */
export type Transfers =
  | Iterable<Transferable>
  | { readonly transfer?: Iterable<Transferable> }
  | null
  | undefined;

/** The arguments of a call of `postMessage` of `what`, a class; errors are of the frame's own `Errors`. */
export class Sending {
  constructor(private readonly what: string, private readonly errors: { TypeError: ErrorConstructor }) {}

  /** Throws if there is no message. */
  check(args: readonly unknown[]): void {
    if (args.length === 0) this.#fail("1 argument required, but only 0 present.");
  }

  /** What is to be transferred, as a list. */
  list(transfers: Transfers): Transferable[] {
    const given = transfers ?? [];
    const items = typeof given === "object" && !(Symbol.iterator in given) ? given.transfer ?? [] : given;
    if (typeof items !== "object" || !(Symbol.iterator in items)) {
      this.#fail("The provided value cannot be converted to a sequence.");
    }
    const list = [...items as Iterable<Transferable>];
    for (let at = 0; at < list.length; at++) {
      const item = list[at]!;
      if (typeof item !== "object" || item === null) this.#fail("Failed to convert value to 'object'.");
      if (list.indexOf(item) < at) {
        const kind = item instanceof MessagePort ? "Message port" : "ArrayBuffer";
        throw this.#uncloneable(
          `${kind} at index ${at} is a duplicate of an earlier ${kind === "ArrayBuffer" ? kind : "port"}.`,
        );
      }
    }
    return list;
  }

  /** Does what may find that something cannot be cloned. */
  cloning<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { name, message } = error as Error;
      throw name === "DataCloneError" ? this.#uncloneable(message) : error;
    }
  }

  /** A copy of `value`, with what is transferred moved into it. */
  clone<T>(value: T, transfer: Transferable[]): T {
    return this.cloning(() => clone(value, { transfer }));
  }

  #fail(why: string): never {
    throw new this.errors.TypeError(`Failed to execute 'postMessage' on '${this.what}': ${why}`);
  }

  #uncloneable(why: string): DOMException {
    return new DOMException(`Failed to execute 'postMessage' on '${this.what}': ${why}`, "DataCloneError");
  }
}
