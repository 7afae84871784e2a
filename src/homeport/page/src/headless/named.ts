// Elements are found by their ids as names of the global object, behind all that is declared or built in.

import type { Global } from "./frame.ts";

/** Puts what `find` finds at the end of what scripts look a name up in. */
export function nameElements(global: Global, find: (name: string) => unknown): void {
  const builtIn = Object.getPrototypeOf(global);
  const found = (name: PropertyKey): unknown => typeof name === "string" ? find(name) : undefined;
  const names = new Proxy(Object.create(builtIn), {
    has: (target, name) => Reflect.has(target, name) || found(name) !== undefined,
    get: (target, name, receiver) =>
      Reflect.has(target, name) ? Reflect.get(target, name, receiver) : found(name),
  });
  Object.setPrototypeOf(global, names);
}
