// `__proto__`, which browsers have and which the headless runtime makes a plain property when it is set. Apps
// bundled with old libraries need the real one.

/** Gives this frame's objects the accessor where setting it does nothing. */
export function restoreProto(): void {
  const prototype = {};
  const object: { __proto__?: object } = {};
  object.__proto__ = prototype;
  if (Object.getPrototypeOf(object) === prototype) return;
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
