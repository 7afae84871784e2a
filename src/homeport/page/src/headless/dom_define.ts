// Gives elements properties by their tag. The DOM library has no class of its own for some of them, such as `form` and
// `table`: what they have stands on the prototype of all such elements, and is there for the tags that have it.

// deno-lint-ignore no-explicit-any
type Any = any;

export interface Property {
  readonly get: (element: Any) => unknown;
  readonly set?: (element: Any, value: Any) => void;
}

/** The prototype of a tag's elements. */
export const prototypeOf = (document: Any, tag: string): Any =>
  Object.getPrototypeOf(document.createElement(tag));

const shared = new WeakMap<object, Map<string, Map<string, Property>>>();

/** Gives the elements of these tags some properties. */
export function give(document: Any, tags: string, properties: Readonly<Record<string, Property>>): void {
  const common = prototypeOf(document, "unknown");
  for (const tag of tags.split(",")) {
    const prototype = prototypeOf(document, tag);
    for (const [name, property] of Object.entries(properties)) {
      if (prototype === common) share(common, tag, name, property);
      else define(prototype, name, () => property);
    }
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

function share(common: Any, tag: string, name: string, property: Property): void {
  if (!shared.has(common)) shared.set(common, new Map());
  const names = shared.get(common)!;
  if (!names.has(name)) {
    const byTag = new Map<string, Property>();
    const before = inherited(common, name);
    names.set(name, byTag);
    define(common, name, (element) => byTag.get(element.localName) ?? before);
  }
  names.get(name)!.set(tag, property);
}

/** What all elements have by that name: the library's, or whatever an app puts there. */
function inherited(prototype: Any, name: string): Property {
  for (let at = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found === undefined) continue;
    return {
      get: (element) => found.get === undefined ? found.value : found.get.call(element),
      set: (element, value) =>
        found.set === undefined ? keep(element, name, value) : found.set.call(element, value),
    };
  }
  return { get: () => undefined, set: (element, value) => keep(element, name, value) };
}

function define(prototype: Any, name: string, find: (element: Any) => Property): void {
  Object.defineProperty(prototype, name, {
    get(this: Any) {
      return find(this).get(this);
    },
    set(this: Any, value: unknown) {
      find(this).set?.(this, value);
    },
    configurable: true,
    enumerable: true,
  });
}
