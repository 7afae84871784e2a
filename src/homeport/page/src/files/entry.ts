// FileEntry and DirectoryEntry, the callbacks' way to files, over any store.

import { failure, nameOf, parentOf, readOnly, resolve, type Status, type Store } from "./store.ts";
import { FileWriter } from "./writer.ts";

type Done<T> = ((value: T) => unknown) | null | undefined;
type Failed = ((error: DOMException) => unknown) | null | undefined;

interface Flags {
  create?: boolean;
  exclusive?: boolean;
}

/** Runs `work`; its end goes to one of the callbacks, whose own exceptions are the app's. */
function tell<T>(work: () => Promise<T>, done: Done<T>, failed: Failed): void {
  work().then(
    (value) => queueMicrotask(() => done?.(value)),
    (error) => queueMicrotask(() => failed?.(error)),
  );
}

/** The tree that an entry is of. */
export class FileSystem {
  readonly name: string;
  readonly root: DirectoryEntry;

  constructor(store: Store) {
    this.name = store.name;
    this.root = new DirectoryEntry(this, store, "/");
  }
}

const stores = new WeakMap<object, Store>();

/** The store that an entry is of, or `undefined` for what is none of ours. */
export function storeOf(entry: unknown): Store | undefined {
  return typeof entry === "object" && entry !== null ? stores.get(entry) : undefined;
}

export abstract class Entry {
  abstract readonly isFile: boolean;
  abstract readonly isDirectory: boolean;
  readonly name: string;
  readonly #store: Store;

  constructor(readonly filesystem: FileSystem, store: Store, readonly fullPath: string) {
    this.#store = store;
    this.name = nameOf(fullPath);
    stores.set(this, store);
  }

  getMetadata(done: (metadata: { modificationTime: Date; size: number }) => unknown, failed?: Failed): void {
    const metadata = async () => {
      const { modified, size } = await found(this.#store, this.fullPath);
      return { modificationTime: modified, size };
    };
    tell(metadata, done, failed);
  }

  getParent(done: Done<DirectoryEntry>, failed?: Failed): void {
    const parent = new DirectoryEntry(this.filesystem, this.#store, parentOf(this.fullPath));
    tell(() => Promise.resolve(parent), done, failed);
  }

  remove(done: Done<void>, failed?: Failed): void {
    tell(
      async () => {
        if (this.fullPath === "/") throw failure("InvalidModificationError", "The root stays.");
        if (this.isDirectory && (await this.#store.list(this.fullPath)).length > 0) {
          throw failure("InvalidModificationError", "The directory is not empty.");
        }
        await this.#store.remove(this.fullPath);
      },
      done,
      failed,
    );
  }

  copyTo(parent: DirectoryEntry, name?: string | null, done?: Done<Entry>, failed?: Failed): void {
    tell(() => this.#copy(parent, name), done, failed);
  }

  moveTo(parent: DirectoryEntry, name?: string | null, done?: Done<Entry>, failed?: Failed): void {
    tell(
      async () => {
        const copy = await this.#copy(parent, name);
        await this.#store.remove(this.fullPath);
        return copy;
      },
      done,
      failed,
    );
  }

  toURL(): string {
    return this.#store.url?.(this.fullPath) ?? `filesystem:${this.filesystem.name}${this.fullPath}`;
  }

  async #copy(parent: DirectoryEntry, name: string | null | undefined): Promise<Entry> {
    const target = stores.get(parent)!;
    const path = resolve(parent.fullPath, name ?? this.name);
    if (target === this.#store && (path === this.fullPath || path.startsWith(`${this.fullPath}/`))) {
      throw failure("InvalidModificationError", "An entry cannot go into itself.");
    }
    await copyTree(this.#store, this.fullPath, target, path);
    return this.isFile
      ? new FileEntry(parent.filesystem, target, path)
      : new DirectoryEntry(parent.filesystem, target, path);
  }
}

export class FileEntry extends Entry {
  readonly isFile = true;
  readonly isDirectory = false;

  file(done: (file: File) => unknown, failed?: Failed): void {
    const store = stores.get(this)!;
    tell(
      async () => {
        await found(store, this.fullPath);
        return await store.read(this.fullPath);
      },
      done,
      failed,
    );
  }

  createWriter(done: (writer: FileWriter) => unknown, failed?: Failed): void {
    const store = stores.get(this)!;
    tell(
      async () => {
        const { size } = await found(store, this.fullPath);
        if (!store.writable) throw readOnly();
        return new FileWriter(store, this.fullPath, size);
      },
      done,
      failed,
    );
  }
}

/** As many entries as Chromium gives at a time. */
const BATCH = 100;

export class DirectoryReader {
  #left: Promise<Entry[]> | null = null;

  constructor(private readonly all: () => Promise<Entry[]>) {}

  /** The next entries; none at the end. */
  readEntries(done: (entries: Entry[]) => unknown, failed?: Failed): void {
    this.#left ??= this.all();
    const left = this.#left;
    tell(async () => (await left).splice(0, BATCH), done, failed);
  }
}

export class DirectoryEntry extends Entry {
  readonly isFile = false;
  readonly isDirectory = true;

  getFile(path: string, flags?: Flags | null, done?: Done<FileEntry>, failed?: Failed): void {
    tell(
      async () => {
        const store = stores.get(this)!;
        const full = resolve(this.fullPath, path);
        if (await missing(store, full, "file", flags ?? {})) await store.write(full, new Blob());
        return new FileEntry(this.filesystem, store, full);
      },
      done,
      failed,
    );
  }

  getDirectory(path: string, flags?: Flags | null, done?: Done<DirectoryEntry>, failed?: Failed): void {
    tell(
      async () => {
        const store = stores.get(this)!;
        const full = resolve(this.fullPath, path);
        if (await missing(store, full, "directory", flags ?? {})) await store.makeDirectory(full);
        return new DirectoryEntry(this.filesystem, store, full);
      },
      done,
      failed,
    );
  }

  createReader(): DirectoryReader {
    return new DirectoryReader(() => this.#entries());
  }

  removeRecursively(done: Done<void>, failed?: Failed): void {
    tell(() => stores.get(this)!.remove(this.fullPath), done, failed);
  }

  async #entries(): Promise<Entry[]> {
    const store = stores.get(this)!;
    const names = await store.list(this.fullPath);
    return await Promise.all(
      names.map((name) => entryAt(this.filesystem, store, resolve(this.fullPath, name))),
    );
  }
}

/** The entry of what is at a path. */
export async function entryAt(system: FileSystem, store: Store, path: string): Promise<Entry> {
  const { kind } = await found(store, path);
  return kind === "file" ? new FileEntry(system, store, path) : new DirectoryEntry(system, store, path);
}

async function found(store: Store, path: string): Promise<Status> {
  const status = await store.status(path);
  if (status !== null) return status;
  throw failure("NotFoundError", "A requested file or directory could not be found.");
}

/** Whether what is asked for has to be made. */
async function missing(store: Store, path: string, kind: Status["kind"], flags: Flags): Promise<boolean> {
  const status = await store.status(path);
  if (status !== null) {
    if (flags.create && flags.exclusive) {
      throw failure("InvalidModificationError", "There is an entry of this name.");
    }
    if (status.kind !== kind) {
      throw failure("TypeMismatchError", "The path supplied exists, but was not an entry of requested type.");
    }
    return false;
  }
  if (!flags.create || (await found(store, parentOf(path))).kind !== "directory") await found(store, path);
  if (!store.writable) throw readOnly();
  return true;
}

async function copyTree(from: Store, path: string, to: Store, target: string): Promise<void> {
  const { kind } = await found(from, path);
  if (kind === "file") return await to.write(target, await from.read(path));
  await to.makeDirectory(target);
  for (const name of await from.list(path)) {
    await copyTree(from, resolve(path, name), to, resolve(target, name));
  }
}
