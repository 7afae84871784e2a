// `runtime.sendMessage` takes a message of any type between two optional arguments, so that types alone cannot
// tell which is which. Chromium lays its arguments out by their number first. Of permissions with arguments, such as
// `{usbDevices: […]}`, it makes texts, as its types know only those.

const MOST = 4;

type Arrange = (args: unknown[]) => unknown[];

/** Functions whose arguments are laid out before they are matched, by full name. */
export const ARRANGE: ReadonlyMap<string, Arrange> = new Map([
  ["runtime.sendMessage", message],
  ...["contains", "remove", "request"].map((name) => [`permissions.${name}`, permissions] as const),
]);

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

/** What `chrome.permissions` is asked about, with texts alone: `usbDevices|[{"vendorId":1,"productId":2}]`. */
function permissions(args: unknown[]): unknown[] {
  if (args.length === 0) return args;
  const [asked, ...rest] = args;
  const names = (asked as { permissions?: unknown }).permissions;
  if (!Array.isArray(names)) return args;
  const texts = names.map((name) => {
    if (typeof name !== "object") return name;
    const [only, ...others] = Object.entries(name);
    if (only === undefined || others.length > 0) {
      throw new Error("Too many keys in object-style permission.");
    }
    return `${only[0]}|${JSON.stringify(only[1])}`;
  });
  return [{ ...asked as object, permissions: texts }, ...rest];
}
