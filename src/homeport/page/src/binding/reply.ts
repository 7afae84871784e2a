// How a call's end reaches the app: by its callback, or by a promise.

import type { Reply } from "../seam.ts";
import { adopt } from "./adopt.ts";
import { withLastError } from "./last_error.ts";
import { callbackThrew, unchecked } from "./report.ts";

export type Callback = (...args: unknown[]) => unknown;

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

  constructor(context: ReplyContext, callback: Callback) {
    this.#context = context;
    this.#callback = callback;
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

  constructor(native: boolean) {
    this.#native = native;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  finish(args: readonly unknown[], error: string | null): void {
    if (error === null) return this.#resolve(adopt(args[0]));
    const reason: Error & { resultCode?: number } = new Error(error || "Unknown error.");
    const code = resultCodeOf(args[0]);
    if (!this.#native && code !== undefined) reason.resultCode = code;
    this.#reject(reason);
  }

  sent(bytes: number): void {
    this.#resolve({ bytesSent: bytes, resultCode: 0 });
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
  abandon() {},
};

function resultCodeOf(result: unknown): number | undefined {
  if (typeof result === "number") return result;
  const code = (result as { resultCode?: unknown } | undefined)?.resultCode;
  return typeof code === "number" ? code : undefined;
}
