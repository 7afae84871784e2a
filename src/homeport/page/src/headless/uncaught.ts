// Errors that reach the runtime itself, which ends the process unless their event is prevented: they are the app's.

import { describe, placeOf } from "./callsite.ts";
import type { Frame } from "./frame.ts";

// The runtime's own, before the page gets others.
const listen = globalThis.addEventListener.bind(globalThis);

/** Reports what nobody has caught in the runtime's own global, which is that of `frame`. */
export function watchErrors(frame: Frame): void {
  const told = new WeakSet<Event>();
  const uncaught = (event: Event): void => {
    if (event instanceof PromiseRejectionEvent) rejected(frame, event, told);
    else frame.report((event as ErrorEvent).error ?? (event as ErrorEvent).message);
    event.preventDefault();
  };
  listen("error", uncaught);
  listen("unhandledrejection", uncaught);
  // The runtime raises these events by way of the global's own function, which the page has replaced.
  const dispatch: (event: Event) => boolean = frame.global.dispatchEvent;
  frame.global.dispatchEvent = function dispatchEvent(event: Event): boolean {
    if (event instanceof PromiseRejectionEvent && event.type === "unhandledrejection" && !told.has(event)) {
      uncaught(event);
      return false;
    }
    if (event instanceof ErrorEvent && event.message.startsWith("Uncaught ") && !frame.reports(event)) {
      uncaught(event);
      return false;
    }
    return dispatch(event);
  };
}

function rejected(frame: Frame, { reason, promise }: PromiseRejectionEvent, told: WeakSet<Event>): void {
  const event = new PromiseRejectionEvent("unhandledrejection", { reason, promise, cancelable: true });
  told.add(event);
  if (!frame.global.dispatchEvent(event)) return;
  frame.host.print("error", placeOf(reason), `Uncaught (in promise) ${describe(reason)}`);
}
