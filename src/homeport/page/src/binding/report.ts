// What goes to the frame's console, in Chromium's words. `console.error` is taken at once, as an app may
// replace it.

/** Where the lines go. Tests look here. */
export const output = { error: console.error.bind(console), warn: console.warn.bind(console) };

export function unchecked(message: string): void {
  output.error(`Unchecked runtime.lastError: ${message}`);
}

/** An exception in a callback. */
export function callbackThrew(thrown: unknown): void {
  output.error(`Error handling response: ${describe(thrown)}`);
}

/** An exception in an event's listener. */
export function listenerThrew(thrown: unknown): void {
  output.error(`Error in event handler: ${describe(thrown)}`);
}

/** What a packaged app's page has not. */
export function unavailable(name: string, instead = ""): void {
  output.error(`${name} is not available in packaged apps.${instead}`);
}

/** A line of Homeport's own. */
export function note(line: string): void {
  output.warn(line);
}

function describe(thrown: unknown): string {
  if (isError(thrown)) {
    const head = String(thrown);
    const stack = typeof thrown.stack === "string" ? thrown.stack : "";
    return stack.startsWith(head) ? stack : `${head}\n${stack}`.trimEnd();
  }
  if (typeof thrown === "object" && thrown !== null) {
    return `Uncaught #<${thrown.constructor?.name || "Object"}>`;
  }
  return `Uncaught ${String(thrown)}`;
}

function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]";
}
