// The daemon's end of the wire, played by a test: it keeps what the page says and says what it is told to.

import { Hub } from "../../src/homeport/page/src/hub/hub.ts";
import { BrowserTurns } from "../../src/homeport/page/src/hub/turns.ts";
import type { App } from "../../src/homeport/page/src/seam.ts";
import type { Message } from "../../src/homeport/page/src/wire/batch.ts";
import type { Payload } from "../../src/homeport/page/src/wire/frames.ts";
import type { Timers } from "../../src/homeport/page/src/wire/link.ts";
import type { Connect, TransportEvents } from "../../src/homeport/page/src/wire/transport.ts";
import { appOf } from "./support.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What the page said: an item, or a record as `["SEND", callId, socketId, bytes]`. */
export type Said = unknown[];

/** Time that passes when a test says so. */
export class ManualTimers implements Timers {
  readonly #tasks = new Map<number, { at: number; task: () => void }>();
  #now = 0;
  #last = 0;

  set(task: () => void, ms: number): number {
    this.#tasks.set(++this.#last, { at: this.#now + ms, task });
    return this.#last;
  }

  clear(timer: number): void {
    this.#tasks.delete(timer);
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#tasks].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      this.#tasks.delete(due[0]);
      this.#now = due[1].at;
      due[1].task();
    }
    this.#now = until;
  }
}

export class Daemon {
  readonly timers = new ManualTimers();
  /** Each message of the page, taken apart. */
  readonly messages: Said[][] = [];
  readonly heard: unknown[][] = [];
  page: TransportEvents | null = null;
  /** Connections that were asked for. */
  connections = 0;
  accepts = true;
  readonly hub: Hub;
  turns!: BrowserTurns;

  constructor() {
    const note = (name: string) => (...args: unknown[]) => void this.heard.push([name, ...args]);
    this.hub = new Hub({
      turns: (work) => this.turns = new BrowserTurns(work),
      connect: () => this.connect,
      secret: "s",
      timers: this.timers,
      events: {
        welcome: () => note("welcome")(),
        busy: note("busy"),
        bye: note("bye"),
        connected: note("connected"),
        lost: note("lost"),
      },
    });
  }

  readonly connect: Connect = (events) => {
    this.connections++;
    if (this.accepts) {
      this.page = events;
      queueMicrotask(() => this.page === events && events.opened());
    } else queueMicrotask(() => events.closed());
    return {
      send: (message) => void this.messages.push(takeApart(message)),
      close: () => {
        if (this.page === events) this.page = null;
      },
    };
  };

  /** Everything that the page said since the last time, in one list. */
  said(): Said[] {
    return this.messages.splice(0).flat();
  }

  /** Sends items as one TEXT message. */
  say(...items: unknown[][]): void {
    this.page!.message(JSON.stringify(items));
  }

  /** Sends records as one BINARY message. */
  sayBytes(...records: Uint8Array[]): void {
    this.page!.message(joined(records) as Uint8Array<ArrayBuffer>);
  }

  welcome(changes: Record<string, unknown> = {}, app: Partial<App> = {}): void {
    const fresh = changes.resumed !== true;
    this.say(["welcome", {
      version: 1,
      session: "s1",
      resumed: false,
      resume: "token",
      received: 0,
      ...(fresh ? { app: appOf(app) } : {}),
      ...changes,
    }]);
  }

  /** A hub with a session, and nothing said yet that matters. */
  static async started(app: Partial<App> = {}): Promise<Daemon> {
    const daemon = new Daemon();
    daemon.hub.link.start();
    await settled();
    daemon.welcome({}, app);
    daemon.hub.loaded();
    daemon.said();
    return daemon;
  }

  drop(): void {
    const page = this.page!;
    this.page = null;
    page.closed();
  }

  /** Waits until the page has delivered everything that it has. */
  async idle(): Promise<void> {
    await settled();
    while (!this.hub.queue.empty) await settled();
    await settled();
  }

  [Symbol.dispose](): void {
    this.hub.link.bye();
    this.turns.close();
  }
}

/** After the tasks that are due now. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

export function receive(socketId: number, data: Uint8Array | string): Uint8Array {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  return joined([Uint8Array.of(1), u32(socketId), u32(bytes.length), bytes]);
}

export function datagram(socketId: number, address: string, port: number, data: string): Uint8Array {
  const [host, bytes] = [encoder.encode(address), encoder.encode(data)];
  const head = Uint8Array.of(port & 255, port >> 8, host.length);
  return joined([Uint8Array.of(2), u32(socketId), head, u32(bytes.length), host, bytes]);
}

export function sent(callId: number, bytes: number): Uint8Array {
  return joined([Uint8Array.of(6), u32(callId), u32(bytes)]);
}

/** A message as it stands on a stream of bytes. */
export function framed(kind: number, payload: Uint8Array): Payload {
  const frame = new Uint8Array(5 + payload.length);
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(1, payload.length, true);
  frame.set(payload, 5);
  return frame;
}

export function itemsRecord(...items: unknown[][]): Uint8Array {
  const json = encoder.encode(JSON.stringify(items));
  return joined([Uint8Array.of(5), u32(json.length), json]);
}

export function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

function u32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

/** A message of the page as items and records. */
export function takeApart(message: Message): Said[] {
  if (typeof message === "string") return JSON.parse(message);
  const said: Said[] = [];
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const bytes = (at: number, length: number) => message.slice(at, at + length);
  const json = (at: number, length: number) => JSON.parse(decoder.decode(bytes(at, length)));
  const word = (at: number) => view.getUint32(at, true);
  for (let at = 0; at < message.length;) {
    const op = message[at]!;
    if (op === 3 || op === 10) {
      said.push([op === 3 ? "SEND" : "SENDPART", word(at + 1), word(at + 5), bytes(at + 13, word(at + 9))]);
      at += 13 + word(at + 9);
    } else if (op === 4) {
      const [length, head] = [word(at + 9), view.getUint16(at + 13, true)];
      said.push(["SENDTO", word(at + 1), word(at + 5), json(at + 15, head), bytes(at + 15 + head, length)]);
      at += 15 + head + length;
    } else if (op === 5) {
      said.push(...json(at + 5, word(at + 1)));
      at += 5 + word(at + 1);
    } else if (op === 7) {
      said.push(["CREDIT", message[at + 1], word(at + 2), word(at + 6)]);
      at += 10;
    } else if (op === 8) {
      const [head, length] = [word(at + 5), word(at + 9)];
      said.push(["CALL", word(at + 1), json(at + 13, head), bytes(at + 13 + head, length)]);
      at += 13 + head + length;
    } else throw new Error(`record ${op}`);
  }
  return said;
}
