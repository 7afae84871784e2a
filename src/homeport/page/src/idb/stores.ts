// The library's own databases, stores and indexes: their shapes, their classes, and what is kept of them.

import { IDBFactory } from "fake-indexeddb";
import type { Host } from "./host.ts";
import { keyOf, valueOf } from "./codec.ts";

export interface Entry {
  key?: unknown;
  value: unknown;
}

interface Entries {
  get(key: unknown): Entry | undefined;
  put(entry: Entry): void;
  values(range: unknown): Iterable<Entry>;
}

export interface RawIndex {
  name: string;
  keyPath: string | string[];
  multiEntry: boolean;
  unique: boolean;
  initialized: boolean;
  storeRecord(record: Entry): void;
}

export interface RawStore {
  deleted: boolean;
  name: string;
  keyPath: string | string[] | null;
  autoIncrement: boolean;
  keyGenerator: { num: number } | null;
  records: Entries;
  rawIndexes: Map<string, RawIndex>;
  storeRecord(record: Entry, noOverwrite: boolean, log?: unknown[]): unknown;
  deleteRecord(key: unknown, log?: unknown[]): void;
  clear(log?: unknown[]): void;
}

export interface RawDatabase {
  name: string;
  version: number;
  rawObjectStores: Map<string, RawStore>;
  transactions: unknown[];
  connections: { close(): void }[];
}

/** The classes, which the library does not give out. */
export interface Kinds {
  Database: new (name: string, version: number) => RawDatabase;
  Store: new (
    database: RawDatabase,
    name: string,
    keyPath: RawStore["keyPath"],
    autoIncrement: boolean,
  ) => RawStore;
  Index: new (
    store: RawStore,
    name: string,
    keyPath: RawIndex["keyPath"],
    multiEntry: boolean,
    unique: boolean,
  ) => RawIndex;
}

/** Finds the classes, by a database that nobody else sees. */
export function findKinds(): Promise<Kinds> {
  const request = new IDBFactory().open("kinds");
  return new Promise((resolve) => {
    request.onupgradeneeded = () => {
      // deno-lint-ignore no-explicit-any
      const database = request.result as any;
      const store = database.createObjectStore("store");
      const index = store.createIndex("index", "path");
      resolve({
        Database: database._rawDatabase.constructor,
        Store: store._rawObjectStore.constructor,
        Index: index._rawIndex.constructor,
      });
      request.transaction!.abort();
    };
  });
}

// Each store has a number under which its records are kept: a name may change.

const ids = new WeakMap<RawStore, number>();
const lastIds = new WeakMap<RawDatabase, number>();

export const idOf = (store: RawStore): number => ids.get(store)!;

interface About {
  last: number;
  stores: {
    id: number;
    name: string;
    keyPath: RawStore["keyPath"];
    next: number | null;
    indexes: Pick<RawIndex, "name" | "keyPath" | "multiEntry" | "unique">[];
  }[];
}

/** What is kept of a database beside its records, and the numbers of its stores. */
export function describe(database: RawDatabase): { about: string; stores: number[] } {
  for (const store of database.rawObjectStores.values()) {
    if (ids.has(store)) continue;
    const id = (lastIds.get(database) ?? 0) + 1;
    lastIds.set(database, id);
    ids.set(store, id);
  }
  const about: About = {
    last: lastIds.get(database) ?? 0,
    stores: [...database.rawObjectStores.values()].map((store) => ({
      id: idOf(store),
      name: store.name,
      keyPath: store.keyPath,
      next: store.keyGenerator?.num ?? null,
      indexes: [...store.rawIndexes.values()].map(({ name, keyPath, multiEntry, unique }) => ({
        name,
        keyPath,
        multiEntry: Boolean(multiEntry),
        unique: Boolean(unique),
      })),
    })),
  };
  return { about: JSON.stringify(about), stores: about.stores.map(({ id }) => id) };
}

/** Makes a database as it was described, still without records; its stores by their numbers. */
export function rebuild(
  kinds: Kinds,
  name: string,
  version: number,
  text: string,
): { database: RawDatabase; stores: Map<number, RawStore> } {
  const about: About = JSON.parse(text);
  const database = new kinds.Database(name, version);
  const stores = new Map<number, RawStore>();
  lastIds.set(database, about.last);
  for (const { id, name, keyPath, next, indexes } of about.stores) {
    const store = new kinds.Store(database, name, keyPath, next !== null);
    if (next !== null) store.keyGenerator!.num = next;
    for (const each of indexes) {
      const index = new kinds.Index(store, each.name, each.keyPath, each.multiEntry, each.unique);
      index.initialized = true;
      store.rawIndexes.set(each.name, index);
    }
    ids.set(store, id);
    stores.set(id, store);
    database.rawObjectStores.set(name, store);
  }
  return { database, stores };
}

/** Puts a kept record where it was. */
export function restore(host: Host, store: RawStore, key: string, bytes: Uint8Array): void {
  const record = { key: keyOf(key), value: valueOf(host, bytes) };
  store.records.put(record);
  for (const index of store.rawIndexes.values()) index.storeRecord(record);
}
