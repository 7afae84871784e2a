// One frame's side: its `chrome` object, its listeners, and the objects that its app is given.

import type { Namespace } from "../schema.gen.ts";
import type { Chunk } from "../wire/chunk.ts";
import type { HubSide, RealmSide } from "../seam.ts";
import { adopt, copyBytes } from "./adopt.ts";
import { type ApiEvent, eventObject, EventState } from "./event.ts";
import { apiFunction, type FunctionContext, type Implementation } from "./function.ts";
import type { Types } from "./types.ts";

export class Realm implements RealmSide, FunctionContext {
  readonly hub: HubSide;
  /** The object that becomes the frame's `chrome`. */
  readonly chrome: Record<string, unknown> = {};
  readonly runtime: Record<string, unknown>;
  readonly types: Types;
  readonly strict: boolean;
  /** False once the frame is gone: nothing reaches it any more. */
  alive = true;
  /** What is to be done when it goes, where others know of it. */
  readonly parting: (() => void)[] = [];
  readonly #events = new Map<string, EventState>();
  readonly #received: EventState;
  readonly #datagrams: EventState;

  /** `namespaces` are the ones that will be defined; they are placed at once, in that order. */
  constructor(hub: HubSide, types: Types, namespaces: readonly string[]) {
    this.hub = hub;
    this.types = types;
    this.strict = hub.app.options.strictChromium === true;
    for (const name of namespaces) this.place(name);
    this.runtime = this.place("runtime");
    this.#received = this.eventState("sockets.tcp.onReceive");
    this.#datagrams = this.eventState("sockets.udp.onReceive");
    hub.attach(this);
  }

  /** The frame goes away. */
  detach(): void {
    this.alive = false;
    this.hub.detach(this);
    for (const part of this.parting) part();
    for (const state of this.#events.values()) state.end();
  }

  /** In a tab a page that is about to go, and is told so, may still call. */
  get gone(): boolean {
    if (this.alive) return false;
    return this.hub.app.host !== "browser" || globalThis.top === null;
  }

  /** The object at a dotted path under `chrome`, made if need be. */
  place(path: string): Record<string, unknown> {
    let object = this.chrome;
    for (const key of path.split(".")) {
      object = (object[key] ??= {}) as Record<string, unknown>;
    }
    return object;
  }

  /** The inside of an event by its full name, such as `runtime.onInstalled`. */
  eventState(name: string): EventState {
    let state = this.#events.get(name);
    if (state === undefined) {
      state = new EventState((any) => this.hub.listens(this, name, any));
      this.#events.set(name, state);
    }
    return state;
  }

  /** An event object, for platform APIs whose events the schema does not list. */
  makeEvent(name: string): ApiEvent {
    return eventObject(this.eventState(name));
  }

  /** Fills a namespace as its schema says; functions without an implementation are calls to the daemon. */
  define(
    name: string,
    shape: Namespace,
    implementations: Readonly<Record<string, Implementation>> = {},
  ): void {
    const place = this.place(name);
    // The order in which Chromium's own objects list their members.
    for (const event of Object.keys(shape.events).reverse()) {
      place[event] = this.makeEvent(`${name}.${event}`);
    }
    for (const key of Object.keys(shape.functions).sort()) {
      const full = `${name}.${key}`;
      const implementation = implementations[full] ?? this.#daemonCall(full);
      place[key] = apiFunction(this, `${shape.prefix ?? name}.${key}`, shape.functions[key]!, implementation);
    }
    for (const key of Object.keys(shape.enums).sort()) {
      const values = Object.entries(shape.enums[key]!).sort(([a], [b]) => a < b ? -1 : 1);
      place[key] = Object.fromEntries(values);
    }
    Object.assign(place, shape.constants);
  }

  #daemonCall(name: string): Implementation {
    return (args, reply) => this.hub.call(name, args, reply);
  }

  event(name: string, args: readonly unknown[]): void {
    this.#events.get(name)?.dispatch(args.map(adopt));
  }

  received(socketId: number, chunk: Chunk, start: number, end: number): void {
    this.#received.tell({ data: copyBytes(chunk.buffer, start, end), socketId });
  }

  datagram(
    socketId: number,
    remoteAddress: string,
    remotePort: number,
    chunk: Chunk,
    start: number,
    end: number,
  ): void {
    const data = copyBytes(chunk.buffer, start, end);
    this.#datagrams.tell({ data, remoteAddress, remotePort, socketId });
  }
}
