// API functions: plain functions that work detached, check their arguments, and end by callback or promise.

import type { ApiFunction } from "../schema.gen.ts";
import type { Reply } from "../seam.ts";
import { ARRANGE } from "./arrange.ts";
import { hint } from "./hints.ts";
import { CallbackReply, failureOf, PromiseReply, type ReplyContext, silentReply } from "./reply.ts";
import { note } from "./report.ts";
import { Signature } from "./signature.ts";
import type { Types } from "./types.ts";

/**
 * What a function does with its checked arguments. A function with a callback ends by calling one method of
 * `reply`, now or later; the value returned counts only where the schema has `returns`.
 */
export type Implementation = (args: unknown[], reply: Reply) => unknown;

/** What Chromium says to whoever still holds the API of a page that is no more. */
export const INVALIDATED = "Extension context invalidated.";

export interface FunctionContext extends ReplyContext {
  readonly types: Types;
  /** Throw where Chromium throws, even for a callback that was left out. */
  readonly strict: boolean;
  /** The frame's page is no more, though some other page still holds what it had. */
  readonly gone: boolean;
}

/** The function that the app sees, such as `chrome.sockets.tcp.send`. `name` is its name in error texts. */
export function apiFunction(
  context: FunctionContext,
  name: string,
  shape: ApiFunction,
  implementation: Implementation,
): (...args: unknown[]) => unknown {
  const signature = new Signature(name, shape, context.types, !context.strict);
  const native = shape.callback?.promise === true;
  const promises = native || (shape.callback !== undefined && !context.strict);
  const arrange = ARRANGE.get(name);
  const failure = () => failureOf(shape.callback, context.types);

  function match(args: unknown[]) {
    try {
      return signature.match(arrange?.(args) ?? args);
    } catch (error) {
      const line = hint(name, shape, args);
      if (line !== null) note(line);
      throw error;
    }
  }

  const short = name.slice(name.lastIndexOf(".") + 1);
  // A method has no `prototype` and cannot be called with `new`, like a function of the browser's own.
  return {
    [short](...args: unknown[]): unknown {
      if (context.gone) throw new Error(INVALIDATED);
      const { args: own, callback } = match(args);
      if (shape.callback === undefined || shape.returns !== undefined) {
        return implementation(
          own,
          callback === null ? silentReply : new CallbackReply(context, callback, failure),
        );
      }
      if (callback !== null) {
        implementation(own, new CallbackReply(context, callback, failure));
        return undefined;
      }
      if (!promises) {
        implementation(own, silentReply);
        return undefined;
      }
      const reply = new PromiseReply(native, failure);
      implementation(own, reply);
      return reply.promise;
    },
  }[short]!;
}
