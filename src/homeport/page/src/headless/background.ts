// The background page: the app's start, its idle time, its end.

import { Hub } from "../hub/hub.ts";
import { type App, HUB } from "../seam.ts";
import { named, placeIn, setBase, tidy } from "./callsite.ts";
import { type Level, makeConsole } from "./console.ts";
import { Frame, type Host } from "./frame.ts";
import { dress, hideRuntime, type Surroundings, takeWebClasses } from "./globals.ts";
import { IndexedDB } from "./indexed_db.ts";
import type { Link } from "./link.ts";
import { makeNavigator } from "./location.ts";
import { Page } from "./page.ts";
import { makePostMessage } from "./post_message.ts";
import { Resources } from "./resources.ts";
import { indexedDB, shim, SHIM_URL } from "./texts.ts";
import { TimerTable } from "./timers.ts";
import { watchErrors } from "./uncaught.ts";
import { makeWorker, WorkerTable } from "./worker.ts";
import { WebTable } from "./web_table.ts";
import { makeWebSocket, WebSocketTable } from "./websocket.ts";
import { HeadlessWindows } from "./windows.ts";

// The runtime's own, before the page gets others.
// deno-lint-ignore no-explicit-any
const devtools: Console | undefined = (Deno as any)[(Deno as any).internal]?.core?.v8Console;
const every = globalThis.setInterval;
const now = performance.now.bind(performance);
const wallClock = Date.now;

/** What keeps an event page loaded. */
export interface Activity {
  /** Whether the daemon has still to answer something. */
  readonly waits: boolean;
  /** How many callbacks and events the app has heard. */
  readonly turns: number;
}

/** An alarm of the app's; see platform/alarms.ts. */
export interface Alarm {
  readonly scheduledTime: number;
}

export interface Boot {
  /** Whether the app's CSP allows `eval`. */
  readonly eval: boolean;
  /** Whether the app was launched, or is only loaded again for an event. */
  readonly launch: boolean;
  /** Whether DevTools may be connected: they show the console, too. */
  readonly inspect: boolean;
  /** Seconds without anything to do after which the page may be unloaded; `null`: it stays. They may become fewer. */
  idle: number | null;
  /** The alarms that the page's last load was left with. */
  readonly alarms: readonly Alarm[];
}

export class BackgroundPage implements Host {
  readonly baseUrl: string;
  readonly evalAllowed: boolean;
  readonly #timers = new TimerTable();
  readonly #sockets: WebSocketTable;
  readonly #requests: WebTable;
  #webClasses: PropertyDescriptorMap = {};
  readonly resources: Resources;
  readonly #windows = new HeadlessWindows(this);
  readonly #frames = new Map<Frame, Page>();
  readonly #workers: WorkerTable;
  readonly #indexedDB: IndexedDB;
  /** How many turns there had been when the parent was told that the page is idle. */
  #idleAfter = 0;

  constructor(
    readonly hub: Hub,
    private readonly link: Link,
    private readonly app: App,
    private readonly boot: Boot,
    private readonly activity: Activity,
  ) {
    hub.shared.set("keptAlarms", boot.alarms);
    this.baseUrl = app.baseUrl;
    this.evalAllowed = boot.eval;
    this.#requests = new WebTable(link);
    this.resources = new Resources(link, this.#requests, app.baseUrl, (url, reason) => {
      this.print("error", "app:0", `Failed to load resource: ${reason} (${named(url)})`);
    });
    this.#sockets = new WebSocketTable(link, (url, reason) => {
      this.print("error", "app:0", `WebSocket connection to '${url}' failed: ${reason}`);
    });
    const { acceptLanguages: languages, platform: { os }, baseUrl } = app;
    const about = { baseUrl, evalAllowed: boot.eval, languages, os };
    this.#workers = new WorkerTable({
      link,
      resources: this.resources,
      sockets: this.#sockets,
      requests: this.#requests,
      about,
      refused: (reason) => this.print("error", "app:0", `A Worker cannot start: ${reason}.`),
    });
    this.#indexedDB = new IndexedDB(link, this, indexedDB());
    setBase(app.baseUrl);
  }

  print(level: Level, where: string, text: string): void {
    this.link.tell("console", level, where === "app:0" ? placeIn(text) : where, tidy(text));
  }

  /** Makes the page, runs the app, launches it. */
  async start(): Promise<void> {
    const path = this.app.background ?? "_generated_background_page.html";
    const frame = new Frame(this, globalThis, true, this.baseUrl + path);
    const scripts = this.#scripts();
    const html = scripts === null ? await this.html(frame.url) : generated(scripts);
    const page = new Page(frame, this.resources, html);
    hideRuntime(globalThis);
    this.#webClasses = takeWebClasses(globalThis);
    this.hub.windows.host = this.#windows;
    this.furnish(frame, page);
    watchErrors(frame);
    if (scripts === null) await page.loadDocument();
    else await page.loadScripts(scripts);
    this.#launch();
  }

  /** Makes a global into a page of the app, with its `chrome`. */
  furnish(frame: Frame, page: Page, sizes: Readonly<Record<string, number>> = {}): void {
    if (!frame.isMain) Object.defineProperties(frame.global, this.#webClasses);
    this.#frames.set(frame, page);
    dress(frame, page, this.#surroundings(frame, page));
    this.#indexedDB.furnish(frame);
    Object.assign(frame.global, sizes);
    Object.defineProperty(frame.global, HUB, { value: this.hub, configurable: true });
    frame.runScript(shim(), SHIM_URL);
  }

  /** A frame has gone. */
  dismiss(frame: Frame): void {
    this.#timers.dropOwner(frame);
    this.#frames.get(frame)?.resources.drop();
    this.#frames.delete(frame);
    this.#workers.dropOwner(frame);
    this.#indexedDB.dismiss(frame);
  }

  /** What a frame is surrounded with. */
  #surroundings(frame: Frame, page: Page): Surroundings {
    return {
      console: makeConsole(
        (level, where, text) => this.print(level, where, text),
        this.boot.inspect ? devtools : undefined,
      ),
      timers: this.#timers.functions(
        frame,
        (handler, args) => frame.run(handler, args),
        (code) => frame.compile(code),
      ),
      postMessage: makePostMessage(frame, () => this.#frames.keys()),
      navigator: makeNavigator(this.app.acceptLanguages, this.app.platform.os),
      windowClasses: {
        WebSocket: makeWebSocket(this.#sockets, (url) => page.resolve(url)),
        Worker: makeWorker(this.#workers, frame, (url) => page.resolve(url)),
      },
    };
  }

  #scripts(): readonly string[] | null {
    const { app } = this.app.manifest as { app?: { background?: { scripts?: string[]; page?: string } } };
    return app?.background?.page === undefined ? app?.background?.scripts ?? [] : null;
  }

  /** The text of a page, empty where there is none. */
  async html(url: string): Promise<string> {
    const html = await this.resources.html(url);
    return html ?? generated([]);
  }

  #launch(): void {
    const { hub } = this;
    hub.loaded();
    if (this.boot.launch) hub.launch();
    hub.enqueue(() => this.link.tell("ready"));
    if (this.boot.idle !== null) this.#watchIdle();
  }

  /** Tells the parent once nothing has happened for a while: no event, no open call, no window. */
  #watchIdle(): void {
    const after = (): number => this.boot.idle! * 1000;
    let quietSince = now();
    let seen = -1;
    every(() => {
      const { turns, waits } = this.activity;
      if (turns !== seen || waits || this.#busy()) quietSince = now();
      seen = turns;
      if (now() - quietSince < after()) return;
      quietSince = now();
      this.#idleAfter = turns;
      this.link.tell("idle");
    }, Math.min(1000, after() / 4));
  }

  /** A window, a request, a WebSocket, or an alarm that rings before the page would be idle again. */
  #busy(): boolean {
    const soon = wallClock() + this.boot.idle! * 1000;
    return this.#windows.size > 0 || this.link.waiting || this.#sockets.size > 0 || this.#requests.size > 0 ||
      this.#indexedDB.busy || this.#alarms().some(({ scheduledTime }) => scheduledTime < soon);
  }

  #alarms(): readonly Alarm[] {
    const clock = this.hub.shared.get("alarms") as { all(): readonly Alarm[] } | undefined;
    return clock?.all() ?? [];
  }

  /** The page shall be unloaded: the app hears of it, unless it has been told something since it was idle. */
  suspend(): void {
    this.hub.enqueue(() => {
      const { turns, waits } = this.activity;
      if (turns !== this.#idleAfter || waits || this.#busy()) {
        this.link.tell("busy");
        return;
      }
      this.hub.emit("runtime.onSuspend", []);
      this.hub.enqueue(() => this.link.tell("suspended", this.#alarms()));
    });
  }
}

function generated(scripts: readonly string[]): string {
  const tags = scripts.map((path) => `<script src="${path.replaceAll('"', "&quot;")}"></script>`);
  return `<!doctype html><html><head></head><body>\n${tags.join("\n")}</body></html>`;
}
