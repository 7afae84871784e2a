// Gives elements properties by their tag: on the prototype of that tag's class.

// deno-lint-ignore no-explicit-any
type Any = any;

export interface Property {
  readonly get: (element: Any) => unknown;
  readonly set?: (element: Any, value: Any) => void;
}

/** The prototype of a tag's elements. */
export const prototypeOf = (document: Any, tag: string): Any =>
  Object.getPrototypeOf(document.createElement(tag));

/** The prototype of `document`'s elements that has `name` as its own. */
export function holderOf(document: Any, name: string): Any {
  let prototype = prototypeOf(document, "div");
  while (!Object.hasOwn(prototype, name)) prototype = Object.getPrototypeOf(prototype);
  return prototype;
}

/** Gives the elements of these tags some properties. */
export function give(document: Any, tags: string, properties: Readonly<Record<string, Property>>): void {
  for (const tag of tags.split(",")) {
    const prototype = prototypeOf(document, tag);
    for (const [name, property] of Object.entries(properties)) define(prototype, name, property);
  }
}

/** A method, which an app may replace by one of its own. */
export function method(
  name: string,
  value: (this: Any, ...args: Any[]) => unknown,
): Record<string, Property> {
  return { [name]: { get: () => value, set: (element, other) => keep(element, name, other) } };
}

/** What an element has where nothing else is said: a value of its own once it is set. */
export function plain(name: string, usual: unknown): Record<string, Property> {
  return { [name]: { get: () => usual, set: (element, value) => keep(element, name, value) } };
}

function keep(element: Any, name: string, value: unknown): void {
  Object.defineProperty(element, name, { value, writable: true, configurable: true, enumerable: true });
}

function define(prototype: Any, name: string, { get, set }: Property): void {
  Object.defineProperty(prototype, name, {
    get(this: Any) {
      return get(this);
    },
    set(this: Any, value: unknown) {
      set?.(this, value);
    },
    configurable: true,
    enumerable: true,
  });
}
