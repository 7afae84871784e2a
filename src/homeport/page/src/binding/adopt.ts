// Copies values that the hub made into this frame, so that they have the frame's own prototypes and each
// frame has its own copy. As in Chromium, what comes from the browser's side lists its keys in order.

/** A copy of JSON-like data; bytes become an `ArrayBuffer`. Anything else is handed over as it is. */
export function adopt(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return [...value].map((member) => adopt(member));
  if (ArrayBuffer.isView(value)) {
    return copyBytes(value.buffer as ArrayBuffer, value.byteOffset, value.byteOffset + value.byteLength);
  }
  const prototype = Object.getPrototypeOf(value);
  // Only plain objects: an object with a class of its own (a window, an entry) means itself.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const member = adopt((value as Record<string, unknown>)[key]);
    if (key === "__proto__") Object.defineProperty(copy, key, { value: member, enumerable: true });
    else copy[key] = member;
  }
  return copy;
}

/** A part of a buffer as a fresh `ArrayBuffer` of this frame. Made so, its memory is not cleared before it is filled. */
export function copyBytes(buffer: ArrayBuffer, start: number, end: number): ArrayBuffer {
  return new Uint8Array(new Uint8Array(buffer, start, end - start)).buffer;
}
