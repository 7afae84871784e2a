// The kinds of things in the queue.

import type { RealmSide, Reply } from "../seam.ts";
import { Chunk } from "../wire/chunk.ts";
import { Delivery, type DeliveryList } from "./queue.ts";
import type { Socket } from "./sockets.ts";

/** What deliveries need of the hub. */
export interface Outlet {
  /** The frames that listen to an event. */
  listeners(event: string): readonly RealmSide[];
  /** Whether there are several frames. */
  readonly several: boolean;
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

/**
 * Something for every frame that listens. What one frame's listeners have promised runs before the next frame is told,
 * as in Chromium, and a frame that only listens since then is told, too.
 */
abstract class Announcement extends Delivery {
  /** The frames that were told, while others may be left. */
  #told: RealmSide[] | null = null;

  constructor(readonly outlet: Outlet, readonly name: string) {
    super();
  }

  /** Tells one frame. */
  protected abstract tell(realm: RealmSide): void;

  /** All frames were told; whether there is more for them. */
  protected abstract told(): boolean;

  protected get begun(): boolean {
    return this.#told !== null;
  }

  override over(): boolean {
    if (this.#told === null || this.#next() !== undefined) return false;
    this.#told = null;
    return !this.told();
  }

  deliver(): boolean {
    const realm = this.#next();
    if (realm !== undefined) this.tell(realm);
    if (realm === undefined || !this.outlet.several) {
      this.#told = null;
      return this.told();
    }
    this.#told ??= [];
    this.#told.push(realm);
    return true;
  }

  #next(): RealmSide | undefined {
    const realms = this.outlet.listeners(this.name);
    const told = this.#told;
    return told === null ? realms[0] : realms.find((realm) => !told.includes(realm));
  }
}

/** An event; held with its socket, if it has one. */
export class EventDelivery extends Announcement {
  constructor(
    outlet: Outlet,
    name: string,
    readonly args: readonly unknown[],
    readonly socket: Socket | null,
  ) {
    super(outlet, name);
  }

  override aside(): DeliveryList | null {
    return this.begun ? null : asideFor(this.outlet, this.name, this.socket);
  }

  protected tell(realm: RealmSide): void {
    realm.event(this.name, this.args);
  }

  protected told(): boolean {
    return false;
  }
}

/** Received bytes of a socket. They count as consumed once the listeners had them, or nobody wanted them. */
abstract class DataDelivery extends Announcement {
  readonly #epoch: number;
  #lent = false;

  constructor(
    outlet: Outlet,
    name: string,
    readonly socket: Socket,
    public chunk: Chunk,
    public start: number,
    public end: number,
  ) {
    super(outlet, name);
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

  /** Bytes held at a paused socket count as consumed, up to a bound. */
  override aside(): DeliveryList | null {
    if (this.begun || this.stale) return null;
    const list = asideFor(this.outlet, this.name, this.socket);
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
  /** Where the slice ends of which frames are being told. */
  #until = 0;

  constructor(outlet: Outlet, socket: Socket, chunk: Chunk, start: number, end: number) {
    super(outlet, RECEIVE, socket, chunk, start, end);
  }

  override deliver(): boolean {
    if (!this.begun) {
      const unheard = this.stale || this.outlet.listeners(RECEIVE).length === 0;
      this.#until = unheard ? this.end : Math.min(this.end, this.start + this.socket.slice);
      if (unheard) return this.told();
    }
    return super.deliver();
  }

  protected tell(realm: RealmSide): void {
    realm.received(this.socket.id, this.chunk, this.start, this.#until);
  }

  protected told(): boolean {
    this.done(this.#until);
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
    super(outlet, DATAGRAM, socket, chunk, start, end);
  }

  override deliver(): boolean {
    return !this.begun && this.stale ? this.told() : super.deliver();
  }

  protected tell(realm: RealmSide): void {
    realm.datagram(this.socket.id, this.address, this.port, this.chunk, this.start, this.end);
  }

  protected told(): boolean {
    this.done(this.end);
    return false;
  }
}

function asideFor(outlet: Outlet, event: string, socket: Socket | null): DeliveryList | null {
  if (socket?.paused) return socket.held;
  if (outlet.early !== null && outlet.listeners(event).length === 0) return outlet.early;
  return null;
}
