// The tab when the app has no window, not yet or no more: what is so, and a way to open the app again.

import type { Hub } from "../hub/hub.ts";
import { nobody } from "../hub/calls.ts";
import { whenBody } from "./notice.ts";

/** How long a kiosk app may be between two windows. */
const BETWEEN_WINDOWS = 1000;

let shown: HTMLElement | null = null;
let ending: ReturnType<typeof setTimeout> | undefined;

/** Shows or takes away the offer, as the app has no window or has one. */
export function offerLaunch(hub: Hub): void {
  const wanted = hub.windows.size === 0;
  if (wanted === (shown !== null)) return;
  if (!wanted) {
    shown?.remove();
    shown = null;
    return;
  }
  const place = shown = offer(hub);
  whenBody(() => {
    if (shown === place) document.body.append(place);
  });
}

/** Says that a kiosk app has closed its last window, which ends the session; not if it opens another at once. */
export function endKiosk(hub: Hub): void {
  clearTimeout(ending);
  if (hub.windows.size > 0) return;
  ending = setTimeout(() => hub.call("kiosk.closed", [], nobody), BETWEEN_WINDOWS);
}

function offer(hub: Hub): HTMLElement {
  const name = String(hub.app.manifest.name ?? "The app");
  document.title = name;
  const place = document.createElement("main");
  place.className = "homeport-closed";
  const text = document.createElement("p");
  text.textContent = `${name} has no open window. It still runs while this tab is open.`;
  const button = document.createElement("button");
  button.textContent = "Open a window";
  button.addEventListener("click", () => hub.emit("app.runtime.onLaunched", [hub.app.launch]));
  place.append(text, button);
  return place;
}
