// An app and a hub that keeps what it is asked, for tests of one frame's side.

import { buildRealm } from "../../src/homeport/page/src/binding/chrome.ts";
import type { Realm } from "../../src/homeport/page/src/binding/realm.ts";
import { output } from "../../src/homeport/page/src/binding/report.ts";
import { WindowTable } from "../../src/homeport/page/src/hub/windows.ts";
import { runtime } from "../../src/homeport/page/src/platform/runtime.ts";
import type { App, HubSide, RealmSide, Reply } from "../../src/homeport/page/src/seam.ts";

/** A frame with the platform APIs that need no document. */
export function realmOf(hub: HubSide): Realm {
  return buildRealm(hub, [runtime]);
}

export const APP_ID = "nadbahcfddmajihjiogckcphgjogklbh";

export function appOf(changes: Partial<App> = {}): App {
  return {
    id: APP_ID,
    manifest: { name: "app", version: "1.0", sockets: {}, permissions: ["storage", "system.network"] },
    messages: {},
    locale: "en_US",
    acceptLanguages: ["en-US", "en"],
    baseUrl: `chrome-extension://${APP_ID}/`,
    background: "_generated_background_page.html",
    platform: { os: "linux", arch: "x86-64", nacl_arch: "x86-64" },
    host: "browser",
    launch: { source: "command_line", isKioskSession: false, isPublicSession: false },
    installed: null,
    restarted: false,
    fell: false,
    alarms: [],
    grace: 30_000,
    keep: 600_000,
    options: {},
    ...changes,
  };
}

export interface MadeCall {
  name: string;
  args: readonly unknown[];
  reply: Reply;
}

/** Keeps calls; `run` plays the queue. */
export class RecordingHub implements HubSide {
  readonly secret = null;
  readonly calls: MadeCall[] = [];
  readonly listening = new Map<string, Set<RealmSide>>();
  readonly windows = new WindowTable({ enqueue: (task) => this.enqueue(task), drain: () => this.run() });
  readonly shared = new Map<string, unknown>();
  readonly #tasks: (() => void)[] = [];

  constructor(readonly app: App = appOf()) {}

  attach(_realm: RealmSide): void {}
  detach(_realm: RealmSide): void {}

  listens(realm: RealmSide, event: string, any: boolean): void {
    const realms = this.listening.get(event) ?? new Set();
    this.listening.set(event, realms);
    if (any) realms.add(realm);
    else realms.delete(realm);
  }

  call(name: string, args: readonly unknown[], reply: Reply): void {
    this.calls.push({ name, args, reply });
  }

  emit(event: string, args: readonly unknown[]): void {
    this.enqueue(() => this.listening.get(event)?.forEach((realm) => realm.event(event, args)));
  }

  suspend(): void {}

  enqueue(task: () => void): void {
    this.#tasks.push(task);
  }

  /** What waits for its time, by how long. */
  readonly later = new Map<number, () => void>();

  after(delay: number, task: () => void): () => void {
    this.later.set(delay, task);
    return () => void this.later.delete(delay);
  }

  run(): void {
    for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) task();
  }
}

/** Runs `body` and returns what it wrote to the console, as lines of `level: text`. */
export async function consoleLines(body: () => void | Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const kept = { ...output };
  output.error = (...args: unknown[]) => void lines.push(`error: ${args.join(" ")}`);
  output.warn = (...args: unknown[]) => void lines.push(`warn: ${args.join(" ")}`);
  try {
    await body();
    await new Promise((done) => setTimeout(done)); // what settled promises have to say
  } finally {
    Object.assign(output, kept);
  }
  return lines;
}
