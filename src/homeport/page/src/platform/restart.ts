// chrome.runtime.restart and restartAfterDelay. They are for kiosks, and start the app anew there: the device that
// ChromeOS restarts with it is more than an app's here.

import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import { isKiosk } from "../seam.ts";
import { answer } from "./shape.ts";

const NOT_KIOSK = "Function available only for ChromeOS kiosk mode.";
const TIMER = "runtime.restart";
const CANCEL = -1;

export function restarts(realm: Realm, reload: () => void): Record<string, Implementation> {
  const { hub } = realm;
  return {
    "runtime.restart": () => isKiosk(hub.app) ? reload() : undefined,
    "runtime.restartAfterDelay": answer(realm, ([seconds]) => {
      if (!isKiosk(hub.app)) throw new Error(NOT_KIOSK);
      const delay = seconds as number;
      if (delay <= 0 && delay !== CANCEL) throw new Error(`Invalid argument: ${delay}.`);
      (hub.shared.get(TIMER) as (() => void) | undefined)?.();
      if (delay !== CANCEL) hub.shared.set(TIMER, hub.after(delay * 1000, reload));
    }),
  };
}
