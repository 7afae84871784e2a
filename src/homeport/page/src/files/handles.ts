// Files and folders of the user's, where the browser has the File System Access API.

import { nameOf, parentOf, type Status, type Store } from "./store.ts";

type Mode = { mode: "read" | "readwrite" };

/** What the DOM's types leave out. */
interface Permitted {
  queryPermission?(mode: Mode): Promise<PermissionState>;
  requestPermission?(mode: Mode): Promise<PermissionState>;
}

type Handle = (FileSystemFileHandle | FileSystemDirectoryHandle) & Permitted;

export class HandleStore implements Store {
  readonly name: string;
  writable = false;

  /** A folder is the root; a file is alone in it. */
  constructor(readonly handle: Handle) {
    this.name = handle.name;
  }

  /** Whether it may be written; asks the user if nobody has. */
  async allowWriting(): Promise<boolean> {
    const state = await this.handle.requestPermission?.({ mode: "readwrite" }) ?? "granted";
    this.writable = state === "granted";
    return this.writable;
  }

  async status(path: string): Promise<Status | null> {
    const found = await this.#find(path).catch(() => null);
    if (found === null) return path === "/" ? { kind: "directory", size: 0, modified: new Date() } : null;
    if (found.kind === "directory") return { kind: "directory", size: 0, modified: new Date() };
    const file = await found.getFile();
    return { kind: "file", size: file.size, modified: new Date(file.lastModified) };
  }

  async list(path: string): Promise<string[]> {
    if (this.handle.kind === "file") return [this.handle.name];
    const names: string[] = [];
    const folder = await this.#folder(path) as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };
    for await (const name of folder.keys()) names.push(name);
    return names.sort();
  }

  async read(path: string): Promise<File> {
    return await (await this.#find(path) as FileSystemFileHandle).getFile();
  }

  async write(path: string, content: Blob): Promise<void> {
    const file = this.handle.kind === "file"
      ? this.handle
      : await (await this.#folder(parentOf(path))).getFileHandle(nameOf(path), { create: true });
    const stream = await file.createWritable();
    await stream.write(content);
    await stream.close();
  }

  async makeDirectory(path: string): Promise<void> {
    await (await this.#folder(parentOf(path))).getDirectoryHandle(nameOf(path), { create: true });
  }

  async remove(path: string): Promise<void> {
    await (await this.#folder(parentOf(path))).removeEntry(nameOf(path), { recursive: true });
  }

  async #find(path: string): Promise<FileSystemFileHandle | FileSystemDirectoryHandle> {
    if (this.handle.kind === "file") {
      if (path !== `/${this.handle.name}`) throw new Error(path);
      return this.handle;
    }
    if (path === "/") return this.handle;
    const folder = await this.#folder(parentOf(path));
    return await folder.getFileHandle(nameOf(path)).catch(() => folder.getDirectoryHandle(nameOf(path)));
  }

  async #folder(path: string): Promise<FileSystemDirectoryHandle> {
    let at = this.handle as FileSystemDirectoryHandle;
    for (const name of path.split("/").filter(Boolean)) at = await at.getDirectoryHandle(name);
    return at;
  }
}
