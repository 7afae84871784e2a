// chrome.fileSystem: the user's files, chosen by the user.

import type { Realm } from "../binding/realm.ts";
import { unchecked } from "../binding/report.ts";
import { granted } from "../binding/visible.ts";
import { Entry, entryAt, FileSystem, storeOf } from "../files/entry.ts";
import { HandleStore } from "../files/handles.ts";
import { PickedStore } from "../files/memory.ts";
import { PackageStore } from "../files/package.ts";
import type { Store } from "../files/store.ts";
import { pick, type PickOptions } from "./file_picker.ts";
import type { Platform } from "./mod.ts";
import { keep, kept } from "./retained_files.ts";
import { answer, refused } from "./shape.ts";

const CANCELLED = "User cancelled";
const INVALID = "Invalid parameters";
const NO_WINDOW = "Invalid calling page. This function can't be called from a background page.";
const KIOSK = "Operation only supported for kiosk apps running in a kiosk session.";

export const fileSystem: Platform = {
  implement: (realm) => {
    const later = (work: (args: unknown[]) => Promise<unknown>) => settle(realm, work);
    return {
      "fileSystem.chooseEntry": later(([options]) => choose(realm, (options ?? {}) as PickOptions)),
      "fileSystem.getDisplayPath": answer(realm, ([entry]) => picked(entry).fullPath.replace(/^\//, "")),
      "fileSystem.getVolumeList": refused(realm, KIOSK),
      "fileSystem.getWritableEntry": later(([entry]) => writable(realm, entry)),
      "fileSystem.isRestorable": later(async ([id]) => await kept(realm, id as string) !== null),
      "fileSystem.isWritableEntry": answer(
        realm,
        ([entry]) => !isPackaged(entry) && storeOf(picked(entry))!.writable,
      ),
      "fileSystem.requestFileSystem": refused(realm, KIOSK),
      "fileSystem.restoreEntry": later(([id]) => restore(realm, id as string)),
      "fileSystem.retainEntry": ([entry]) => retain(realm, entry),
    };
  },
  start(realm) {
    const own = realm.chrome.fileSystem as Record<string, unknown> | undefined;
    if (own === undefined) return;
    // What these were called when they were new.
    own.getWritableFileEntry = own.getWritableEntry;
    own.isWritableFileEntry = own.isWritableEntry;
    own.chooseFile = own.chooseEntry;
  },
};

/** Answers with what `work` comes to; it begins at once, while the user's click still counts. */
function settle(realm: Realm, work: (args: unknown[]) => Promise<unknown>) {
  return (args: unknown[], reply: { finish(args: readonly unknown[], error: string | null): void }) => {
    work(args).then(
      (value) => realm.hub.enqueue(() => reply.finish(value === undefined ? [] : [value], null)),
      (error) =>
        realm.hub.enqueue(() => reply.finish([], error instanceof Error ? error.message : String(error))),
    );
  };
}

/** An entry that the user picked. The package's, and those of `webkitRequestFileSystem`, are refused. */
function picked(entry: unknown): Entry {
  if (!isPicked(entry)) throw new Error(INVALID);
  return entry as Entry;
}

function isPicked(entry: unknown): boolean {
  const store = storeOf(entry);
  return store instanceof HandleStore || store instanceof PickedStore;
}

function isPackaged(entry: unknown): boolean {
  return storeOf(entry) instanceof PackageStore;
}

/** The id that finds an entry again; what is wrong the console hears, as there is no callback. */
function retain(realm: Realm, entry: unknown): string {
  if (!isPicked(entry)) {
    realm.hub.enqueue(() => unchecked(INVALID));
    if (!isPackaged(entry)) return "";
  }
  return keep(realm, storeOf(entry)!, (entry as Entry).fullPath);
}

function need(realm: Realm, what: string): void {
  if (!granted(`fileSystem.${what}`, realm.hub.app.manifest)) {
    throw new Error(`Operation requires fileSystem.${what} permission`);
  }
}

async function choose(realm: Realm, options: PickOptions): Promise<unknown> {
  const type = options.type ?? "openFile";
  if (type === "openDirectory") need(realm, "directory");
  if (type === "saveFile" || type === "openWritableFile") need(realm, "write");
  if (realm.hub.windows.background === globalThis) throw new Error(NO_WINDOW);
  if (realm.hub.app.host !== "browser") throw new Error(CANCELLED);
  const picked = await pick(options);
  if (picked.length === 0) throw new Error(CANCELLED);
  const wantsWriting = type === "saveFile" || type === "openWritableFile" ||
    (type === "openDirectory" && granted("fileSystem.write", realm.hub.app.manifest));
  if (wantsWriting) { for (const { store } of picked) await allow(store); }
  // Chromium lets an app that may write do so to what it only asked to open; who asks the user does so at the first write.
  if (type === "openFile" && granted("fileSystem.write", realm.hub.app.manifest)) {
    for (const { store } of picked) {
      store.writable = true;
    }
  }
  const entries = await Promise.all(
    picked.map(({ store, path }) => entryAt(new FileSystem(store), store, path)),
  );
  return options.acceptsMultiple && type !== "saveFile" && type !== "openDirectory" ? entries : entries[0];
}

async function allow(store: Store): Promise<boolean> {
  if (store instanceof HandleStore) return await store.allowWriting().catch(() => false);
  store.writable = true;
  return true;
}

async function writable(realm: Realm, given: unknown): Promise<Entry> {
  need(realm, "write");
  const entry = picked(given);
  if (!await allow(storeOf(entry)!)) throw new Error("Cannot get writable file entry");
  return entry;
}

async function restore(realm: Realm, id: string): Promise<Entry> {
  const found = await kept(realm, id);
  if (found === null) throw new Error("Unknown id");
  return await entryAt(new FileSystem(found.store), found.store, found.path);
}
