// The page's end of the wire: hello and welcome, acknowledgement, a dropped transport and its return. It knows
// messages; what is in them is for the hub. See docs/wire.md §2–§4 and §6.

import type { App } from "../seam.ts";
import { Batch } from "./batch.ts";
import type { Chunk } from "./chunk.ts";
import { type Incoming, takeItem, takeRecords } from "./decode.ts";
import { toJson } from "./json.ts";
import { Kept } from "./kept.ts";
import { ACK_BYTES, ACK_MESSAGES, ProtocolError, VERSION } from "./ops.ts";
import type { Connect, Transport } from "./transport.ts";

export interface Welcome {
  readonly version: number;
  readonly session: string;
  readonly resumed: boolean;
  readonly resume: string | null;
  readonly received: number;
  readonly app?: App;
}

export interface LinkEvents {
  /** A session began. */
  welcome(app: App): void;
  /** The session that was is over and cannot be resumed: its sockets and open calls are gone. */
  ended(): void;
  /** Sockets that the daemon would have kept for the next session are gone, too. */
  gone(): void;
  /** Another page runs this app: ask, then `takeover`. */
  busy(since: number): void;
  /** The daemon wants no more of this page. */
  bye(code: string, reason: string): void;
  /** The transport is there (again), or was lost. */
  connected(there: boolean): void;
}

/** Time, replaced in tests. */
export interface Timers {
  set(task: () => void, ms: number): number;
  clear(timer: number): void;
}

export const realTimers: Timers = {
  set: (task, ms) => setTimeout(task, ms) as unknown as number,
  clear: (timer) => clearTimeout(timer),
};

const LINK_OPS = new Set(["hello", "busy", "takeover", "welcome", "ack", "ping", "pong", "bye"]);
const FIRST_DELAY = 100;
const MOST_DELAY = 2000;
const ACK_WITHIN = 1000;
/** How long a `probe` waits for a sign of life. */
const PROBE = 5000;
/** The longest time that a timer takes. */
const LONGEST = 2 ** 31 - 1;

export class Link {
  /** What goes out next; `flush` sends it. */
  readonly batch = new Batch(() => this.flush());
  readonly #connect: Connect;
  readonly #secret: string | undefined;
  readonly #incoming: Incoming;
  readonly #events: LinkEvents;
  readonly #timers: Timers;

  #transport: Transport | null = null;
  /** Whether `welcome` came on the present transport. */
  #open = false;
  #over = false;
  #held = false;
  /** The token for the next reconnection; `null` when there is no session to resume. */
  #token: string | null = null;
  /** Whether a session began and has not ended. */
  #session = false;
  #grace = 0;
  #keep = 0;
  #delay = 0;
  #retry = 0;
  #expiry = 0;
  readonly #kept = new Kept((message) => this.batch.done(message));

  #received = 0;
  #unacknowledged = 0;
  #unacknowledgedBytes = 0;
  #ackTimer = 0;
  #probeTimer = 0;

  constructor(
    connect: Connect,
    secret: string | undefined,
    incoming: Incoming,
    events: LinkEvents,
    timers: Timers = realTimers,
  ) {
    this.#connect = connect;
    this.#secret = secret;
    this.#incoming = incoming;
    this.#events = events;
    this.#timers = timers;
  }

  start(): void {
    this.#retry = 0;
    const transport: Transport = this.#connect({
      opened: () => this.#hello(),
      message: (data, chunk) => this.#message(data, chunk),
      closed: () => this.#dropped(),
    });
    this.#transport = transport;
  }

  /** Sends what the batch holds. */
  flush(): void {
    const message = this.batch.take();
    if (message === null || this.#over) return;
    if (this.#open && this.#token === null && this.#kept.empty) {
      this.#transport?.send(message);
      this.batch.done(message);
      return;
    }
    this.#kept.add(message);
    if (this.#open) this.#transmit();
  }

  /** The answer to `busy`: end the other page. */
  takeover(): void {
    this.#control(["takeover"]);
  }

  /** The page goes away for good. */
  bye(): void {
    if (this.#over) return;
    this.flush();
    if (this.#open) this.#control(["bye"]);
    this.#finish();
  }

  /** The page seems to go: a connection that drops now stays down, or another session would begin for it. */
  hold(): void {
    this.#held = true;
    this.#timers.clear(this.#retry);
    this.#retry = 0;
  }

  /** It did not go. */
  release(): void {
    this.#held = false;
    if (!this.#over && this.#transport === null && this.#retry === 0) this.start();
  }

  /** Asks for a sign of life, after the machine slept or the network changed; without one, connects anew. */
  probe(): void {
    if (this.#retry !== 0) {
      this.#timers.clear(this.#retry);
      this.start();
    } else if (this.#open && this.#probeTimer === 0) {
      this.#control(["ping", this.#received]);
      this.#probeTimer = this.#timers.set(() => {
        this.#probeTimer = 0;
        this.#transport?.close();
        this.#dropped();
      }, PROBE);
    }
  }

  #hello(): void {
    const hello: Record<string, unknown> = { version: VERSION };
    if (this.#secret !== undefined) hello.secret = this.#secret;
    if (this.#token !== null) Object.assign(hello, { resume: this.#token, received: this.#received });
    this.#control(["hello", hello]);
  }

  #control(item: unknown[]): void {
    this.#transport?.send(toJson([item]));
  }

  #transmit(): void {
    for (let message = this.#kept.next(); message !== null; message = this.#kept.next()) {
      this.#transport?.send(message);
    }
    if (this.#token === null) this.#kept.forget();
  }

  #message(data: string | Uint8Array<ArrayBuffer>, chunk?: Chunk): void {
    this.#alive();
    try {
      if (typeof data === "string") this.#text(data);
      else {
        this.#received++;
        takeRecords(data, this.#incoming, chunk);
        this.#count(data.byteLength);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof RangeError || error instanceof SyntaxError)) {
        throw error;
      }
      this.#farewell("protocol", `The daemon sent what this page does not understand: ${error.message}`);
    }
  }

  #text(data: string): void {
    const items = JSON.parse(data) as unknown[][];
    if (LINK_OPS.has(String(items[0]?.[0]))) return items.forEach((item) => this.#linkItem(item));
    this.#received++;
    for (const item of items) takeItem(item, this.#incoming);
    this.#count(data.length);
  }

  /** So many bytes of the session were taken in. */
  #count(size: number): void {
    if (this.#token === null) return;
    this.#unacknowledgedBytes += size;
    if (++this.#unacknowledged >= ACK_MESSAGES || this.#unacknowledgedBytes >= ACK_BYTES) this.#acknowledge();
    else if (this.#ackTimer === 0) this.#ackTimer = this.#timers.set(() => this.#acknowledge(), ACK_WITHIN);
  }

  #acknowledge(): void {
    if (this.#ackTimer !== 0) this.#timers.clear(this.#ackTimer);
    this.#ackTimer = 0;
    this.#unacknowledged = this.#unacknowledgedBytes = 0;
    if (this.#open && this.#token !== null) this.#control(["ack", this.#received]);
  }

  #linkItem([op, first, second]: unknown[]): void {
    if (op === "welcome") this.#welcome(first as Welcome);
    else if (op === "ack") {
      this.#kept.acknowledged(first as number);
      this.#transmit();
    } else if (op === "ping") this.#control(["pong", first]);
    else if (op === "busy") this.#events.busy((first as { since: number }).since);
    else if (op === "bye") this.#farewell(String(first), String(second));
  }

  #farewell(code: string, reason: string): void {
    this.#finish();
    this.#endSession();
    this.#timers.clear(this.#expiry);
    this.#events.gone();
    this.#events.bye(code, reason);
  }

  #welcome(welcome: Welcome): void {
    if (!welcome.resumed) {
      this.#endSession();
      this.#received = 0;
    }
    this.#timers.clear(this.#expiry);
    this.#expiry = this.#delay = 0;
    this.#session = true;
    this.#token = welcome.resume;
    this.#open = true;
    this.#kept.again(welcome.received);
    this.#acknowledge();
    if (welcome.app !== undefined) {
      this.#grace = welcome.app.grace;
      this.#keep = welcome.app.keep;
      this.#events.welcome(welcome.app);
    }
    this.#events.connected(true);
    this.#transmit();
  }

  #dropped(): void {
    if (this.#over) return;
    const wasOpen = this.#open;
    this.#open = false;
    this.#transport = null;
    this.#alive();
    if (wasOpen) {
      this.#events.connected(false);
      if (this.#token === null) this.#endSession();
      else this.#expiry = this.#timers.set(() => this.#endSession(), this.#grace);
    }
    if (this.#held) return;
    this.#retry = this.#timers.set(() => this.start(), this.#delay);
    this.#delay = Math.min(MOST_DELAY, this.#delay * 2 || FIRST_DELAY);
  }

  /** Nothing of the session comes back. What is said from now on belongs to the next one. */
  #endSession(): void {
    if (!this.#session) return;
    this.#session = false;
    this.#token = null;
    this.batch.take();
    this.#kept.clear();
    this.#events.ended();
    this.#expiry = this.#timers.set(() => this.#events.gone(), Math.min(this.#keep, LONGEST));
  }

  #finish(): void {
    this.#over = true;
    this.#open = false;
    for (const timer of [this.#retry, this.#expiry, this.#ackTimer, this.#probeTimer]) {
      this.#timers.clear(timer);
    }
    this.#transport?.close();
    this.#transport = null;
  }

  /** Something came: the connection lives. */
  #alive(): void {
    if (this.#probeTimer === 0) return;
    this.#timers.clear(this.#probeTimer);
    this.#probeTimer = 0;
  }
}
