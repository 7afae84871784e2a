// What the page knows of the app's sockets. The daemon is the authority; the page keeps what it must decide at
// once: how to slice, what to hold while paused, what to drop after a close, and how much was consumed.

import { MOST_PROMISED, type SocketNamespace } from "../wire/ops.ts";
import { DeliveryList } from "./queue.ts";

const DEFAULT_SLICE = 4096;
const MOST_SLICE = 65536;
/** With more sockets than this the daemon may refuse another one, so it is asked. */
const MOST_FORESEEN = 100_000;

export interface Properties {
  readonly bufferSize?: number;
  readonly persistent?: boolean;
}

export class Socket {
  readonly namespace: SocketNamespace;
  readonly id: number;
  /** The most bytes in one `onReceive`. */
  slice = DEFAULT_SLICE;
  /** Whether it is connected, bound or listening, so that its end must be told. */
  active = false;
  /**
   * Whether what is sent can be answered for: a connection that has not failed, and no TLS, which the daemon may
   * not keep alive to finish sending.
   */
  trusted = true;
  /** Bytes that were answered for and that the daemon has not said to be sent. */
  promised = 0;
  /** Sends that wait for the daemon's answer. */
  sends = 0;
  /** Whether it outlives the page; what becomes of it when a session is lost, only the next one can tell. */
  persistent = false;
  /** From `setPaused(true)` until the callback of `setPaused(false)`: nothing is delivered. */
  paused = false;
  /** Counts calls of `setPaused`, so that an earlier unpause does not undo a later pause. */
  pauses = 0;
  readonly held = new DeliveryList();
  /** Bytes held at a paused socket that were already given back, so that it does not starve the others. */
  lent = 0;
  /** Bytes that the listeners have had and the daemon has not been told of. */
  owed = 0;
  /** Changes when what is under way to the app no longer counts. */
  epoch = 0;
  /** It went with a session: what was received in it is owed to nobody. */
  ended = false;
  /** Closed or disconnecting: what still arrives is dropped. */
  deaf = false;
  /** Calls of `secure` that are under way: the daemon drops a socket that it cannot secure. */
  securing = 0;
  /** What `getInfo` last said, as long as it still holds; see `answers.ts`. */
  info: Readonly<Record<string, unknown>> | null = null;
  /** Changes with everything that may change `info`. */
  version = 0;

  constructor(namespace: SocketNamespace, id: number) {
    this.namespace = namespace;
    this.id = id;
  }

  set bufferSize(size: number) {
    this.slice = size > 0 ? Math.min(size, MOST_SLICE) : DEFAULT_SLICE;
  }

  /** Whether the page may answer for so many more bytes. */
  mayPromise(bytes: number): boolean {
    return this.active && this.trusted && !this.deaf && this.sends === 0 && bytes > 0 &&
      this.promised + bytes <= MOST_PROMISED;
  }

  /** So many promised bytes are sent. Some may be of an earlier connection. */
  kept(bytes: number): void {
    this.promised = Math.max(0, this.promised - bytes);
  }

  /** A connection begins. */
  connected(): void {
    this.active = true;
    this.trusted = true;
    this.promised = 0;
  }

  /** Takes over what `create` or `update` sets. */
  update(properties: Properties): void {
    if (properties.bufferSize !== undefined) this.bufferSize = properties.bufferSize;
    if (properties.persistent !== undefined) this.persistent = properties.persistent;
  }

  /** Something happened that `getInfo` may tell. */
  changed(): void {
    this.info = null;
    this.version++;
  }

  /** From now on nothing that is queued or still comes is told. */
  silence(): void {
    this.epoch++;
    this.deaf = true;
  }
}

/** The sockets by namespace and id. */
export class SocketTable {
  readonly tcp = new Map<number, Socket>();
  readonly udp = new Map<number, Socket>();
  readonly tcpServer = new Map<number, Socket>();

  /** The newest id of each namespace, once the daemon has said one. */
  readonly #last = new Map<SocketNamespace, number>();
  /** Whether connections may be accepted, which take ids too. */
  #accepts = false;

  /** The id that the next socket gets, where only the page can cause one; else `null`. */
  next(namespace: SocketNamespace): number | null {
    const last = this.#last.get(namespace);
    if (last === undefined || this[namespace].size >= MOST_FORESEEN) return null;
    return namespace === "tcp" && this.#accepts ? null : last + 1;
  }

  /** A socket was made, here or by the daemon. */
  made(namespace: SocketNamespace, id: number): Socket {
    this.#last.set(namespace, id);
    return this.know(namespace, id);
  }

  /** From now on the daemon takes ids for connections that servers accept. */
  accepts(): void {
    this.#accepts = true;
  }

  /** A session is over: the next one counts for itself. */
  forgetIds(): void {
    this.#last.clear();
  }

  find(namespace: SocketNamespace, id: number): Socket | undefined {
    return this[namespace].get(id);
  }

  /** The socket, made known if it was not. */
  know(namespace: SocketNamespace, id: number): Socket {
    const sockets = this[namespace];
    let socket = sockets.get(id);
    if (socket === undefined) {
      socket = new Socket(namespace, id);
      sockets.set(id, socket);
    }
    return socket;
  }

  forget(socket: Socket): void {
    this[socket.namespace].delete(socket.id);
  }

  all(): Socket[] {
    return [...this.tcp.values(), ...this.udp.values(), ...this.tcpServer.values()];
  }
}
