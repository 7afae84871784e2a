// `chrome.runtime.lastError`: a property that is there while the callback of a failed call runs, and knows
// whether anybody looked at it.

import { unchecked } from "./report.ts";

/** Runs `callback` with `lastError` set; a failure that nobody looked at goes to the console. */
export function withLastError(runtime: object, message: string, callback: () => void): void {
  // An app that assigned the property itself has hidden the real one from itself.
  if (Object.hasOwn(runtime, "lastError")) return callback();
  const error = { message };
  let value: unknown = error;
  let checked = false;
  Object.defineProperty(runtime, "lastError", {
    get() {
      checked ||= value === error;
      return value;
    },
    set(assigned: unknown) {
      value = assigned;
    },
    enumerable: true,
    configurable: true,
  });
  try {
    callback();
  } finally {
    delete (runtime as { lastError?: unknown }).lastError;
  }
  if (!checked) unchecked(message);
}
