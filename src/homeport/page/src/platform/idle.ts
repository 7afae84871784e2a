// chrome.idle, as far as a page can know: from what the user does in the app.

import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import { answer } from "./shape.ts";

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

class Watch {
  #last = Date.now();
  #interval = 60;
  #state = "active";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: (state: string) => void) {
    this.#wait();
  }

  state(interval: number): string {
    return Date.now() - this.#last >= interval * 1000 ? "idle" : "active";
  }

  setInterval(interval: number): void {
    this.#interval = Math.max(15, interval);
    this.#wait();
  }

  sign(): void {
    this.#last = Date.now();
    if (this.#state !== "active") this.#become("active");
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const left = this.#last + this.#interval * 1000 - Date.now();
    this.#timer = setTimeout(() => {
      if (this.#state === "active" && this.state(this.#interval) === "idle") this.#become("idle");
      this.#wait();
    }, Math.max(1000, left));
  }

  #become(state: string): void {
    this.#state = state;
    this.changed(state);
  }
}

function watchOf(realm: Realm): Watch {
  const { shared } = realm.hub;
  const hub = realm.hub;
  let watch = shared.get("idle") as Watch | undefined;
  if (watch === undefined) {
    watch = new Watch((state) => hub.emit("idle.onStateChanged", [state]));
    shared.set("idle", watch);
  }
  return watch;
}

export const idle: Platform = {
  implement: (realm) => ({
    "idle.queryState": answer(realm, ([seconds]) => watchOf(realm).state(seconds as number)),
    "idle.setDetectionInterval": ([seconds]) => watchOf(realm).setInterval(seconds as number),
  }),
  start(realm) {
    if (realm.hub.app.host !== "browser" || realm.chrome.idle === undefined) return;
    const watch = watchOf(realm);
    for (const sign of SIGNS) addEventListener(sign, () => watch.sign(), { capture: true, passive: true });
  },
};
