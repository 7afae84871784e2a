// `runtime.sendMessage` takes a message of any type between two optional arguments, so that types alone cannot
// tell which is which. Chromium lays its arguments out by their number first.

const MOST = 4;

type Arrange = (args: unknown[]) => unknown[];

/** Functions whose arguments are laid out before they are matched, by full name. */
export const ARRANGE: ReadonlyMap<string, Arrange> = new Map([["runtime.sendMessage", message]]);

/** `[extensionId, message, options, callback]`; what is wrong in number stays, for the signature to say so. */
function message(args: unknown[]): unknown[] {
  const rest = [...args];
  const callback = typeof rest.at(-1) === "function" ? rest.pop() : undefined;
  if (args.length > MOST || rest.length >= MOST || rest.length === 0) return args;
  if (rest.length === 1) return [null, rest[0], null, callback];
  if (rest.length === 3) return [...rest, callback];
  const [first, second] = rest;
  const id = typeof first === "string" || first === null || first === undefined;
  return id ? [first, second, null, callback] : [null, first, second, callback];
}
