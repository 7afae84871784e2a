// The second step of a call's check: looks into arguments whose outer type is right, and copies them, so that
// what the app does to its objects afterwards changes nothing. What is wrong is told with its place.

import type { Type } from "../schema.gen.ts";
import { plainMember } from "./plain.ts";
import { fits, foundText, isInstance, resolve, type Types, typeText } from "./types.ts";

/** What is wrong inside an argument. Never leaves the bindings. */
export class Mismatch extends Error {}

/**
 * The value as it goes on: dictionaries and arrays copied, `null` members of dictionaries left out, binary
 * values as a `Uint8Array` over the app's own bytes (whoever sends them copies them before the call returns).
 */
export function convert(type: Type, value: unknown, types: Types): unknown {
  const known = resolve(type, types);
  if (known.kind === "choices") return convertChoice(known, type, value, types);
  if (!fits(known, value, types)) throw wrongType(type, value);
  switch (known.kind) {
    case "integer":
      if (known.minimum !== undefined && (value as number) < known.minimum) {
        throw new Mismatch(`Value must be at least ${known.minimum}.`);
      }
      return (value as number) | 0;
    case "number":
      if (!Number.isFinite(value)) throw new Mismatch("Value must not be NaN or Infinity.");
      return value;
    case "enum":
      return enumValue(known, value as string);
    case "binary":
      return bytesOf(value as ArrayBuffer | ArrayBufferView<ArrayBuffer>);
    case "array":
      return convertItems(known, value as unknown[], types);
    case "object":
      return convertObject(known, value as Record<string, unknown>, types);
    case "instance":
      if (!isInstance(known.name!, value)) throw new Mismatch(`Value must be an instance of ${known.name}.`);
      return value;
    default:
      return value;
  }
}

/** The bytes of a buffer or of a view's part of one, not copied. */
export function bytesOf(value: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (!ArrayBuffer.isView(value)) {
    return (value as { detached?: boolean }).detached ? new Uint8Array() : new Uint8Array(value);
  }
  // A view of a detached buffer has length 0, and making a new one over it would throw.
  return value.byteLength === 0
    ? new Uint8Array()
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function wrongType(type: Type, value: unknown): Mismatch {
  const shown = type.kind === "enum" ? "string" : typeText(type);
  return new Mismatch(`Invalid type: expected ${shown}, found ${foundText(value)}.`);
}

function enumValue(type: Type, value: string): string {
  if (type.values!.includes(value)) return value;
  throw new Mismatch(`Value must be one of ${[...type.values!].sort().join(", ")}.`);
}

function convertChoice(known: Type, type: Type, value: unknown, types: Types): unknown {
  const fitting = known.choices!.filter((choice) => fits(choice, value, types));
  if (fitting.length === 0) throw wrongType(type, value);
  for (const choice of fitting) {
    try {
      return convert(choice, value, types);
    } catch (wrong) {
      if (!(wrong instanceof Mismatch)) throw wrong;
    }
  }
  throw new Mismatch("Value did not match any choice.");
}

function convertItems(type: Type, values: unknown[], types: Types): unknown[] {
  const least = type.minItems ?? 0;
  if (values.length < least) {
    throw new Mismatch(`Array must have at least ${least} items; found ${values.length}.`);
  }
  if (type.items === undefined) return [...values];
  return values.map((value, index) => {
    return within(`Error at index ${index}: `, () => convert(type.items!, value, types));
  });
}

/** Own enumerable members in their order, as the first thing wrong in that order is what is told. */
function convertObject(type: Type, value: Record<string, unknown>, types: Types): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const properties = type.properties ?? {};
  for (const key of Object.keys(value)) {
    const slot = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const inner = slot?.type ?? type.additional;
    if (inner === undefined) throw new Mismatch(`Unexpected property: '${key}'.`);
    if (slot === undefined && inner.kind === "any") {
      const member = plainMember(value, key);
      if (member !== undefined) setOwn(result, key, member);
      continue;
    }
    const member = value[key];
    if (member === undefined || member === null) {
      if (slot !== undefined && !slot.optional) throw new Mismatch(`Missing required property '${key}'.`);
      continue;
    }
    setOwn(result, key, within(`Error at property '${key}': `, () => convert(inner, member, types)));
  }
  for (const key of Object.keys(properties).sort()) {
    if (!properties[key]!.optional && !Object.hasOwn(value, key)) {
      throw new Mismatch(`Missing required property '${key}'.`);
    }
  }
  return result;
}

/** Sets an own member even if it is called `__proto__`. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

function within<T>(place: string, inner: () => T): T {
  try {
    return inner();
  } catch (wrong) {
    throw wrong instanceof Mismatch ? new Mismatch(place + wrong.message) : wrong;
  }
}
