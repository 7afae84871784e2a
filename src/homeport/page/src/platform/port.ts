// A port of chrome.runtime.connect: one end in each frame, joined by texts of JSON.

import { type ApiEvent, eventObject, EventState } from "../binding/event.ts";
import type { Realm } from "../binding/realm.ts";

/** One end of a connection, as the other end sees it. */
export interface Far {
  message(json: string): void;
  disconnected(): void;
}

export class Port {
  /** What the app sees. */
  readonly object: {
    sender: unknown;
    onMessage: ApiEvent;
    onDisconnect: ApiEvent;
    name: string;
    disconnect(): void;
    postMessage(message: unknown): void;
  };
  /** This end, for the other one. */
  readonly far: Far;
  readonly #realm: Realm;
  readonly #messages = new EventState();
  readonly #ends = new EventState();
  #others: Far[] = [];
  #open = true;
  /** What was said before the other end was there. */
  #early: string[] | null = [];

  constructor(realm: Realm, name: string, sender: unknown) {
    this.#realm = realm;
    this.object = {
      sender,
      onMessage: eventObject(this.#messages),
      onDisconnect: eventObject(this.#ends),
      name,
      disconnect: () => this.#disconnect(),
      postMessage: (message) => this.#post(message),
    };
    this.far = {
      message: (json) => this.#tell(json),
      disconnected: () => this.#ended(),
    };
  }

  /** The other ends are there. */
  joined(others: Far[]): void {
    this.#others = others;
    const early = this.#early ?? [];
    this.#early = null;
    for (const json of early) for (const other of others) other.message(json);
    if (!this.#open) { for (const other of others) other.disconnected(); }
  }

  #post(message: unknown): void {
    if (!this.#open) throw new Error("Attempting to use a disconnected port object");
    let json: string;
    try {
      json = JSON.stringify(message) ?? "null";
    } catch {
      throw new TypeError("Could not serialize message.");
    }
    this.#realm.hub.enqueue(() => {
      if (this.#early !== null) this.#early.push(json);
      else for (const other of this.#others) other.message(json);
    });
  }

  #disconnect(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#realm.hub.enqueue(() => {
      for (const other of this.#others) other.disconnected();
    });
  }

  #tell(json: string): void {
    if (!this.#open || !this.#realm.alive) return;
    this.#messages.dispatch([JSON.parse(json), this.object]);
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#realm.alive) this.#ends.dispatch([this.object]);
  }
}
