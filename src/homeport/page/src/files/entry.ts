// FileEntry and DirectoryEntry, the callbacks' way to files, over any store.

import { checkArguments, type Kind } from "./arguments.ts";
import { copyOut } from "./foreign.ts";
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
  readonly #root: DirectoryEntry;

  constructor(store: Store) {
    this.#root = new DirectoryEntry(this, store, "/");
  }

  get name(): string {
    return storeOf(this.#root)!.name;
  }
  get root(): DirectoryEntry {
    return this.#root;
  }
}

const stores = new WeakMap<object, Store>();

/** The store that an entry is of, or `undefined` for what is none of ours. */
export function storeOf(entry: unknown): Store | undefined {
  return typeof entry === "object" && entry !== null ? stores.get(entry) : undefined;
}

export abstract class Entry {
  readonly #filesystem: FileSystem;
  readonly #fullPath: string;
  readonly #store: Store;

  constructor(filesystem: FileSystem, store: Store, fullPath: string) {
    this.#filesystem = filesystem;
    this.#fullPath = fullPath;
    this.#store = store;
    stores.set(this, store);
  }

  abstract get isFile(): boolean;
  abstract get isDirectory(): boolean;
  get name(): string {
    return nameOf(this.#fullPath);
  }
  get fullPath(): string {
    return this.#fullPath;
  }
  get filesystem(): FileSystem {
    return this.#filesystem;
  }

  getMetadata(done: (metadata: Metadata) => unknown, failed?: Failed): void {
    const metadata = async () => {
      const { modified, size } = await found(this.#store, this.fullPath);
      return new Metadata(modified, size);
    };
    tell(metadata, done, failed);
  }

  getParent(done: Done<DirectoryEntry>, failed?: Failed): void {
    tell(
      async () => {
        const path = parentOf(this.fullPath);
        await found(this.#store, path);
        return new DirectoryEntry(this.filesystem, this.#store, path);
      },
      done,
      failed,
    );
  }

  remove(done: Done<void>, failed?: Failed): void {
    tell(
      async () => {
        if (!this.#store.writable) throw readOnly();
        const full = this.isDirectory && (await this.#store.list(this.fullPath)).length > 0;
        if (this.fullPath === "/" || full) throw failure("invalid");
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
        if (!this.#store.writable) throw readOnly();
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
    const target = stores.get(parent);
    if (target === undefined) {
      return await copyOut(this.#store, this.fullPath, parent, name ?? this.name) as unknown as Entry;
    }
    if (!target.writable) throw readOnly();
    const path = resolve(parent.fullPath, name ?? this.name);
    if (target === this.#store && (path === this.fullPath || path.startsWith(`${this.fullPath}/`))) {
      throw failure("invalid");
    }
    await copyTree(this.#store, this.fullPath, target, path);
    return this.isFile
      ? new FileEntry(parent.filesystem, target, path)
      : new DirectoryEntry(parent.filesystem, target, path);
  }
}

export class FileEntry extends Entry {
  get isFile(): boolean {
    return true;
  }
  get isDirectory(): boolean {
    return false;
  }

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
        return new FileWriter(store, this.fullPath, size);
      },
      done,
      failed,
    );
  }
}

export class Metadata {
  readonly #modified: Date;
  readonly #size: number;

  constructor(modified: Date, size: number) {
    this.#modified = modified;
    this.#size = size;
  }

  get modificationTime(): Date {
    return this.#modified;
  }
  get size(): number {
    return this.#size;
  }
}

/** As many entries as Chromium gives at a time. */
const BATCH = 100;

export class DirectoryReader {
  readonly #all: () => Promise<Entry[]>;
  #left: Promise<Entry[]> | null = null;
  #busy = false;

  constructor(all: () => Promise<Entry[]>) {
    this.#all = all;
  }

  /** The next entries; none at the end. */
  readEntries(done: (entries: Entry[]) => unknown, failed?: Failed): void {
    const busy = this.#busy;
    this.#busy = true;
    const entries = async () => {
      if (busy) throw failure("state");
      try {
        return (await (this.#left ??= this.#all())).splice(0, BATCH);
      } finally {
        this.#busy = false;
      }
    };
    tell(entries, done, failed);
  }
}

export class DirectoryEntry extends Entry {
  get isFile(): boolean {
    return false;
  }
  get isDirectory(): boolean {
    return true;
  }

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
  throw failure("notFound");
}

/** Whether what is asked for has to be made. */
async function missing(store: Store, path: string, kind: Status["kind"], flags: Flags): Promise<boolean> {
  if (flags.create && (!store.writable || (path === "/" && kind === "file"))) throw readOnly();
  const status = await store.status(path);
  if (status !== null) {
    if (flags.create && flags.exclusive) throw failure("exists");
    if (status.kind !== kind) throw failure("mismatch");
    return false;
  }
  if (!flags.create || (await found(store, parentOf(path))).kind !== "directory") await found(store, path);
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

type Check = readonly [kinds: readonly Kind[], required: number];
const ENDS: readonly Kind[] = ["callback", "callback"];

/**
 * Makes a class look as Chromium's do, whose names no script can find: its instances call themselves `tag`, are made by
 * `Object` as far as they say, and its methods check their arguments.
 */
function dress(made: { prototype: object }, tag: string, checks: Readonly<Record<string, Check>> = {}): void {
  const { prototype } = made;
  for (const [name, looks] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (name === "constructor") looks.value = Object;
    else looks.enumerable = true;
    if (check !== undefined) looks.value = checked(made, name, tag, looks.value, check);
    Object.defineProperty(prototype, name, looks);
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: tag, configurable: true });
}

function checked(
  made: { prototype: object },
  name: string,
  tag: string,
  method: (...args: unknown[]) => unknown,
  [kinds, required]: Check,
) {
  return {
    [name](this: object, ...args: unknown[]): unknown {
      if (!Object.prototype.isPrototypeOf.call(made.prototype, this)) {
        throw new TypeError("Illegal invocation");
      }
      return method.apply(this, checkArguments(name, tag, args, kinds, required));
    },
  }[name]!;
}

dress(FileSystem, "DOMFileSystem");
dress(Metadata, "Metadata");
dress(DirectoryReader, "DirectoryReader", { readEntries: [ENDS, 1] });
dress(Entry, "Entry", {
  getMetadata: [ENDS, 1],
  getParent: [ENDS, 0],
  remove: [ENDS, 1],
  copyTo: [["DirectoryEntry", "text", ...ENDS], 1],
  moveTo: [["DirectoryEntry", "text", ...ENDS], 1],
});
dress(FileEntry, "FileEntry", { file: [ENDS, 1], createWriter: [ENDS, 1] });
dress(DirectoryEntry, "DirectoryEntry", {
  getFile: [["text", "FileSystemFlags", ...ENDS], 1],
  getDirectory: [["text", "FileSystemFlags", ...ENDS], 1],
  removeRecursively: [ENDS, 1],
});
