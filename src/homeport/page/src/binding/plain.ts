// Values of any type as Chromium's bindings copy them: own members only, without `toJSON`.

import { bytesOf } from "./convert.ts";

/** Deeper than this there is only `null`. */
const DEEPEST = 100;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** What of an object's member is sent; `undefined`: it is left out. A getter that throws gives `null`. */
export function plainMember(object: object, key: string, path: readonly object[] = [object]): unknown {
  let value: unknown;
  try {
    value = (object as Record<string, unknown>)[key];
  } catch {
    return null;
  }
  return plain(value, path);
}

function plain(value: unknown, path: readonly object[]): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "object":
      return value === null ? null : plainObject(value, path);
    default:
      return undefined;
  }
}

function plainObject(value: object, path: readonly object[]): unknown {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return bytesOf(value as ArrayBuffer | ArrayBufferView<ArrayBuffer>);
  }
  if (path.includes(value) || path.length >= DEEPEST) return null;
  if (isWebs(value)) return {};
  const inside = [...path, value];
  if (Array.isArray(value)) return [...value].map((item) => plain(item, inside) ?? null);
  const members: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const member = plainMember(value, key, inside);
    if (member !== undefined) members.push([key, member]);
  }
  return Object.fromEntries(members);
}

/** Whether it is one of the web's own objects, such as an element or the window: Chromium sends nothing of those. */
function isWebs(value: object): boolean {
  let prototype: object | null = Object.getPrototypeOf(value);
  if (value === globalThis) return true;
  // What was made by `Object.create` has something else than a class's prototype there.
  while (prototype !== null && prototype !== Object.prototype && Object.hasOwn(prototype, "constructor")) {
    // Without a browser the classes of the document are scripts.
    if ("cloneNode" in prototype) return true;
    if (Object.hasOwn(prototype, Symbol.toStringTag)) return NATIVE.test(String(prototype.constructor));
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}
