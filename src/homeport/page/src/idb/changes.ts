// What each transaction has changed: which records, and which stores it has emptied.

import { IDBKeyRange } from "fake-indexeddb";
import { keyText, valueBytes } from "./codec.ts";
import type { Host } from "./host.ts";
import { idOf, type RawStore } from "./stores.ts";

/** The library's list of what takes a transaction back, by which its stores know it. */
type Log = unknown[];

const PUT = 0;
const DELETE = 1;
const CLEAR = 2;
const HEAD = 13;
/** What is sent at once. */
const PIECE = 4 << 20;

export class Changes {
  readonly #cleared = new Set<RawStore>();
  readonly #touched = new Map<RawStore, Map<string, unknown>>();

  touch(store: RawStore, key: unknown): void {
    let keys = this.#touched.get(store);
    if (keys === undefined) this.#touched.set(store, keys = new Map());
    keys.set(keyText(key), key);
  }

  clear(store: RawStore): void {
    this.#cleared.add(store);
    this.#touched.delete(store);
  }

  /** The changes as they are sent: pieces that are to be joined. Records are as they are at the transaction's end. */
  async *pieces(host: Host): AsyncGenerator<Uint8Array> {
    let piece = new Piece();
    for (const store of this.#cleared) piece.add(CLEAR, idOf(store), "", NOTHING);
    for (const [store, keys] of this.#touched) {
      if (store.deleted) continue;
      for (const [text, key] of keys) {
        const record = store.records.get(key);
        if (record === undefined) piece.add(DELETE, idOf(store), text, NOTHING);
        else piece.add(PUT, idOf(store), text, await valueBytes(host, record.value));
        if (piece.size < PIECE) continue;
        for (const part of parts(piece.bytes())) yield part;
        piece = new Piece();
      }
    }
    yield piece.bytes();
  }
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

class Piece {
  readonly #parts: Uint8Array[] = [];
  size = 0;

  add(what: number, store: number, key: string, value: Uint8Array): void {
    const text = encoder.encode(key);
    const head = new Uint8Array(HEAD);
    const view = new DataView(head.buffer);
    view.setUint8(0, what);
    [store, text.length, value.length].forEach((each, at) => view.setUint32(1 + 4 * at, each, true));
    for (const part of [head, text, value]) {
      this.#parts.push(part);
      this.size += part.length;
    }
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** One record may be larger than what is sent at once. */
function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

const byLog = new WeakMap<Log, Changes>();

/** What the transaction with this log has changed so far. */
export const changesOf = (log: Log): Changes | undefined => byLog.get(log);

function noted(log: Log): Changes {
  let changes = byLog.get(log);
  if (changes === undefined) byLog.set(log, changes = new Changes());
  return changes;
}

/** From now on the library's stores say what is changed in them. What takes a change back touches the same keys. */
export function watch(prototype: RawStore): void {
  const { storeRecord, deleteRecord, clear } = prototype;
  prototype.storeRecord = function (record, noOverwrite, log) {
    try {
      return storeRecord.call(this, record, noOverwrite, log);
    } finally {
      if (log !== undefined && record.key !== undefined) noted(log).touch(this, record.key);
    }
  };
  prototype.deleteRecord = function (key, log) {
    if (log !== undefined) {
      const range = key instanceof IDBKeyRange ? key : IDBKeyRange.only(key);
      for (const record of this.records.values(range)) noted(log).touch(this, record.key);
    }
    deleteRecord.call(this, key, log);
  };
  prototype.clear = function (log) {
    if (log !== undefined) noted(log).clear(this);
    clear.call(this, log);
  };
}
