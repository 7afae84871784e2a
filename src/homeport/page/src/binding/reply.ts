// How a call's end reaches the app: by its callback, or by a promise.

import type { Reply } from "../seam.ts";
import type { ApiFunction } from "../schema.gen.ts";
import { adopt } from "./adopt.ts";
import { withLastError } from "./last_error.ts";
import { callbackThrew, unchecked } from "./report.ts";
import { resolve, type Types } from "./types.ts";

export type Callback = (...args: unknown[]) => unknown;

/** As when Chromium's pipe to the process that does its networking breaks: ERR_FAILED. */
const FAILED = -2;

/** What a callback is given when nobody can answer: where its function tells success by a code, one of failure. */
export function failureOf(callback: ApiFunction["callback"], types: Types): readonly unknown[] {
  const first = callback?.params[0];
  if (first === undefined) return [];
  const type = resolve(first.type, types);
  if (type.kind === "integer" && first.name === "result") return [FAILED];
  const code = ["resultCode", "bytesWritten"].find((name) => type.properties?.[name] !== undefined);
  return code === undefined ? [] : [{ [code]: FAILED }];
}

/** What a reply needs of its frame. */
export interface ReplyContext {
  /** `chrome.runtime`, the home of `lastError`. */
  readonly runtime: object;
  /** Whether the frame is still there. */
  readonly alive: boolean;
}

/** Ends a call by its callback. */
export class CallbackReply implements Reply {
  readonly #context: ReplyContext;
  readonly #callback: Callback;
  readonly #failure: () => readonly unknown[];

  constructor(context: ReplyContext, callback: Callback, failure: () => readonly unknown[]) {
    this.#context = context;
    this.#callback = callback;
    this.#failure = failure;
  }

  finish(args: readonly unknown[], error: string | null): void {
    if (!this.#context.alive) return;
    const own = args.map(adopt);
    if (error === null) this.#run(own);
    else withLastError(this.#context.runtime, error || "Unknown error.", () => this.#run(own));
  }

  sent(bytes: number): void {
    if (!this.#context.alive) return;
    try {
      this.#callback.call(globalThis, { bytesSent: bytes, resultCode: 0 });
    } catch (thrown) {
      callbackThrew(thrown);
    }
  }

  lost(error: string): void {
    this.finish(this.#failure(), error);
  }

  abandon(): void {}

  #run(args: unknown[]): void {
    try {
      this.#callback.apply(globalThis, args);
    } catch (thrown) {
      callbackThrew(thrown);
    }
  }
}

/** Ends a call by a promise of this frame. */
export class PromiseReply implements Reply {
  readonly promise: Promise<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (reason: Error) => void;
  /** Whether the API gives promises itself. Where Homeport adds them, the result code comes with the error. */
  readonly #native: boolean;
  readonly #failure: () => readonly unknown[];

  constructor(native: boolean, failure: () => readonly unknown[]) {
    this.#native = native;
    this.#failure = failure;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  finish(args: readonly unknown[], error: string | null): void {
    // Where an error comes with an argument, Chromium's own promises know of the argument only.
    if (error === null || (this.#native && (args[0] ?? null) !== null)) return this.#resolve(adopt(args[0]));
    const reason: Error & { resultCode?: number } = new Error(error || "Unknown error.");
    const code = resultCodeOf(args[0]);
    if (!this.#native && code !== undefined) reason.resultCode = code;
    this.#reject(reason);
  }

  sent(bytes: number): void {
    this.#resolve({ bytesSent: bytes, resultCode: 0 });
  }

  lost(error: string): void {
    this.finish(this.#native ? [] : this.#failure(), error);
  }

  abandon(): void {
    this.#reject(new Error("net::ERR_ABORTED"));
  }
}

/** A call without a callback whose function gives no promise: only a failure is worth a line. */
export const silentReply: Reply = {
  finish(_args, error) {
    if (error !== null) unchecked(error);
  },
  sent() {},
  lost: unchecked,
  abandon() {},
};

function resultCodeOf(result: unknown): number | undefined {
  if (typeof result === "number") return result;
  const code = (result as { resultCode?: unknown } | undefined)?.resultCode;
  return typeof code === "number" ? code : undefined;
}
