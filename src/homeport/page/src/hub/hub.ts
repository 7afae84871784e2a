// One per app: owns the link to the daemon and the one queue, and knows the frames. See seam.ts for what frames
// see of it.

import type { App, HubSide, RealmSide, Reply } from "../seam.ts";
import type { Batch } from "../wire/batch.ts";
import type { Chunk } from "../wire/chunk.ts";
import type { Incoming } from "../wire/decode.ts";
import { Link, type LinkEvents, realTimers, type Timers } from "../wire/link.ts";
import type { Connect } from "../wire/transport.ts";
import { isPrompt } from "./answers.ts";
import { Calls, nobody, type PendingCall } from "./calls.ts";
import { CreditReturn } from "./credit.ts";
import { DatagramDelivery, EventDelivery, type Outlet, ReceiveDelivery } from "./deliveries.ts";
import { ResultDelivery, SentDelivery, TaskDelivery } from "./deliveries.ts";
import { answerLost, endSession, endSocket } from "./endings.ts";
import { restore } from "./restore.ts";
import { noteEvent } from "./socket_events.ts";
import { deliverOne, DeliveryList } from "./queue.ts";
import { SOCKET_CALLS } from "./socket_calls.ts";
import { type Socket, SocketTable } from "./sockets.ts";
import { promisesRan, type Turns, type TurnWork } from "./turns.ts";
import { WindowTable } from "./windows.ts";

/** What a host gives to its hub. */
export interface HubOptions {
  /** Makes what runs the turns. */
  readonly turns: (work: TurnWork) => Turns;
  /** Connects to the daemon; asked for once the turns are there. */
  readonly connect: () => Connect;
  readonly secret?: string;
  readonly events: HubEvents;
  readonly timers?: Timers;
}

/** What a host hears about the session. */
export interface HubEvents extends Omit<LinkEvents, "ended" | "gone"> {
  /** A session ended that could not be resumed; the app was told. */
  lost?(): void;
}

const RESTARTED = "app.runtime.onRestarted";

const NO_REALMS: readonly RealmSide[] = [];

export class Hub implements HubSide, Incoming, Outlet, TurnWork {
  readonly calls = new Calls();
  readonly sockets = new SocketTable();
  readonly queue = new DeliveryList();
  readonly windows = new WindowTable(this);
  readonly shared = new Map<string, unknown>();
  readonly secret: string | null;
  early: DeliveryList | null = new DeliveryList();
  readonly link: Link;
  readonly #turns: Turns;
  readonly #timers: Timers;
  readonly #credit: CreditReturn;
  readonly #realms = new Set<RealmSide>();
  readonly #listeners = new Map<string, readonly RealmSide[]>();
  #app: App | undefined;
  /** Whether something was written that somebody waits for, and whether what nobody waits for is about to go. */
  #awaited = false;
  #lingering = false;
  /** The session was lost, and the next one has not begun. */
  #adrift = false;
  #suspended = false;
  /** Settled once the sockets of an earlier page are known. */
  restored: Promise<void> = Promise.resolve();

  constructor(options: HubOptions) {
    this.secret = options.secret ?? null;
    this.#turns = options.turns(this);
    this.#timers = options.timers ?? realTimers;
    const events: LinkEvents = {
      ...options.events,
      welcome: (app) => {
        const again = this.#adrift;
        this.#app = app;
        this.#adrift = false;
        if (again || app.restarted) this.restored = restore(this);
        options.events.welcome(app);
      },
      ended: () => {
        this.#adrift = true;
        endSession(this);
        options.events.lost?.();
      },
      gone: () => this.sockets.all().forEach((socket) => endSocket(this, socket)),
    };
    this.link = new Link(options.connect(), options.secret, this, events, this.#timers);
    this.#credit = new CreditReturn(this.link.batch, () => this.link.flush());
  }

  // For the frames

  get app(): App {
    if (this.#app === undefined) throw new Error("homeport: the app is not known yet");
    return this.#app;
  }

  attach(realm: RealmSide): void {
    this.#realms.add(realm);
  }

  detach(realm: RealmSide): void {
    this.#realms.delete(realm);
    for (const event of this.#listeners.keys()) this.listens(realm, event, false);
  }

  listens(realm: RealmSide, event: string, any: boolean): void {
    const others = this.listeners(event).filter((other) => other !== realm);
    if (any) others.push(realm);
    if (others.length > 0) this.#listeners.set(event, others);
    else this.#listeners.delete(event);
  }

  call(name: string, args: readonly unknown[], reply: Reply): void {
    if (this.#adrift) return answerLost(this, name, args, reply);
    const special = SOCKET_CALLS.get(name);
    if (special !== undefined) special(this, args as never[], reply);
    else this.send(name, args, { reply, prompt: isPrompt(name) });
  }

  emit(event: string, args: readonly unknown[]): void {
    this.#add(new EventDelivery(this, event, args, null));
  }

  enqueue(task: () => void): void {
    this.#add(new TaskDelivery(task));
  }

  after(delay: number, task: () => void): () => void {
    // A frame's timers go with it, and so would a timer for its function.
    const timer = this.#timers.set(() => task(), delay);
    return () => this.#timers.clear(timer);
  }

  // For the host

  /** The app has loaded: events that waited for listeners are delivered, heard or not. */
  loaded(): void {
    const early = this.early;
    this.early = null;
    if (early === null || early.empty) return;
    this.queue.takeInFront(early);
    this.#turns.wake();
  }

  /** Starts the app. One that was lost, and wants to know, is told that instead. */
  launch(): void {
    const { launch, installed, fell } = this.app;
    if (fell && this.listeners(RESTARTED).length > 0) this.emit(RESTARTED, []);
    else this.emit("app.runtime.onLaunched", [launch]);
    if (installed !== null) this.emit("runtime.onInstalled", [installed]);
  }

  /** Delivers everything that is queued, now. */
  drain(): void {
    while (this.turn());
  }

  /** The tab goes: the app hears of it, and what it does then is still said. */
  suspend(): void {
    if (this.#suspended || this.#app === undefined) return;
    this.#suspended = true;
    this.emit("runtime.onSuspend", []);
    this.drain();
    this.link.flush();
  }

  /** The tab did not go. */
  stays(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    this.emit("runtime.onSuspendCanceled", []);
  }

  // For calls and deliveries

  get batch(): Batch {
    return this.link.batch;
  }

  /** Sends a plain call. */
  send(name: string, args: readonly unknown[], call: PendingCall): void {
    this.batch.call(this.calls.add(call), name, args);
    this.written();
  }

  /** Sends a call that the page has answered: nobody waits for it, so it goes with what the app says to the answer. */
  tell(name: string, args: readonly unknown[], call: Omit<PendingCall, "prompt" | "reply">): void {
    this.batch.tell(this.calls.add({ ...call, reply: nobody, prompt: false }), name, args);
    if (!this.#turns.running) void this.#flushLater();
  }

  /** Ends a send in the page: it will be sent. */
  answerSent(reply: Reply, bytes: number): void {
    this.#add(new SentDelivery(reply, bytes));
  }

  /** Ends a call in the page, after everything that is queued. */
  answer(
    reply: Reply,
    args: readonly unknown[],
    error: string | null,
    heard: ((error: string | null) => void) | null = null,
  ): void {
    this.#add(new ResultDelivery(reply, args, error, heard));
  }

  /** Something was written: it goes out when this turn, or this piece of script, ends. */
  written(): void {
    if (this.#turns.running || this.#awaited) {
      this.#awaited = true;
      return;
    }
    this.#awaited = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#awaited = false;
    this.link.flush();
  }

  /** Sends what nobody waits for, once the promises that were settled have run, unless turns follow. */
  async #flushLater(): Promise<void> {
    if (this.#lingering) return;
    this.#lingering = true;
    await promisesRan();
    this.#lingering = false;
    if (!this.#turns.coming) this.#flush();
  }

  get several(): boolean {
    return this.#realms.size > 1;
  }

  listeners(event: string): readonly RealmSide[] {
    return this.#listeners.get(event) ?? NO_REALMS;
  }

  consumed(socket: Socket, bytes: number): void {
    this.#credit.consumed(socket, bytes);
  }

  /** The session is over: what is owed to it does not matter. */
  forgetCredit(): void {
    this.#credit.clear();
  }

  // Turns

  turn(): boolean {
    try {
      return deliverOne(this.queue);
    } catch (error) {
      reportError(error);
      return !this.queue.empty;
    }
  }

  end(more: boolean): void {
    this.#credit.settle();
    if (this.#awaited) this.#flush();
    else if (!more && !this.batch.empty) void this.#flushLater();
  }

  // From the daemon

  receive(socketId: number, chunk: Chunk, start: number, end: number): void {
    this.#add(new ReceiveDelivery(this, this.sockets.know("tcp", socketId), chunk, start, end));
  }

  datagram(
    socketId: number,
    address: string,
    port: number,
    chunk: Chunk,
    start: number,
    end: number,
  ): void {
    const socket = this.sockets.know("udp", socketId);
    this.#add(new DatagramDelivery(this, socket, chunk, start, end, address, port));
  }

  sent(callId: number, bytes: number): void {
    const call = this.calls.take(callId);
    if (call !== undefined) this.#add(new SentDelivery(call.reply, bytes));
  }

  result(callId: number, args: unknown[], error: string | null): void {
    const call = this.calls.take(callId);
    if (call === undefined) return;
    call.arrived?.(args, error);
    if (error !== null && call.socket !== undefined) {
      call.socket.changed();
      if (call.send) call.socket.trusted = false;
    }
    this.#add(new ResultDelivery(call.reply, args, error, call.heard ?? null));
  }

  abandoned(callId: number): void {
    this.calls.take(callId)?.reply.abandon();
  }

  kept(socketId: number, bytes: number): void {
    this.sockets.find("tcp", socketId)?.kept(bytes);
  }

  broken(socketId: number): void {
    const socket = this.sockets.find("tcp", socketId);
    if (socket !== undefined) socket.trusted = false;
  }

  event(name: string, args: unknown[]): void {
    this.#add(new EventDelivery(this, name, args, noteEvent(this.sockets, name, args)));
  }

  #add(delivery: Parameters<DeliveryList["append"]>[0]): void {
    this.queue.append(delivery);
    this.#turns.wake();
  }
}
