// A page of an app stays where it is: it is not loaded again, and no other takes its place. Addresses of the web open
// in a tab of their own. Places in the page, and frames in it, are gone to as in any page. So it is with the shell, which
// is what `_top` and `_parent` mean in an app's window here.

import type { Platform } from "./mod.ts";

/** What leads somewhere. Not every browser tells of it. */
interface Leaving extends Event {
  readonly downloadRequest: string | null;
  readonly navigationType: string;
  readonly destination: { readonly url: string; readonly sameDocument: boolean };
}

export const stays: Platform = {
  start(realm) {
    // A frame that the app made may go where it likes.
    if (realm.hub.app.host !== "browser" || globalThis.parent !== globalThis.top) return;
    const { open } = globalThis;
    whenLeaving((leaving) => stay(leaving, open));
    globalThis.open = (url = "", target = "_blank", features) => {
      const opens = (target || "_blank") === "_blank" && isOwn(url);
      return opens ? null : open.call(globalThis, url, target, features);
    };
  },
};

/** Only the user, who is not asked about here, loads the shell anew or takes it elsewhere. */
export function shellStays(): void {
  const { open } = globalThis;
  whenLeaving((leaving) => leaving.navigationType !== "reload" && stay(leaving, open));
}

function whenLeaving(hear: (leaving: Leaving) => void): void {
  const { navigation } = globalThis as typeof globalThis & { navigation?: EventTarget };
  navigation?.addEventListener("navigate", (event) => hear(event as Leaving));
}

/** Whether that is the app's own, of which no second page is opened: Chromium opens none either. */
function isOwn(url: string | URL): boolean {
  if (String(url) === "" || !URL.canParse(url, document.baseURI)) return false;
  const { protocol, origin } = new URL(url, document.baseURI);
  return /^https?:$/.test(protocol) && origin === location.origin;
}

function stay(leaving: Leaving, open: typeof globalThis.open): void {
  if (leaving.destination.sameDocument || leaving.downloadRequest !== null || !leaving.cancelable) return;
  const { href, protocol, origin } = new URL(leaving.destination.url);
  if (!/^https?:$/.test(protocol)) return;
  leaving.preventDefault();
  if (origin !== location.origin) open(href, "_blank", "noopener");
}
