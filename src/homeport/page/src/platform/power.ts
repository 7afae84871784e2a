// chrome.power over the browser's wake lock. Only the page that is seen can hold one; it is taken again then.

import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";

interface Sentinel {
  release(): Promise<void>;
}

class KeepAwake {
  #wanted = false;
  #held: Sentinel | null = null;

  request(): void {
    this.#wanted = true;
    void this.take();
  }

  release(): void {
    this.#wanted = false;
    void this.#held?.release();
    this.#held = null;
  }

  async take(): Promise<void> {
    const { wakeLock } = navigator as { wakeLock?: { request(kind: "screen"): Promise<Sentinel> } };
    if (!this.#wanted || wakeLock === undefined || document.visibilityState !== "visible") return;
    // Refused on a low battery, say; there is nothing that an app could do about it.
    this.#held = await wakeLock.request("screen").catch(() => null);
  }
}

function awakeOf(realm: Realm): KeepAwake {
  const { shared } = realm.hub;
  let awake = shared.get("power") as KeepAwake | undefined;
  if (awake === undefined) {
    awake = new KeepAwake();
    shared.set("power", awake);
  }
  return awake;
}

export const power: Platform = {
  implement: (realm) => ({
    "power.releaseKeepAwake": () => awakeOf(realm).release(),
    "power.requestKeepAwake": () => awakeOf(realm).request(),
  }),
  start(realm) {
    if (realm.hub.app.host !== "browser") return;
    document.addEventListener("visibilitychange", () => void awakeOf(realm).take());
  },
};
