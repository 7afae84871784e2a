// Keys and values as they are kept: a key as a text that equal keys share, a value as bytes.

import type { Host } from "./host.ts";

type Written = number | string | Written[] | { d: number } | { n: string } | { b: string };

/** The text of a key: of a number, a string, a date, bytes, or a list of keys. */
export function keyText(key: unknown): string {
  return JSON.stringify(written(key));
}

export function keyOf(text: string): unknown {
  return read(JSON.parse(text));
}

function written(key: unknown): Written {
  if (typeof key === "string") return key;
  if (typeof key === "number") return Number.isFinite(key) ? key : { n: `${key}` };
  if (Array.isArray(key)) return key.map(written);
  if (key instanceof ArrayBuffer) return { b: new Uint8Array(key).toHex() };
  return { d: (key as Date).getTime() };
}

function read(key: Written): unknown {
  if (typeof key !== "object") return key;
  if (Array.isArray(key)) return key.map(read);
  if ("b" in key) return Uint8Array.fromHex(key.b).buffer;
  return "d" in key ? new Date(key.d) : Number(key.n);
}

interface KeptBlob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly name?: string;
  readonly lastModified?: number;
}

/** The bytes of a value. Blobs have theirs beside it, and a mark that is nowhere else in their place. */
export async function valueBytes(host: Host, value: unknown): Promise<Uint8Array> {
  const blobs = [...members(value)].filter((each) => each instanceof Blob);
  if (blobs.length === 0) return host.serialize([value]);
  const mark = `blob ${crypto.randomUUID()}`;
  const without = copied(value, (each) => each instanceof Blob ? { [mark]: blobs.indexOf(each) } : undefined);
  const kept: KeptBlob[] = [];
  for (const blob of blobs) {
    const about = blob instanceof File ? { name: blob.name, lastModified: blob.lastModified } : {};
    kept.push({ bytes: new Uint8Array(await blob.arrayBuffer()), type: blob.type, ...about });
  }
  return host.serialize([without, mark, kept]);
}

export function valueOf(host: Host, bytes: Uint8Array): unknown {
  const [value, mark, kept] = host.deserialize(bytes) as [unknown, string?, KeptBlob[]?];
  if (mark === undefined) return value;
  const blobs = kept!.map(({ bytes, type, name, lastModified }) =>
    name === undefined
      ? new Blob([bytes], { type })
      : new File([bytes], name, { type, lastModified: lastModified! })
  );
  return copied(
    value,
    (each) => Object.hasOwn(each, mark) ? blobs[(each as Record<string, number>)[mark]!] : undefined,
  );
}

/** All objects in a clone, itself too. */
function members(value: unknown): Set<object> {
  const found = new Set<object>();
  const open = [value];
  while (open.length > 0) {
    const each = open.pop();
    if (typeof each !== "object" || each === null || found.has(each)) continue;
    found.add(each);
    if (each instanceof Map) open.push(...each.keys(), ...each.values());
    else if (each instanceof Set) open.push(...each);
    else if (Array.isArray(each) || isPlain(each)) open.push(...Object.values(each));
  }
  return found;
}

/** A copy in which some objects are others. */
function copied(
  value: unknown,
  other: (each: object) => unknown,
  seen = new Map<object, unknown>(),
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const swapped = other(value);
  const copy = swapped ?? emptied(value);
  seen.set(value, copy);
  if (swapped !== undefined || copy === value) return copy;
  const next = (each: unknown): unknown => copied(each, other, seen);
  if (value instanceof Map) value.forEach((each, key) => (copy as typeof value).set(next(key), next(each)));
  else if (value instanceof Set) value.forEach((each) => (copy as typeof value).add(next(each)));
  else for (const [name, each] of Object.entries(value)) (copy as Record<string, unknown>)[name] = next(each);
  return copy;
}

function emptied(value: object): object {
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (Array.isArray(value)) return new Array(value.length);
  return isPlain(value) ? {} : value;
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;
