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

class WebStore extends MemoryStore {
  constructor(name: string, private readonly type: typeof NAMES[number]) {
    super(name);
  }

  override url(path: string): string {
    return super.url(path) ?? addressOf(this.type) + path.slice(1);
  }
}

function request(realm: Realm, type: number, done: unknown, failed: unknown): void {
  if (type !== 0 && type !== 1) return tell(failed, failure("invalid"));
  tell(done, new FileSystem(storeOf(realm, type)));
}

function tell(callback: unknown, value: unknown): void {
  queueMicrotask(() => typeof callback === "function" && callback(value));
}

/** The entry at an address such as `filesystem:http://…/temporary/a.txt`. */
async function resolveUrl(realm: Realm, url: string, done: unknown, failed: unknown): Promise<void> {
  const type = NAMES.findIndex((name) => url.startsWith(addressOf(name)));
  if (type < 0) return tell(failed, failure("encoding"));
  const system = new FileSystem(storeOf(realm, type as 0 | 1));
  const path = url.slice(addressOf(NAMES[type]!).length - 1);
  try {
    tell(done, await entryAt(system, storeOf(realm, type as 0 | 1), decodeURIComponent(path)));
  } catch (error) {
    tell(failed, error);
  }
}

function addressOf(name: typeof NAMES[number]): string {
  return `filesystem:${location.origin}/${name.toLowerCase()}/`;
}

/** One for all frames. */
function storeOf(realm: Realm, type: 0 | 1): MemoryStore {
  const key = `files ${type}`;
  const store = realm.hub.shared.get(key) ?? new WebStore(`${realm.hub.app.id}:${NAMES[type]}`, NAMES[type]);
  realm.hub.shared.set(key, store);
  return store as MemoryStore;
}

function give(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
