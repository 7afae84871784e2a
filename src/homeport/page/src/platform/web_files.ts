// The web's own old file systems, webkitRequestFileSystem and its kin, in memory where the browser has none.

import type { Realm } from "../binding/realm.ts";
import { entryAt, FileSystem } from "../files/entry.ts";
import { MemoryStore } from "../files/memory.ts";
import { failure } from "../files/store.ts";
import type { Platform } from "./mod.ts";

const QUOTA = 2 ** 30;
const NAMES = ["Temporary", "Persistent"] as const;

type Quota = (granted: number) => void;

const storage = {
  requestQuota: (bytes: number, granted?: Quota) => queueMicrotask(() => granted?.(Math.min(bytes, QUOTA))),
  queryUsageAndQuota: (told?: (used: number, quota: number) => void) => {
    queueMicrotask(() => told?.(0, QUOTA));
  },
};

export const webFiles: Platform = {
  start(realm) {
    give(globalThis, "TEMPORARY", 0);
    give(globalThis, "PERSISTENT", 1);
    give(
      globalThis,
      "webkitRequestFileSystem",
      (type: number, _size: number, done?: unknown, failed?: unknown) => request(realm, type, done, failed),
    );
    give(
      globalThis,
      "webkitResolveLocalFileSystemURL",
      (url: string, done?: unknown, failed?: unknown) => void resolveUrl(realm, String(url), done, failed),
    );
    if (typeof navigator === "undefined") return;
    give(navigator, "webkitPersistentStorage", storage);
    give(navigator, "webkitTemporaryStorage", storage);
  },
};

/** What Chromium takes a file for, by the end of its name; whatever else is written into it. */
const KINDS: Readonly<Record<string, string>> = {
  ...{ css: "text/css", csv: "text/csv", htm: "text/html", html: "text/html", js: "text/javascript" },
  ...{ json: "application/json", txt: "text/plain", xml: "text/xml", pdf: "application/pdf" },
  ...{ gif: "image/gif", jpeg: "image/jpeg", jpg: "image/jpeg", png: "image/png", svg: "image/svg+xml" },
  ...{ webp: "image/webp", mp3: "audio/mpeg", mp4: "video/mp4", webm: "video/webm", zip: "application/zip" },
};

class WebStore extends MemoryStore {
  /** The address of a path's content, and which content that is. */
  readonly #addresses = new Map<string, readonly [url: string, content: Blob]>();

  constructor(name: string, private readonly type: typeof NAMES[number]) {
    super(name);
  }

  override async read(path: string): Promise<File> {
    const file = await super.read(path);
    const type = KINDS[file.name.split(".").pop()!.toLowerCase()] ?? "";
    return new File([file], file.name, { type, lastModified: file.lastModified });
  }

  override url(path: string): string {
    const node = this.nodes.get(path);
    if (node?.kind !== "file") return addressOf(this.type) + path.slice(1);
    const known = this.#addresses.get(path);
    if (known?.[1] === node.content) return known[0];
    const url = URL.createObjectURL(node.content);
    this.#addresses.set(path, [url, node.content]);
    return url;
  }

  /** The path of what has that address. */
  pathOf(url: string): string | null {
    const start = addressOf(this.type);
    if (url.startsWith(start)) return decodeURIComponent(url.slice(start.length - 1));
    return [...this.#addresses].find(([, [address]]) => address === url)?.[0] ?? null;
  }
}

function request(realm: Realm, type: number, done: unknown, failed: unknown): void {
  if (type !== 0 && type !== 1) return tell(failed, failure("invalid"));
  tell(done, new FileSystem(storeOf(realm, type)));
}

function tell(callback: unknown, value: unknown): void {
  queueMicrotask(() => typeof callback === "function" && callback(value));
}

/** The entry at an address such as `filesystem:http://…/temporary/a.txt`, or at what `toURL` gave. */
async function resolveUrl(realm: Realm, url: string, done: unknown, failed: unknown): Promise<void> {
  try {
    for (const store of [storeOf(realm, 0), storeOf(realm, 1)]) {
      const path = store.pathOf(url);
      if (path !== null) return tell(done, await entryAt(new FileSystem(store), store, path));
    }
    tell(failed, failure(URL.canParse(url) ? "security" : "encoding"));
  } catch (error) {
    tell(failed, error);
  }
}

function addressOf(name: typeof NAMES[number]): string {
  return `filesystem:${location.origin}/${name.toLowerCase()}/`;
}

/** One for all frames. */
function storeOf(realm: Realm, type: 0 | 1): WebStore {
  const key = `files ${type}`;
  const store = realm.hub.shared.get(key) ?? new WebStore(`${realm.hub.app.id}:${NAMES[type]}`, NAMES[type]);
  realm.hub.shared.set(key, store);
  return store as WebStore;
}

function give(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
