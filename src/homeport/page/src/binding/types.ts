// What a JavaScript value is in the eyes of Chromium's bindings: the tests and the words for types.
// Values may come from another frame, so nothing here relies on `instanceof` alone.

import type { Type } from "../schema.gen.ts";

/** Finds what a `ref` names. */
export type Types = Readonly<Record<string, Type>>;

const tagOf = Object.prototype.toString;

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || tagOf.call(value) === "[object ArrayBuffer]";
}

export function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView<ArrayBuffer> {
  return ArrayBuffer.isView(value) || isArrayBuffer(value);
}

/** Whether an object is of the class: the browser's own, or one of `files/entry.ts`. Of the others any is taken. */
export function isInstance(name: string, value: unknown): boolean {
  if (name === "Entry") return /^\[object (?:File|Directory)?Entry\]$/.test(tagOf.call(value));
  return name !== "DOMFileSystem" || tagOf.call(value) === "[object DOMFileSystem]";
}

/** A number that Chromium takes for an `integer`: a whole one of 32 bits. -0 is 0. */
export function isInteger(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

/** Whether a value's outer type is right; what is inside an object or array is looked at later. */
export function fits(type: Type, value: unknown, types: Types): boolean {
  switch (type.kind) {
    case "integer":
      return isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "string":
    case "enum":
      return typeof value === "string";
    case "binary":
      return isBinary(value);
    case "array":
      return Array.isArray(value);
    case "object":
    case "instance":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "function":
      return typeof value === "function";
    case "any":
      return true;
    case "choices":
      return type.choices!.some((choice) => fits(choice, value, types));
    default:
      return fits(resolve(type, types), value, types);
  }
}

/** The type that a reference stands for; any other type is its own. */
export function resolve(type: Type, types: Types): Type {
  if (type.ref === undefined || type.kind !== undefined) return type;
  const found = types[type.ref];
  if (found === undefined) throw new Error(`homeport: the schema lacks the type ${type.ref}`);
  return found;
}

/** The type as a signature shows it. */
export function typeText(type: Type): string {
  if (type.kind === "choices") return `[${type.choices!.map(typeText).join("|")}]`;
  return type.ref ?? type.name ?? type.kind!;
}

/** The word for a value's type in "Invalid type: expected …, found …". */
export function foundText(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "number":
      return isInteger(value) && !Object.is(value, -0) ? "integer" : "number";
    case "undefined":
    case "boolean":
    case "string":
    case "function":
      return typeof value;
    case "object":
      return Array.isArray(value) ? "array" : isBinary(value) ? "binary" : "object";
    default:
      return "other";
  }
}
