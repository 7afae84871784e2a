// The kinds of things in the queue.

import type { RealmSide, Reply } from "../seam.ts";
import { Chunk } from "../wire/chunk.ts";
import { Delivery, type DeliveryList } from "./queue.ts";
import type { Socket } from "./sockets.ts";

/** What deliveries need of the hub. */
export interface Outlet {
  /** The frames that listen to an event. */
  listeners(event: string): readonly RealmSide[];
  /** Where events wait for an app that is still loading and has no listener for them; `null` once it loaded. */
  readonly early: DeliveryList | null;
  /** The app consumed that many received bytes. */
  consumed(socket: Socket, bytes: number): void;
}

const RECEIVE = "sockets.tcp.onReceive";
const DATAGRAM = "sockets.udp.onReceive";

/**
 * How many held bytes of one paused socket are given back to the daemon before the app had them. Without this, a
 * few paused sockets would keep the whole session's credit and with it every other socket's.
 */
const MOST_LENT = 2 * 1024 * 1024;

/** A call's end. `after` is for the page's own state, right after the app heard it. */
export class ResultDelivery extends Delivery {
  constructor(
    readonly reply: Reply,
    readonly args: readonly unknown[],
    readonly error: string | null,
    readonly after: ((error: string | null) => void) | null,
  ) {
    super();
  }

  deliver(): boolean {
    this.reply.finish(this.args, this.error);
    this.after?.(this.error);
    return false;
  }
}

/** The end of a send that was accepted whole. */
export class SentDelivery extends Delivery {
  constructor(readonly reply: Reply, readonly bytes: number) {
    super();
  }

  deliver(): boolean {
    this.reply.sent(this.bytes);
    return false;
  }
}

/** Something that is neither callback nor socket event, in its place in the order. */
export class TaskDelivery extends Delivery {
  constructor(readonly task: () => void) {
    super();
  }

  deliver(): boolean {
    try {
      this.task();
    } catch (error) {
      reportError(error);
    }
    return false;
  }
}

/** An event for every frame that listens; held with its socket, if it has one. */
export class EventDelivery extends Delivery {
  constructor(
    readonly outlet: Outlet,
    readonly name: string,
    readonly args: readonly unknown[],
    readonly socket: Socket | null,
  ) {
    super();
  }

  override aside(): DeliveryList | null {
    return asideFor(this.outlet, this.name, this.socket);
  }

  deliver(): boolean {
    for (const realm of this.outlet.listeners(this.name)) realm.event(this.name, this.args);
    return false;
  }
}

/** Received bytes of a socket. They count as consumed once the listeners had them, or nobody wanted them. */
abstract class DataDelivery extends Delivery {
  readonly #epoch: number;
  #lent = false;

  constructor(
    readonly outlet: Outlet,
    readonly socket: Socket,
    public chunk: Chunk,
    public start: number,
    public end: number,
  ) {
    super();
    this.#epoch = socket.epoch;
    chunk.use();
  }

  /** Whether the socket was closed or disconnected since the bytes came. */
  get stale(): boolean {
    return this.socket.deaf || this.#epoch !== this.socket.epoch;
  }

  /** The bytes up to `end` are dealt with. */
  done(end: number): void {
    const bytes = end - this.start;
    this.start = end;
    if (end === this.end) this.chunk.release();
    if (this.#lent) this.socket.lent -= bytes;
    else if (bytes > 0) this.outlet.consumed(this.socket, bytes);
  }

  /** Where to hold this. Bytes held at a paused socket count as consumed, up to a bound. */
  protected asideAs(event: string): DeliveryList | null {
    if (this.stale) return null;
    const list = asideFor(this.outlet, event, this.socket);
    if (list === this.socket.held) this.#lend();
    if (list !== null) this.#shed();
    return list;
  }

  /** What is put aside may stay long: it keeps no memory that came with it. */
  #shed(): void {
    const bytes = this.end - this.start;
    const chunk = this.chunk;
    if (chunk.buffer.byteLength <= 2 * bytes) return;
    this.chunk = new Chunk(chunk.buffer.slice(this.start, this.end));
    chunk.release();
    this.start = 0;
    this.end = bytes;
  }

  #lend(): void {
    const bytes = this.end - this.start;
    if (this.#lent || this.socket.lent + bytes > MOST_LENT) return;
    this.#lent = true;
    this.socket.lent += bytes;
    this.outlet.consumed(this.socket, bytes);
  }
}

/** Bytes of a TCP stream, one slice at a time. */
export class ReceiveDelivery extends DataDelivery {
  override aside(): DeliveryList | null {
    return this.asideAs(RECEIVE);
  }

  deliver(): boolean {
    const realms = this.stale ? [] : this.outlet.listeners(RECEIVE);
    if (realms.length === 0) {
      this.done(this.end);
      return false;
    }
    const until = Math.min(this.end, this.start + this.socket.slice);
    for (const realm of realms) realm.received(this.socket.id, this.chunk, this.start, until);
    this.done(until);
    return this.start < this.end;
  }
}

/** One datagram. */
export class DatagramDelivery extends DataDelivery {
  constructor(
    outlet: Outlet,
    socket: Socket,
    chunk: Chunk,
    start: number,
    end: number,
    readonly address: string,
    readonly port: number,
  ) {
    super(outlet, socket, chunk, start, end);
  }

  override aside(): DeliveryList | null {
    return this.asideAs(DATAGRAM);
  }

  deliver(): boolean {
    if (!this.stale) {
      for (const realm of this.outlet.listeners(DATAGRAM)) {
        realm.datagram(this.socket.id, this.address, this.port, this.chunk, this.start, this.end);
      }
    }
    this.done(this.end);
    return false;
  }
}

function asideFor(outlet: Outlet, event: string, socket: Socket | null): DeliveryList | null {
  if (socket?.paused) return socket.held;
  if (outlet.early !== null && outlet.listeners(event).length === 0) return outlet.early;
  return null;
}
