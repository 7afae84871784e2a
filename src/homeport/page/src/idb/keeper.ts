// What is to last: databases as they are read when they are first opened, and the changes of each transaction.

import type { Changes } from "./changes.ts";
import { type Answer, type Host, NotKept } from "./host.ts";
import { describe, type Kinds, type RawDatabase, rebuild, restore } from "./stores.ts";

type Place = [store: number, key: string, size: number];

export class Keeper {
  /** The state of each database as it is kept; see src/homeport/storage/_indexed.py. */
  readonly #tokens = new WeakMap<RawDatabase, string>();
  /** One change after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly host: Host, private readonly kinds: Promise<Kinds>) {}

  /** Reads a database with all that is in it; `null`: there is none. */
  async load(name: string): Promise<RawDatabase | null> {
    const kinds = await this.kinds;
    const { details } = await this.#ask(["find", nameText(name)]);
    if (details.token === undefined) return null;
    const { version, about, token } = details as { version: number; about: string; token: string };
    const { database, stores } = rebuild(kinds, name, version, about);
    for (let after: [number, string] | null = null;;) {
      const { details, body } = await this.#ask(["read", nameText(name), token, after]);
      const places = details.records as Place[];
      if (places.length === 0) break;
      let at = 0;
      for (const [store, key, size] of places) {
        restore(this.host, stores.get(store)!, key, body.subarray(at, at += size));
        after = [store, key];
      }
    }
    this.#tokens.set(database, token);
    return database;
  }

  /** Keeps what a transaction changed: all of it once this ends, or nothing if it throws. */
  keep(database: RawDatabase, changes: Changes | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const { about, stores } = describe(database);
      let last: Uint8Array = new Uint8Array(0);
      let at = 0;
      for await (const piece of changes?.pieces(this.host) ?? []) {
        if (last.length > 0) await this.#ask(["stage", at], last);
        at += last.length;
        last = piece;
      }
      const token = this.#tokens.get(database) ?? null;
      const change = ["change", at, nameText(database.name), token, database.version, about, stores];
      const { details } = await this.#ask(change, last);
      this.#tokens.set(database, details.token as string);
    });
  }

  delete(name: string): Promise<void> {
    return this.#inTurn(async () => void await this.#ask(["delete", nameText(name)]));
  }

  async names(): Promise<{ name: string; version: number }[]> {
    const { details } = await this.#ask(["names"]);
    return (details.databases as [string, number][]).map(([name, version]) => ({
      name: JSON.parse(name),
      version,
    }));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #ask(args: unknown[], body?: Uint8Array): Promise<Answer> {
    const answer = await this.host.ask(args, body);
    if (answer.status === 200) return answer;
    const reason = `${answer.details.reason}`;
    this.host.warn(`indexedDB: ${reason}`);
    throw new NotKept(answer.status === 507 ? "QuotaExceededError" : "UnknownError", reason);
  }
}

/** Well formed, whatever the name is. */
const nameText = (name: string): string => JSON.stringify(name);
