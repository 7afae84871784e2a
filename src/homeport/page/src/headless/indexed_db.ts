// `indexedDB` of the app's pages. What makes it is a script of its own (idb/main.ts), compiled at the first use: most
// apps have none. It sees a global with nothing but what it needs, whatever the app does to its own.

import vm from "node:vm";
import { describe, placeOf } from "./callsite.ts";
import type { Databases, Host, Owner } from "../idb/host.ts";
import type { Frame, Host as FrameHost } from "./frame.ts";
import { lazily } from "./globals.ts";
import type { Link } from "./link.ts";
import { adopt, prototypesOf } from "./post_message.ts";

// The runtime's own, before the app gets others.
const later = globalThis.setImmediate;
// deno-lint-ignore no-explicit-any
const { serialize, deserialize } = (Deno as any)[(Deno as any).internal].core;

const CLASSES = [
  ...[
    "IDBCursor",
    "IDBCursorWithValue",
    "IDBDatabase",
    "IDBFactory",
    "IDBIndex",
    "IDBKeyRange",
    "IDBObjectStore",
  ],
  ...["IDBOpenDBRequest", "IDBRequest", "IDBTransaction", "IDBVersionChangeEvent"],
];

export class IndexedDB {
  #databases: Databases | null = null;
  readonly #owners = new Map<Frame, Owner>();

  /** `script` is the text of the bundle. */
  constructor(
    private readonly link: Link,
    private readonly host: FrameHost,
    private readonly script: string,
  ) {}

  /** Whether something is being read or written. */
  get busy(): boolean {
    return this.#databases?.busy ?? false;
  }

  /** Gives a frame its `indexedDB`, and the classes. */
  furnish(frame: Frame): void {
    lazily(frame.global, "indexedDB", () => this.#make().factoryFor(this.#owner(frame)));
    for (const name of CLASSES) lazily(frame.global, name, () => this.#make().classes[name]);
  }

  /** A frame has gone. */
  dismiss(frame: Frame): void {
    const owner = this.#owners.get(frame);
    if (owner === undefined) return;
    this.#owners.delete(frame);
    this.#databases!.left(owner);
  }

  #make(): Databases {
    if (this.#databases !== null) return this.#databases;
    const scope = { setImmediate: this.#later, make: null as ((host: Host) => Databases) | null };
    const script = new vm.Script(`(function (globalThis) {${this.script}\n})`, {
      filename: "homeport:indexed_db.js",
    });
    script.runInThisContext()(scope);
    return this.#databases = scope.make!({
      ask: (args, body) => this.link.request("indexedDB", args, body),
      later: this.#later,
      serialize,
      deserialize,
      warn: (text) => this.host.print("error", "app:0", text),
    });
  }

  readonly #later = (work: () => void): void => {
    later(() => {
      try {
        work();
      } catch (error) {
        // What several listeners threw has been reported one by one.
        if (!(error instanceof AggregateError)) this.host.print("error", placeOf(error), describe(error));
      }
    });
  };

  #owner(frame: Frame): Owner {
    const prototypes = frame.isMain ? null : prototypesOf(frame.global);
    const owner: Owner = {
      run: (work) => frame.closed || frame.run(work),
      report: (error) => frame.report(error),
      adopt: (value) => prototypes === null ? value : adopt(value, prototypes),
    };
    this.#owners.set(frame, owner);
    return owner;
  }
}
