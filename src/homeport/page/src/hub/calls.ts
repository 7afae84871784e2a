// The calls that wait for the daemon's answer.

import type { Reply } from "../seam.ts";
import type { Socket } from "./sockets.ts";

/** A call under way. */
export interface PendingCall {
  readonly reply: Reply;
  /** When the answer arrives, before it is queued: what the page must know at once. */
  readonly arrived?: (args: readonly unknown[], error: string | null) => void;
  /** Right after the app heard the answer. */
  readonly heard?: (error: string | null) => void;
  /** Whether Chromium answers it from its own memory, so that no later such call overtakes it. */
  readonly prompt: boolean;
  /** The socket whose state a failure changes. */
  readonly socket?: Socket | undefined;
  /** Whether it is a send of that socket, behind which others queue. */
  readonly send?: boolean;
}

/** A reply for calls that nobody waits for. */
export const nobody: Reply = { finish() {}, sent() {}, lost() {}, abandon() {} };

const LAST_ID = 0xffffffff;

export class Calls {
  readonly #pending = new Map<number, PendingCall>();
  #lastId = 0;
  #prompt = 0;

  /** Whether a call waits that Chromium would have answered by now. */
  get anyPrompt(): boolean {
    return this.#prompt > 0;
  }

  /** Whether any call waits for its answer. */
  get any(): boolean {
    return this.#pending.size > 0;
  }

  /** Takes the call in; returns its id. */
  add(call: PendingCall): number {
    do this.#lastId = this.#lastId === LAST_ID ? 1 : this.#lastId + 1; while (
      this.#pending.has(this.#lastId)
    );
    this.#pending.set(this.#lastId, call);
    if (call.prompt) this.#prompt++;
    return this.#lastId;
  }

  /** The call with that id, which is over now. */
  take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    if (call === undefined) return undefined;
    this.#pending.delete(id);
    if (call.prompt) this.#prompt--;
    if (call.send && call.socket !== undefined) call.socket.sends--;
    return call;
  }

  /** All of them, in order, which are over now. */
  takeAll(): PendingCall[] {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    this.#prompt = 0;
    for (const { send, socket } of all) if (send && socket !== undefined) socket.sends = 0;
    return all;
  }
}
