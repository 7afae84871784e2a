// Where the hub (one per app, in the shell page or the headless host) and the realms (one per frame) meet.
// Each side is compiled from its own script and talks to the other only through these interfaces, because a
// frame's code must make the objects that the frame's app sees.

import type { Chunk } from "./wire/chunk.ts";

/**
 * So many rounds of settled promises belong to the callback or event that settled them: `lastError` is seen in them,
 * and nothing is delivered before they have run. Each `async` function on the way takes up to three.
 */
export const PROMISE_ROUNDS = 64;

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
  /** Whether the page before this one was lost without a word. */
  readonly fell: boolean;
  /** The alarms that an earlier page was left with. */
  readonly alarms: readonly unknown[];
  /** Milliseconds that a page which lost its connection is waited for, and that persistent sockets live after that. */
  readonly grace: number;
  readonly keep: number;
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
  /** There is no daemon that could answer. `error` is the text of `lastError`. */
  lost(error: string): void;
  /** Chromium never answers this call. */
  abandon(): void;
}

/** A frame, as the hub sees it. Everything is called from the queue, never inside an API call. */
export interface RealmSide {
  /** Tells the frame's listeners. `args` are the hub's objects: copy them. */
  event(name: string, args: readonly unknown[]): void;
  /** `sockets.tcp.onReceive` with the bytes of `message` from `start` to `end`. */
  received(socketId: number, chunk: Chunk, start: number, end: number): void;
  /** `sockets.udp.onReceive`, likewise. */
  datagram(
    socketId: number,
    address: string,
    port: number,
    chunk: Chunk,
    start: number,
    end: number,
  ): void;
}

/** The hub, as a frame sees it. */
export interface HubSide {
  readonly app: App;
  /** What the daemon knows this tab by; `null` without a browser. */
  readonly secret: string | null;
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
  /** The tab goes, as the first of its pages notices. */
  suspend(): void;
  /** Runs something after everything that is queued; for platform APIs that answer in the page. */
  enqueue(task: () => void): void;
  /** Runs `task` after so many milliseconds, whether the frame that asks is still there or not; gives its end. */
  after(delay: number, task: () => void): () => void;
  /** The app's windows. */
  readonly windows: WindowsSide;
  /** What the platform files of all frames have in common, by the name of the file that keeps it. */
  readonly shared: Map<string, unknown>;
}

/** A place and size in CSS pixels. */
export interface Bounds {
  left: number;
  top: number;
  width: number;
  height: number;
}

export type WindowState = "normal" | "minimized" | "maximized" | "fullscreen";

/** What an app asks for when it makes a window; sizes are of the page, without a frame around it. */
export interface WindowSpec {
  /** Empty for a window that has no name. */
  readonly id: string;
  readonly url: string;
  readonly bounds: Partial<Bounds>;
  readonly min: { readonly width?: number; readonly height?: number };
  readonly max: { readonly width?: number; readonly height?: number };
  readonly state: WindowState;
  readonly hidden: boolean;
  readonly focused: boolean;
  readonly resizable: boolean;
  readonly alwaysOnTop: boolean;
  /** False for `frame: "none"`. */
  readonly framed: boolean;
  /** What its frame was to look like, as 0xRRGGBB. */
  readonly colors: { readonly active: number; readonly inactive: number } | null;
}

/** What a host does for one window. */
export interface HostWindow {
  /** The page's global object; `null` where there is none any more. */
  readonly contentWindow: object | null;
  /** Neither hidden nor minimized. */
  readonly visible: boolean;
  /** It was visible once, and is so no more. What was not yet seen does not say that it is hidden, as in Chromium. */
  readonly concealed: boolean;
  /** The page's place and size. */
  bounds(): Bounds;
  /** How much larger the whole window is than its page. */
  frameSize(): { readonly width: number; readonly height: number };
  setBounds(bounds: Partial<Bounds>): void;
  state(): WindowState;
  setState(state: WindowState): void;
  show(focused: boolean): void;
  hide(): void;
  focus(): void;
  setAlwaysOnTop(on: boolean): void;
  drawAttention(on: boolean): void;
  /** Takes the window away; its page is gone afterwards. */
  remove(): void;
}

/** What a host tells about one window, as things happen. */
export interface WindowEvents {
  /** The window has another place or size. */
  bounds(): void;
  state(state: WindowState): void;
  /** The user closes it. */
  close(): void;
  /** The page was loaded, whether or not it has a shim in it. */
  loaded(): void;
  /** There is no such page. */
  missing(): void;
}

/** How a host makes windows. */
export interface WindowHost {
  open(spec: WindowSpec, events: WindowEvents): HostWindow;
}

/** An `AppWindow`, and what tells its listeners. */
export interface WindowFace {
  readonly object: object;
  /** `onClosed`, `onBoundsChanged`, …: the event's name without the `on`, as `Closed`. */
  tell(event: string): void;
}

/** One window of the app, as its frames see it. */
export interface AppWindowEntry {
  readonly spec: WindowSpec;
  readonly host: HostWindow;
  alwaysOnTop: boolean;
  closed: boolean;
  /** The one `AppWindow`, made by the first frame that needs it. */
  face: WindowFace | null;
  close(): void;
}

/** The windows, as a frame sees them. */
export interface WindowsSide {
  /** The global object of the background page, once it is there. */
  background: object | null;
  /** Makes a window, or finds the open one of that id; `make` gives the object where its page makes none. */
  create(spec: WindowSpec, make: (entry: AppWindowEntry) => WindowFace, reply: Reply): void;
  /** The window whose page this global object is. */
  of(global: object): AppWindowEntry | null;
  /** The page of a window has its `chrome`: whoever made the window is told, before the page's first line. */
  ready(entry: AppWindowEntry): void;
  get(id: string): AppWindowEntry | null;
  all(): readonly AppWindowEntry[];
}

/** Whether the app is all that its screen shows. */
export const isKiosk = ({ launch }: App): boolean => launch.isKioskSession === true;

/** Where a frame finds the hub: a property of the window that has it. The registry is shared by all frames. */
export const HUB: unique symbol = Symbol.for("homeport.hub") as never;
