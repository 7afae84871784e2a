// Small words for writing an API's shape down where the generated schema has none.

import type { ApiFunction, Namespace, Param, Type } from "../schema.gen.ts";
import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";

export const STRING: Type = { kind: "string" };
export const INTEGER: Type = { kind: "integer" };
export const NUMBER: Type = { kind: "number" };
export const BOOLEAN: Type = { kind: "boolean" };
export const ANY: Type = { kind: "any" };
export const OBJECT: Type = { kind: "object", additional: ANY };

export function param(name: string, type: Type): Param {
  return { name, type };
}

export function optional(name: string, type: Type): Param {
  return { name, type, optional: true };
}

/** A function with a callback that may be left out for a promise, as nearly all have. */
export function asynchronous(...params: Param[]): ApiFunction {
  return { params, callback: { optional: true, promise: true, params: [] } };
}

/** A function that returns its result. */
export function synchronous(...params: Param[]): ApiFunction {
  return { params, returns: ANY };
}

/** An enum object from its values: `x86-32` is found under `X86_32`. */
export function enumOf(...values: string[]): Record<string, string> {
  return Object.fromEntries(values.map((value) => [value.toUpperCase().replaceAll("-", "_"), value]));
}

/** A namespace. `events` are listed in Chromium's order of declaration; it shows them in reverse. */
export function namespace(
  parts: Partial<Omit<Namespace, "events">> & { events?: readonly string[] },
): Namespace {
  const events = Object.fromEntries((parts.events ?? []).map((name) => [name, { params: [] }]));
  return { requires: null, functions: {}, types: {}, enums: {}, ...parts, events };
}

/** An error whose callback is given something all the same. */
export class Failure extends Error {
  constructor(message: string, readonly args: readonly unknown[]) {
    super(message);
  }
}

/** An implementation that answers in the page with what `result` returns; an `Error` becomes `lastError`. */
export function answer(realm: Realm, result: (args: unknown[]) => unknown): Implementation {
  return (args, reply) => {
    realm.hub.enqueue(() => {
      try {
        const value = result(args);
        reply.finish(value === undefined ? [] : [value], null);
      } catch (error) {
        const args = error instanceof Failure ? error.args : [];
        reply.finish(args, error instanceof Error ? error.message : String(error));
      }
    });
  };
}

/** An implementation that always fails, with this text in `lastError`. */
export function refused(realm: Realm, text: string): Implementation {
  return answer(realm, () => {
    throw new Error(text);
  });
}
