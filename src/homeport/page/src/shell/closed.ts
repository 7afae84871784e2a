// The tab when the app has no window, not yet or no more: what is so, and a way to open the app again.

import type { Hub } from "../hub/hub.ts";
import { whenBody } from "./notice.ts";

let shown: HTMLElement | null = null;

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
