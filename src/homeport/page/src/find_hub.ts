// Finds the app's hub from one of its frames: at the top, where the shell is, at the opener, or at its top.
// Not at the parent: an app's window and its background page have none.

import { HUB, type HubSide } from "./seam.ts";

type Holder = Window & { [HUB]?: HubSide };

/** The nearest hub, or `null` when this page does not run inside an app. */
export function findHub(start: Window): HubSide | null {
  const seen = new Set<Window>();
  const open: Window[] = [start];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    if (seen.has(at)) continue;
    seen.add(at);
    try {
      const hub = (at as Holder)[HUB];
      if (hub !== undefined) return hub;
      if (at.top) open.push(at.top);
      if (at.opener) open.push(at.opener);
    } catch {
      // Another origin: the app was embedded, which its headers forbid, or opened by a foreign page.
    }
  }
  return null;
}
