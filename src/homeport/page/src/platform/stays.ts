// A page of an app stays where it is: it is not loaded again, and no other takes its place. Addresses of the web open
// in a tab of their own. Places in the page, and frames in it, are gone to as in any page.

import type { Platform } from "./mod.ts";

/** What leads somewhere. Not every browser tells of it. */
interface Leaving extends Event {
  readonly hashChange: boolean;
  readonly downloadRequest: string | null;
  readonly destination: { readonly url: string };
}

export const stays: Platform = {
  start(realm) {
    // A frame that the app made may go where it likes.
    if (realm.hub.app.host !== "browser" || globalThis.parent !== globalThis.top) return;
    const { navigation, open } = globalThis as typeof globalThis & { navigation?: EventTarget };
    navigation?.addEventListener("navigate", (event) => stay(event as Leaving, open));
  },
};

function stay(leaving: Leaving, open: typeof globalThis.open): void {
  if (leaving.hashChange || leaving.downloadRequest !== null || !leaving.cancelable) return;
  const { href, protocol, origin } = new URL(leaving.destination.url);
  if (!/^https?:$/.test(protocol)) return;
  leaving.preventDefault();
  if (origin !== location.origin) open(href, "_blank", "noopener");
}
