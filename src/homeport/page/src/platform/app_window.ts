// chrome.app.window: windows of the app, each a page of its own in the same agent.

import type { Realm } from "../binding/realm.ts";
import type { AppWindowEntry } from "../seam.ts";
import { windowFace } from "./app_window_object.ts";
import type { Platform } from "./mod.ts";
import { type Options, refusal, specOf } from "./window_options.ts";

export const appWindow: Platform = {
  implement(realm) {
    const { windows } = realm.hub;
    return {
      "app.window.canSetVisibleOnAllWorkspaces": () => false,
      "app.window.create": ([url, options], reply) => {
        const [place, wanted] = [url as string, (options ?? {}) as Options];
        const no = refusal(realm, place, wanted);
        if (no !== null) return realm.hub.enqueue(() => reply.finish([undefined], no));
        windows.create(specOf(realm, place, wanted), (entry) => windowFace(realm, entry), reply);
      },
      "app.window.current": () => windows.of(globalThis)?.face?.object ?? null,
      "app.window.get": ([id]) => windows.get(id as string)?.face?.object ?? null,
      "app.window.getAll": () => windows.all().map((entry) => entry.face!.object),
    };
  },
  start(realm) {
    // Asked for before the app's first line, which may close the window by the web's own means.
    const entry = realm.hub.windows.of(globalThis);
    if (entry === null) {
      if (isBackground(realm)) realm.hub.windows.background = globalThis;
      return;
    }
    entry.face ??= windowFace(realm, entry);
    if (realm.hub.app.host === "browser") showVisibility(entry);
    Object.defineProperty(globalThis, "close", {
      value: () => entry.close(),
      writable: true,
      configurable: true,
    });
    Object.defineProperty(globalThis, "opener", {
      value: realm.hub.windows.background,
      writable: true,
      configurable: true,
    });
  },
};

/** Tells whoever made this frame's window that it is there; `chrome` must be complete. */
export function presentWindow(realm: Realm): void {
  const entry = realm.hub.windows.of(globalThis);
  if (entry !== null) realm.hub.windows.ready(entry);
}

export function isBackground(realm: Realm): boolean {
  const { baseUrl, background } = realm.hub.app;
  return background !== null && location.href.split(/[?#]/)[0] === baseUrl + background;
}

/** A page that is not seen is hidden, though its tab may be in front. The host tells of changes. */
function showVisibility(entry: AppWindowEntry): void {
  const hidden = Object.getOwnPropertyDescriptor(Document.prototype, "hidden")!.get!;
  const isHidden = () => entry.host.concealed || hidden.call(document) as boolean;
  Object.defineProperty(document, "hidden", { get: isHidden, configurable: true });
  Object.defineProperty(document, "visibilityState", {
    get: () => isHidden() ? "hidden" : "visible",
    configurable: true,
  });
}
