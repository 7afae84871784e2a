// The web's own old file systems, webkitRequestFileSystem and its kin, in memory where the browser has none.

import type { Realm } from "../binding/realm.ts";
import { FileSystem } from "../files/entry.ts";
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

/** The older form has the type first. */
const storageInfo = {
  TEMPORARY: 0,
  PERSISTENT: 1,
  requestQuota: (_type: number, bytes: number, granted?: Quota) => storage.requestQuota(bytes, granted),
  queryUsageAndQuota: (_type: number, told?: (used: number, quota: number) => void) =>
    storage.queryUsageAndQuota(told),
};

export const webFiles: Platform = {
  start(realm) {
    give(globalThis, "TEMPORARY", 0);
    give(globalThis, "PERSISTENT", 1);
    give(globalThis, "webkitRequestFileSystem", (type: number, _size: number, done?: unknown) => {
      request(realm, type, done);
    });
    give(
      globalThis,
      "webkitResolveLocalFileSystemURL",
      (_url: string, _done?: unknown, failed?: unknown) => {
        const error = failure("NotFoundError", "A requested file or directory could not be found.");
        queueMicrotask(() => typeof failed === "function" && failed(error));
      },
    );
    give(globalThis, "webkitStorageInfo", storageInfo);
    if (typeof navigator === "undefined") return;
    give(navigator, "webkitPersistentStorage", storage);
    give(navigator, "webkitTemporaryStorage", storage);
  },
};

function request(realm: Realm, type: number, done: unknown): void {
  const system = new FileSystem(storeOf(realm, type === 1 ? 1 : 0));
  queueMicrotask(() => typeof done === "function" && done(system));
}

/** One for all frames. */
function storeOf(realm: Realm, type: 0 | 1): MemoryStore {
  const key = `files ${type}`;
  const store = realm.hub.shared.get(key) ?? new MemoryStore(`${realm.hub.app.id}:${NAMES[type]}`);
  realm.hub.shared.set(key, store);
  return store as MemoryStore;
}

function give(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
