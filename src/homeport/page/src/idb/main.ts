// `indexedDB` for a page without a browser: fake-indexeddb, which keeps everything in memory, and a keeper for what is
// to last. A transaction is complete once what it changed is kept; a database is read when it is first opened.
//
// The bundle is a script of its own, which is compiled where an app uses it: see headless/indexed_db.ts.

import * as library from "fake-indexeddb";
import { changesOf, watch } from "./changes.ts";
import type { Databases, Host, Owner } from "./host.ts";
import { NotKept } from "./host.ts";
import { Keeper } from "./keeper.ts";
import { findKinds, type RawDatabase } from "./stores.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
const {
  IDBFactory,
  IDBRequest,
  IDBTransaction,
  IDBOpenDBRequest,
  IDBDatabase,
  IDBCursor,
  IDBVersionChangeEvent,
} = library as Any;

const failure = (error: unknown): DOMException => {
  const { errorName = "UnknownError", message } = error as NotKept;
  return new DOMException(message, errorName);
};

function make(host: Host): Databases {
  const kinds = findKinds();
  void kinds.then(({ Store }) => watch(Store.prototype));
  const keeper = new Keeper(host, kinds);
  const shared = new Shared(keeper);
  const owners = new WeakMap<object, Owner>();
  completeWhenKept(host, keeper);
  deliverTo(host, owners, shared);
  const classes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(library)) {
    if (!name.startsWith("IDB")) continue;
    classes[name] = Object.defineProperty(value, "name", { value: name });
  }
  return {
    classes,
    get busy() {
      return shared.busy;
    },
    factoryFor: (owner) => new Factory(shared, (request) => owners.set(request, owner)),
    left(owner) {
      for (const { connections } of shared.databases.values()) {
        for (const each of connections) if (owners.get(each) === owner) each.close();
      }
    },
  };
}

/** The databases that were read, for all frames. */
class Shared {
  readonly databases = new Map<string, RawDatabase>();
  readonly queues = new Map<string, Promise<unknown>>();
  readonly deleting = new Map<object, string>();

  constructor(readonly keeper: Keeper) {}

  get busy(): boolean {
    return [...this.databases.values()].some(({ transactions }) => transactions.length > 0);
  }

  /** Has a database read before anything is done with it; `failed` hears that it cannot be. */
  read(name: string, failed: (error: unknown) => void): void {
    const { queues, databases } = this;
    if (queues.has(name)) return;
    const reading = this.keeper.load(name).then((database) => {
      if (database !== null) databases.set(name, database);
    });
    // Who waits in a queue that is given up waits for ever, but has been told.
    queues.set(
      name,
      reading.catch((error) => {
        queues.delete(name);
        failed(error);
        return new Promise(() => {});
      }),
    );
  }
}

class Factory extends IDBFactory {
  readonly #shared: Shared;
  readonly #own: (request: object) => void;

  constructor(shared: Shared, own: (request: object) => void) {
    super();
    this.#shared = shared;
    this.#own = own;
    const hidden = { _databases: shared.databases, _connectionQueues: shared.queues };
    for (const [name, value] of Object.entries(hidden)) {
      Object.defineProperty(this, name, { value, enumerable: false });
    }
  }

  open(...args: unknown[]): object {
    if (args.length > 0) args[0] = `${args[0]}`;
    return this.#asked(args[0] as string, super.open(...args));
  }

  deleteDatabase(...args: unknown[]): object {
    if (args.length > 0) args[0] = `${args[0]}`;
    const request = this.#asked(args[0] as string, super.deleteDatabase(...args));
    this.#shared.deleting.set(request, args[0] as string);
    return request;
  }

  async databases(): Promise<{ name: string; version: number }[]> {
    const { databases } = this.#shared;
    const kept = (await this.#shared.keeper.names()).filter(({ name }) => !databases.has(name));
    return [...kept, ...await super.databases()];
  }

  #asked(name: string, request: Any): object {
    this.#own(request);
    this.#shared.read(name, (error) => fail(request, error));
    return request;
  }
}

/** Tells a request that it has failed. */
function fail(request: Any, error: unknown): void {
  request.result = undefined;
  request.readyState = "done";
  request.error = failure(error);
  request.dispatchEvent(errorEvent());
}

function errorEvent(): Any {
  const event = new IDBVersionChangeEvent("error");
  return Object.assign(event, { bubbles: true, cancelable: true, eventPath: [] });
}

/** A transaction that has nothing left to do is kept before it says that it is complete. */
function completeWhenKept(host: Host, keeper: Keeper): void {
  const { _start: start } = IDBTransaction.prototype;
  const asked = new WeakSet<object>();
  IDBTransaction.prototype._start = function (this: Any): void {
    const done = this._requests.every(({ request }: Any) => request.readyState === "done");
    const changes = changesOf(this._rollbackLog);
    const changed = this.mode === "versionchange" || changes !== undefined;
    if (!done || !changed || this._state === "finished") return start.call(this);
    if (asked.has(this)) return;
    asked.add(this);
    this._started = true;
    this._state = "committing";
    keeper.keep(this.db._rawDatabase, changes).then(
      () => host.later(() => start.call(this)),
      (error) =>
        host.later(() => {
          this._abort(failure(error).name);
        }),
    );
  };
}

/** Events happen in the frame that opened the database, results are its own objects, and errors are seen. */
function deliverTo(host: Host, owners: WeakMap<object, Owner>, shared: Shared): void {
  const target = Object.getPrototypeOf(IDBRequest.prototype);
  const { dispatchEvent: dispatch } = target;
  const ownerOf = (each: Any): Owner | undefined =>
    owners.get(each) ?? owners.get(each.db ?? each.transaction?.db ?? each);
  function deliver(each: Any, event: Any): boolean {
    const owner = ownerOf(each);
    if (owner === undefined) return dispatch.call(each, event);
    if (each instanceof IDBOpenDBRequest && each.result instanceof IDBDatabase) {
      owners.set(each.result, owner);
    }
    let thrown: Any = null;
    let result = true;
    owner.run(() => {
      try {
        result = dispatch.call(each, event);
      } catch (error) {
        thrown = error;
      }
    });
    if (thrown === null) return result;
    for (const error of thrown.errors ?? [thrown]) owner.report(error);
    throw thrown;
  }

  target.dispatchEvent = function (this: Any, event: Any): boolean {
    const name = shared.deleting.get(this);
    if (name === undefined || event.type !== "success") return deliver(this, event);
    shared.deleting.delete(this);
    shared.keeper.delete(name).then(
      () => host.later(() => deliver(this, event)),
      (error) =>
        host.later(() => {
          shared.queues.delete(name); // it is still there
          fail(this, error);
        }),
    );
    return true;
  };

  const { _execRequestAsync: execute } = IDBTransaction.prototype;
  IDBTransaction.prototype._execRequestAsync = function (this: Any, asked: Any): unknown {
    const { operation } = asked;
    const adopting = (): unknown => {
      const result = operation();
      const owner = owners.get(this.db);
      if (result instanceof IDBCursor) owner?.adopt((result as Any).value);
      return owner === undefined ? result : owner.adopt(result);
    };
    return execute.call(this, asked.source ? { ...asked, operation: adopting } : asked);
  };
}

(globalThis as Any).make = make;
