// Entries that an app retains: for as long as it runs, and longer where the browser can keep a handle.

import type { Realm } from "../binding/realm.ts";
import { HandleStore } from "../files/handles.ts";
import type { Store } from "../files/store.ts";

interface Kept {
  readonly store: Store;
  readonly path: string;
}

const DATABASE = "homeport", TABLE = "retained files";

/** Keeps the entry; its id finds it again. */
export function keep(realm: Realm, store: Store, path: string): string {
  const table = tableOf(realm);
  for (const [id, kept] of table) if (kept.store === store && kept.path === path) return id;
  const id = `${realm.hub.app.id}:${crypto.randomUUID()}:${path.slice(1)}`;
  table.set(id, { store, path });
  if (store instanceof HandleStore) {
    void inDatabase("readwrite", (t) => t.put({ handle: store.handle, path }, id));
  }
  return id;
}

export async function kept(realm: Realm, id: string): Promise<Kept | null> {
  const here = tableOf(realm).get(id);
  if (here !== undefined) return here;
  if (realm.hub.app.host !== "browser") return null; // no handles there, and the app's databases are its own
  const row = await inDatabase("readonly", (table) => table.get(id)) as
    | { handle: FileSystemFileHandle; path: string }
    | null
    | undefined;
  if (!row) return null;
  const found = { store: new HandleStore(row.handle), path: row.path };
  tableOf(realm).set(id, found);
  return found;
}

function tableOf(realm: Realm): Map<string, Kept> {
  const table = realm.hub.shared.get("retained files") ?? new Map();
  realm.hub.shared.set("retained files", table);
  return table as Map<string, Kept>;
}

/** What a request in the browser's own database gives; `null` where it fails, or the site may keep nothing. */
function inDatabase(
  mode: IDBTransactionMode,
  ask: (table: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const answer = new Promise((done) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
    opening.onerror = () => done(null);
    opening.onsuccess = () => {
      const request = ask(opening.result.transaction(TABLE, mode).objectStore(TABLE));
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(null);
      request.transaction!.oncomplete = () => opening.result.close();
    };
  });
  return answer.catch(() => null);
}
