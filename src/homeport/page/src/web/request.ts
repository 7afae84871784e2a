// What browsers make of the parts of a request.

const KNOWN = /^(?:get|head|post|put|delete|options)$/i;

/** A method as it is sent: the usual ones in capitals, others as they are written. */
export function normalMethod(method: string): string {
  return KNOWN.test(method) ? method.toUpperCase() : method;
}

/** An address as it is asked for, and shown. */
export function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, "");
}
