// Gives received bytes back to the daemon once the app had them: not each time, as that would cost a record for
// each event, but long before the daemon runs short, even while more deliveries follow.

import type { Batch } from "../wire/batch.ts";
import type { Socket } from "./sockets.ts";

/** Give back when one socket, or all together, have consumed so much. */
const SOCKET_DUE = 512 * 1024;
const SESSION_DUE = 1024 * 1024;
/** And whatever there is, after this long: a daemon may be set to very little credit. */
const WITHIN_MS = 50;

export class CreditReturn {
  readonly #batch: Batch;
  readonly #written: () => void;
  readonly #owing = new Set<Socket>();
  #total = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `written` is told that credit was written, which should go out now. */
  constructor(batch: Batch, written: () => void) {
    this.#batch = batch;
    this.#written = written;
  }

  consumed(socket: Socket, bytes: number): void {
    if (socket.ended) return;
    if (socket.owed === 0) this.#owing.add(socket);
    socket.owed += bytes;
    this.#total += bytes;
    if (socket.owed >= SOCKET_DUE || this.#total >= SESSION_DUE) this.#write();
  }

  /** At the end of turns: sees to it that what is not due yet follows. */
  settle(): void {
    if (this.#total === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, WITHIN_MS);
  }

  /** The session is over: nothing is owed any more. */
  clear(): void {
    for (const socket of this.#owing) socket.owed = 0;
    this.#owing.clear();
    this.#total = 0;
  }

  #write(): void {
    for (const socket of this.#owing) {
      this.#batch.credit(socket.namespace === "udp" ? 1 : 0, socket.id, socket.owed);
      socket.owed = 0;
    }
    this.#owing.clear();
    this.#total = 0;
    this.#written();
  }
}
