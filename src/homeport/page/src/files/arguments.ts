// What the methods of entries ask of their arguments before they do anything, as Chromium's do.

/** What an argument must be: `callback` and `FileSystemFlags` may be left out or `null` where they are optional. */
export type Kind = "text" | "number" | "Blob" | "FileSystemFlags" | "callback" | "DirectoryEntry";

/**
 * The arguments as the method takes them, or what Chromium throws. The first `required` must be there; without it, all.
 * A text is made of whatever was given, as a path may come as an array of one name.
 */
export function checkArguments(
  method: string,
  owner: string,
  given: ArrayLike<unknown>,
  kinds: readonly Kind[],
  required = kinds.length,
): unknown[] {
  const fail = (reason: string): never => {
    throw new TypeError(`Failed to execute '${method}' on '${owner}': ${reason}`);
  };
  if (given.length < required) {
    fail(`${required} argument${required === 1 ? "" : "s"} required, but only ${given.length} present.`);
  }
  const taken = Array.from(given);
  kinds.forEach((kind, index) => {
    const value = given[index];
    if (index >= required && (value === undefined || value === null)) return;
    if (kind === "text") {
      if (typeof value === "symbol") fail("Cannot convert a Symbol value to a string");
      taken[index] = String(value ?? "");
    }
    if (kind === "FileSystemFlags" && typeof value !== "object" && typeof value !== "function") {
      fail("The provided value is not of type 'FileSystemFlags'.");
    }
    const wanted = wantedOf(kind, value);
    if (wanted !== null) fail(`parameter ${index + 1} is not of type '${wanted}'.`);
  });
  return taken;
}

/** The type that a value should have had, or `null` where it is right. */
function wantedOf(kind: Kind, value: unknown): string | null {
  switch (kind) {
    case "callback":
      return typeof value === "function" || (typeof value === "object" && value !== null) ? null : "Object";
    case "Blob":
    case "DirectoryEntry":
      return Object.prototype.toString.call(value) === `[object ${kind}]` || isFile(kind, value)
        ? null
        : kind;
    default:
      return null;
  }
}

function isFile(kind: Kind, value: unknown): boolean {
  return kind === "Blob" && Object.prototype.toString.call(value) === "[object File]";
}
