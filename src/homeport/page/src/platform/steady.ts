// Chromium never slows the timers of an app's background page down, whatever its windows do. Here the page is in a tab,
// which a browser slows down while it is hidden; the shell has timers that go on.

import type { Realm } from "../binding/realm.ts";
import { isBackground } from "./app_window.ts";
import type { Platform } from "./mod.ts";

/** As browsers have it for what rings again and again. */
const LEAST = 4;

type Handler = (...args: unknown[]) => unknown;

export const steady: Platform = {
  start(realm) {
    if (realm.hub.app.host === "browser" && isBackground(realm)) steadyTimers(realm);
  },
};

function steadyTimers(realm: Realm): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  const { setTimeout, setInterval, clearTimeout, performance, reportError } = globalThis;
  const timers = new Map<number, () => void>();
  let last = 0;

  function ring(handler: Handler, args: unknown[]): void {
    try {
      handler.apply(globalThis, args);
    } catch (error) {
      reportError(error);
    }
  }

  function start(id: number, ms: number, then: () => void): void {
    timers.set(id, realm.hub.after(ms, () => realm.alive && then()));
  }

  function clear(id?: unknown): void {
    const end = timers.get(id as number);
    if (end === undefined) return clearTimeout(id as number);
    timers.delete(id as number);
    end();
  }

  /** A text for a handler, which the app's policy forbids, is the browser's to refuse. */
  const functions = {
    setTimeout(handler: unknown, delay?: unknown, ...args: unknown[]): unknown {
      if (typeof handler !== "function") return setTimeout(handler as Handler, delay as number);
      const id = ++last;
      start(id, milliseconds(delay), () => {
        timers.delete(id);
        ring(handler as Handler, args);
      });
      return id;
    },
    setInterval(handler: unknown, delay?: unknown, ...args: unknown[]): unknown {
      if (typeof handler !== "function") return setInterval(handler as Handler, delay as number);
      const id = ++last;
      const every = Math.max(LEAST, milliseconds(delay));
      let due = performance.now() + every;
      const again = () => {
        due = Math.max(due + every, performance.now());
        start(id, due - performance.now(), again);
        ring(handler as Handler, args);
      };
      start(id, every, again);
      return id;
    },
    clearTimeout: clear,
    clearInterval: clear,
  };
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(scope, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** As the web converts it: a whole number of 32 bits, none below 0. */
function milliseconds(delay: unknown): number {
  return Math.max(0, Number(delay ?? 0) | 0);
}
