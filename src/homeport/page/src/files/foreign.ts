// Copies into a file system of the browser's own, such as Chromium's `webkitRequestFileSystem`.

import { failure, resolve, type Store } from "./store.ts";

type Ends<T> = [done: (value: T) => void, failed: (error: unknown) => void];

/** What a directory of the browser's is asked; the types of the web leave its writers out. */
interface Directory {
  getDirectory(name: string, flags: object, ...ends: Ends<Directory>): void;
  getFile(name: string, flags: object, ...ends: Ends<WritableFile>): void;
}

interface WritableFile {
  createWriter(...ends: Ends<Writer>): void;
}

interface Writer {
  onwriteend: (() => void) | null;
  readonly error: unknown;
  truncate(size: number): void;
  write(content: Blob): void;
}

/** Puts what is at a path into `parent`, under that name; the entry that is there then. */
export async function copyOut(from: Store, path: string, parent: unknown, name: string): Promise<object> {
  const status = await from.status(path);
  if (status === null) throw failure("notFound");
  const directory = parent as Directory;
  const create = { create: true };
  if (status.kind === "directory") {
    const made = await new Promise<Directory>((...ends) => directory.getDirectory(name, create, ...ends));
    for (const inner of await from.list(path)) await copyOut(from, resolve(path, inner), made, inner);
    return made;
  }
  const content = await from.read(path);
  const made = await new Promise<WritableFile>((...ends) => directory.getFile(name, create, ...ends));
  const writer = await new Promise<Writer>((...ends) => made.createWriter(...ends));
  await written(writer, () => writer.truncate(0));
  await written(writer, () => writer.write(content));
  return made;
}

function written(writer: Writer, act: () => void): Promise<void> {
  return new Promise((done, failed) => {
    writer.onwriteend = () => writer.error ? failed(writer.error) : done();
    act();
  });
}
