// How a page of a packaged app is before it says anything itself: styled as one, in nobody's frame, and in Chrome.

import { dress, tellVersion } from "./dress.ts";
import type { Platform } from "./mod.ts";

export const look: Platform = {
  start(realm) {
    if (realm.hub.app.host !== "browser") return;
    dress();
    // Only the shell has the hub, and it is no page of the app's.
    if (globalThis.parent === globalThis.top) free();
    tellVersion();
  },
};

/** The page stands for itself, as far as a browser lets it: `top` is always the shell's. */
function free(): void {
  const get = () => null;
  Object.defineProperty(globalThis, "frameElement", { get, enumerable: true, configurable: true });
  place("parent", globalThis);
}

function place(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    get: () => value,
    set: (next) => Object.defineProperty(globalThis, name, { value: next, writable: true, enumerable: true }),
    enumerable: true,
    configurable: true,
  });
}
