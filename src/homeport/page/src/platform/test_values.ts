// Comparing and showing values for chrome.test.

/** Whether two values are the same, looking into objects and lists as far as their own members go. */
export function equalValues(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== "object" || typeof actual !== "object" || expected === null || actual === null) {
    return expected === actual;
  }
  if (Array.isArray(expected) !== Array.isArray(actual)) return false;
  const left = bytesOf(expected);
  const right = bytesOf(actual);
  if (left !== null || right !== null) {
    return left !== null && right !== null && left.length === right.length &&
      left.every((byte, index) => byte === right[index]);
  }
  const keys = Object.keys(expected);
  return keys.length === Object.keys(actual).length && keys.every((key) => {
    return Object.hasOwn(actual, key) &&
      equalValues((expected as Record<string, unknown>)[key], (actual as Record<string, unknown>)[key]);
  });
}

function bytesOf(value: object): Uint8Array | null {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]"
    ? new Uint8Array(value as ArrayBuffer)
    : null;
}

/** A value in a message. */
export function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
