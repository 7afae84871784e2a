// What the databases need of the page that they are bundled for; see headless/indexed_db.ts.

/** What became of a request: a status as in HTTP, details and bytes. */
export interface Answer {
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

export interface Host {
  /** Asks who keeps what is to last. */
  ask(args: unknown[], body?: Uint8Array): Promise<Answer>;
  /** A task of its own. */
  later(work: () => void): void;
  /** A value without blobs as bytes, and back. */
  serialize(value: unknown): Uint8Array<ArrayBuffer>;
  deserialize(bytes: Uint8Array): unknown;
  warn(text: string): void;
}

/** A frame of the app: what a database does for it happens in it. */
export interface Owner {
  run(work: () => void): void;
  /** Reports an error of one of its listeners. */
  report(error: unknown): void;
  /** Makes a fresh clone one of the frame's own objects. */
  adopt(value: unknown): unknown;
}

/** What the bundle gives: a factory for each frame, the classes of all. */
export interface Databases {
  factoryFor(owner: Owner): object;
  readonly classes: Readonly<Record<string, unknown>>;
  /** A frame has gone: nothing of it keeps a database open. */
  left(owner: Owner): void;
  /** Whether a transaction is under way. */
  readonly busy: boolean;
}

/** Thrown where what is to last was not kept. */
export class NotKept extends Error {
  constructor(readonly errorName: "QuotaExceededError" | "UnknownError", text: string) {
    super(text);
  }
}
