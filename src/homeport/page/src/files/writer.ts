// FileWriter: changes a file, a step at a time, and tells of it by events.

import { checkArguments } from "./arguments.ts";
import { failure, readOnly, type Store } from "./store.ts";

const INIT = 0, WRITING = 1, DONE = 2;
const EVENTS = ["writestart", "progress", "write", "abort", "error", "writeend"] as const;

export class FileWriter extends EventTarget {
  static readonly INIT = INIT;
  static readonly WRITING = WRITING;
  static readonly DONE = DONE;
  readonly INIT = INIT;
  readonly WRITING = WRITING;
  readonly DONE = DONE;
  readyState = INIT;
  position = 0;
  length: number;
  error: DOMException | null = null;
  #step = 0;

  constructor(private readonly store: Store, private readonly path: string, length: number) {
    super();
    this.length = length;
    for (const name of EVENTS) {
      (this as Record<string, unknown>)[`on${name}`] = null;
      this.addEventListener(name, (event) => {
        const handler = (this as Record<string, unknown>)[`on${name}`];
        if (typeof handler === "function") handler.call(this, event);
      });
    }
  }

  /** Writes at the position, and goes on behind it. */
  write(data: Blob): void {
    checkArguments("write", "FileWriter", arguments, ["Blob"]);
    this.#change((old) => {
      const at = this.position;
      const parts = [old.slice(0, at), data, old.slice(at + data.size)];
      return { content: new Blob(parts, { type: old.type }), position: at + data.size };
    }, ["progress"]);
  }

  /** Makes the file this long: cut, or filled with zeros. */
  truncate(size: number): void {
    checkArguments("truncate", "FileWriter", arguments, ["number"]);
    this.#change((old) => {
      const missing = new Uint8Array(Math.max(0, size - old.size));
      const content = new Blob([old.slice(0, size), missing], { type: old.type });
      return { content, position: Math.min(this.position, size) };
    });
  }

  /** A negative offset counts from the end. */
  seek(offset: number): void {
    checkArguments("seek", "FileWriter", arguments, ["number"]);
    this.#idle();
    const wanted = offset < 0 ? this.length + offset : offset;
    this.position = Math.min(Math.max(0, wanted), this.length);
  }

  abort(): void {
    if (this.readyState !== WRITING) return;
    this.#step++;
    this.error = failure("aborted");
    this.#end("abort");
  }

  #idle(): void {
    if (this.readyState === WRITING) throw failure("writing");
  }

  #change(make: (old: Blob) => { content: Blob; position: number }, events: readonly string[] = []): void {
    this.#idle();
    this.readyState = WRITING;
    this.error = null;
    const step = ++this.#step;
    queueMicrotask(() => this.#tell("writestart"));
    this.#run(make).then(
      () => {
        if (step !== this.#step) return;
        for (const event of events) this.#tell(event);
        this.#end("write");
      },
      (error) => {
        if (step !== this.#step) return;
        this.error = error;
        this.#end("error");
      },
    );
  }

  async #run(make: (old: Blob) => { content: Blob; position: number }): Promise<void> {
    // Chromium gives a writer for any file, and refuses what it writes.
    if (!this.store.writable) throw readOnly();
    const { content, position } = make(await this.store.read(this.path));
    await this.store.write(this.path, content);
    this.length = content.size;
    this.position = position;
  }

  #end(event: string): void {
    this.readyState = DONE;
    this.#tell(event);
    this.#tell("writeend");
    this.store.settled?.(this.path);
  }

  #tell(name: string): void {
    this.dispatchEvent(new ProgressEvent(name, { loaded: this.position, total: this.length }));
  }
}

Object.defineProperty(FileWriter.prototype, Symbol.toStringTag, { value: "FileWriter", configurable: true });
