// Where the hub (one per app, in the shell page or the headless host) and the realms (one per frame) meet.
// Each side is compiled from its own script and talks to the other only through these interfaces, because a
// frame's code must make the objects that the frame's app sees.

/** What the daemon says about the app and its host, in `welcome`. */
export interface App {
  readonly id: string;
  readonly manifest: Manifest;
  readonly messages: Readonly<Record<string, unknown>>;
  readonly locale: string;
  readonly acceptLanguages: readonly string[];
  readonly baseUrl: string;
  readonly background: string | null;
  readonly platform: { readonly os: string; readonly arch: string; readonly nacl_arch: string };
  readonly host: "browser" | "headless";
  readonly launch: Readonly<Record<string, unknown>>;
  readonly installed: Readonly<Record<string, unknown>> | null;
  readonly restarted: boolean;
  readonly grace: number;
  /** Switches: `strictChromium` takes back what Homeport does better. */
  readonly options: { readonly strictChromium?: boolean; readonly [name: string]: unknown };
}

export interface Manifest {
  readonly sockets?: unknown;
  readonly permissions?: readonly unknown[];
  readonly [key: string]: unknown;
}

/** How a call ends, told to the realm that made it. Exactly one of these is called, once, from the queue. */
export interface Reply {
  /** The callback's arguments (the hub's objects: copy them) and the text of `lastError`. */
  finish(args: readonly unknown[], error: string | null): void;
  /** A send that was accepted whole: `[{bytesSent, resultCode: 0}]`. */
  sent(bytes: number): void;
  /** Chromium never answers this call. */
  abandon(): void;
}

/** A frame, as the hub sees it. Everything is called from the queue, never inside an API call. */
export interface RealmSide {
  /** Tells the frame's listeners. `args` are the hub's objects: copy them. */
  event(name: string, args: readonly unknown[]): void;
  /** `sockets.tcp.onReceive` with the bytes of `message` from `start` to `end`. */
  received(socketId: number, message: ArrayBuffer, start: number, end: number): void;
  /** `sockets.udp.onReceive`, likewise. */
  datagram(
    socketId: number,
    address: string,
    port: number,
    message: ArrayBuffer,
    start: number,
    end: number,
  ): void;
}

/** The hub, as a frame sees it. */
export interface HubSide {
  readonly app: App;
  attach(realm: RealmSide): void;
  detach(realm: RealmSide): void;
  /** The realm has listeners for the event now, or has none any more. */
  listens(realm: RealmSide, event: string, any: boolean): void;
  /**
   * Makes a call. `args` are complete, `null` for what was left out. Binary values are `Uint8Array`s over the
   * app's memory; they are copied before this returns.
   */
  call(name: string, args: readonly unknown[], reply: Reply): void;
  /** Raises an event in every frame, after everything that is queued. */
  emit(event: string, args: readonly unknown[]): void;
  /** Runs something after everything that is queued; for platform APIs that answer in the page. */
  enqueue(task: () => void): void;
}

/** Where a frame finds the hub: a property of the window that has it. The registry is shared by all frames. */
export const HUB: unique symbol = Symbol.for("homeport.hub") as never;
