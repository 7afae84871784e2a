// FileWriter: changes a file, a step at a time, and tells of it by events.

import { HandlerTarget } from "../handlers.ts";
import { checkArguments } from "./arguments.ts";
import { failure, readOnly, type Store } from "./store.ts";

const INIT = 0, WRITING = 1, DONE = 2;
const EVENTS = ["writestart", "progress", "write", "abort", "error", "writeend"] as const;
/** After so many bytes Chromium tells of progress for the first time. */
const FIRST_PART = 32_768;

/** What a step makes of the file, and of the place to write at. */
interface Change {
  readonly content: Blob;
  readonly position: number;
}
type Make = (old: Blob) => Change;

export class FileWriter extends HandlerTarget {
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
  /** Of what is being written now. */
  #written = 0;
  #all = 0;

  constructor(private readonly store: Store, private readonly path: string, length: number) {
    super();
    this.length = length;
  }

  /** Writes at the position, and goes on behind it. */
  write(data: Blob): void {
    checkArguments("write", "FileWriter", arguments, ["Blob"]);
    const [at, { size }] = [this.position, data];
    this.#change(size, (old) => {
      const parts = [old.slice(0, at), data, old.slice(at + size)];
      return { content: new Blob(parts, { type: old.type }), position: at + size };
    }, (length) => {
      const parts = size === 0 ? [0] : [Math.min(size, FIRST_PART), size];
      for (const part of parts) {
        if (this.readyState !== WRITING) return; // aborted
        this.#written = part;
        this.position = at + part;
        this.length = Math.max(length, this.position);
        this.#tell("progress");
      }
    });
  }

  /** Makes the file this long: cut, or filled with zeros. */
  truncate(size: number): void {
    checkArguments("truncate", "FileWriter", arguments, ["number"]);
    this.#change(0, (old) => {
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

  /** `progress` tells of it, once all is written; it is given the length that the file had. */
  #change(size: number, make: Make, progress: (length: number) => void = () => {}): void {
    this.#idle();
    this.readyState = WRITING;
    this.error = null;
    this.#written = 0;
    this.#all = size;
    const step = ++this.#step;
    const length = this.length;
    this.#run(make).then(
      (done) => {
        if (step !== this.#step) return;
        progress(length);
        if (step !== this.#step) return;
        this.length = done.content.size;
        this.position = done.position;
        this.#end("write");
      },
      (error) => {
        if (step !== this.#step) return;
        this.error = error;
        this.#end("error");
      },
    );
    this.#tell("writestart");
  }

  async #run(make: Make): Promise<Change> {
    // Chromium gives a writer for any file, and refuses what it writes.
    if (!this.store.writable) throw readOnly();
    const change = make(await this.store.read(this.path));
    await this.store.write(this.path, change.content);
    return change;
  }

  #end(event: string): void {
    this.readyState = DONE;
    this.#tell(event);
    this.#tell("writeend");
    this.store.settled?.(this.path);
  }

  #tell(name: string): void {
    this.dispatchEvent(
      new ProgressEvent(name, { lengthComputable: true, loaded: this.#written, total: this.#all }),
    );
  }
}

FileWriter.define(EVENTS);
Object.defineProperty(FileWriter.prototype, Symbol.toStringTag, { value: "FileWriter", configurable: true });
