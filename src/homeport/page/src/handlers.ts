// Event targets with handlers: `onload` and its like.

/** An event target with `on…` properties. */
export class HandlerTarget extends EventTarget {
  readonly #handlers = new Map<string, (event: Event) => unknown>();

  protected handler(type: string): ((event: Event) => unknown) | null {
    return this.#handlers.get(type) ?? null;
  }

  protected setHandler(type: string, value: unknown): void {
    if (!this.#handlers.has(type)) {
      this.addEventListener(type, (event) => this.#handlers.get(type)?.call(this, event));
    }
    if (typeof value === "function") this.#handlers.set(type, value as (event: Event) => unknown);
    else this.#handlers.delete(type);
  }

  static define(types: readonly string[]): void {
    for (const type of types) {
      Object.defineProperty(this.prototype, `on${type}`, {
        get(this: HandlerTarget): unknown {
          return this.handler(type);
        },
        set(this: HandlerTarget, value: unknown): void {
          this.setHandler(type, value);
        },
        configurable: true,
        enumerable: true,
      });
    }
  }
}
