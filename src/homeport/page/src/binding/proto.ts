// `__proto__`, which browsers have and the headless runtime leaves out. Apps bundled with old libraries ask for it.

/** Gives this frame's objects the accessor where they have none. */
export function restoreProto(): void {
  if ("__proto__" in Object.prototype) return;
  Object.defineProperty(Object.prototype, "__proto__", {
    get(this: unknown): unknown {
      return Object.getPrototypeOf(this);
    },
    set(this: unknown, prototype: unknown): void {
      if (this === null || this === undefined) {
        throw new TypeError("Object.prototype.__proto__ called on null or undefined");
      }
      const settable = prototype === null || typeof prototype === "object" || typeof prototype === "function";
      if (settable && Object(this) === this) Object.setPrototypeOf(this, prototype as object | null);
    },
    configurable: true,
  });
}
