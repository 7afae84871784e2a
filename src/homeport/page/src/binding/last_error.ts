// `chrome.runtime.lastError`: a property that is there while the callback of a failed call runs, and until the
// promises that it settled have run; it knows whether anybody looked at it. Chromium lets all of them see it, so that
// `await new Promise((done) => chrome.sockets.tcp.getInfo(id, done))` may be followed by a look at `lastError`.

import { PROMISE_ROUNDS } from "../seam.ts";
import { unchecked } from "./report.ts";

const later = globalThis.queueMicrotask.bind(globalThis);

let forget: (() => void) | null = null;

/** Runs `callback` with `lastError` set; a failure that nobody looked at goes to the console. */
export function withLastError(runtime: object, message: string, callback: () => void): void {
  forget?.();
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
  const end = () => {
    forget = null;
    delete (runtime as { lastError?: unknown }).lastError;
    if (!checked) unchecked(message);
  };
  forget = end;
  try {
    callback();
  } finally {
    afterRounds(PROMISE_ROUNDS, () => forget === end && end());
  }
}

function afterRounds(rounds: number, then: () => void): void {
  if (rounds === 0) then();
  else later(() => afterRounds(rounds - 1, then));
}
