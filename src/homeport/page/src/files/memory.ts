// A tree of files in memory.

import { failure, type Kind, nameOf, parentOf, readOnly, type Status, type Store } from "./store.ts";

interface Node {
  readonly kind: Kind;
  readonly content: Blob;
  readonly modified: Date;
}

export class MemoryStore implements Store {
  writable = true;
  protected readonly nodes = new Map<string, Node>();

  constructor(readonly name: string) {
    this.nodes.set("/", { kind: "directory", content: new Blob(), modified: new Date() });
  }

  /** A file that is there from the start. */
  add(path: string, file: Blob, modified: Date): void {
    this.nodes.set(path, { kind: "file", content: file, modified });
    for (let at = parentOf(path); !this.nodes.has(at); at = parentOf(at)) {
      this.nodes.set(at, { kind: "directory", content: new Blob(), modified });
    }
  }

  status(path: string): Promise<Status | null> {
    const node = this.nodes.get(path);
    const status = node ? { kind: node.kind, size: node.content.size, modified: node.modified } : null;
    return Promise.resolve(status);
  }

  list(path: string): Promise<string[]> {
    const inside = [...this.nodes.keys()].filter((other) => other !== "/" && parentOf(other) === path);
    return Promise.resolve(inside.map(nameOf).sort());
  }

  read(path: string): Promise<File> {
    const { content, modified } = this.nodes.get(path)!;
    const options = { type: content.type, lastModified: modified.getTime() };
    return Promise.resolve(new File([content], nameOf(path), options));
  }

  write(path: string, content: Blob): Promise<void> {
    if (!this.writable) return Promise.reject(readOnly());
    this.nodes.set(path, { kind: "file", content, modified: new Date() });
    return Promise.resolve();
  }

  makeDirectory(path: string): Promise<void> {
    if (!this.writable) return Promise.reject(readOnly());
    this.nodes.set(path, { kind: "directory", content: new Blob(), modified: new Date() });
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    if (!this.writable) return Promise.reject(readOnly());
    if (path === "/") return Promise.reject(failure("invalid"));
    for (const other of [...this.nodes.keys()]) {
      if (other === path || other.startsWith(`${path}/`)) this.nodes.delete(other);
    }
    return Promise.resolve();
  }

  url(path: string): string | null {
    const node = this.nodes.get(path);
    return node?.kind === "file" ? URL.createObjectURL(node.content) : null;
  }
}

/** Files that the user chose where the browser gives no access to them: what is written is downloaded. */
export class PickedStore extends MemoryStore {
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** `download` is given a file once the app has written it. */
  constructor(name: string, private readonly download: (content: Blob, name: string) => void) {
    super(name);
  }

  settled(path: string): void {
    // An app truncates and then writes: that is one download.
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      const node = this.nodes.get(path);
      if (node !== undefined && node.content.size > 0) this.download(node.content, nameOf(path));
    }, 300);
  }
}
