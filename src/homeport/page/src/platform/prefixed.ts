// Names with a prefix that apps written for Chrome use, and Chromium still has, where the browser lacks them.

import type { Platform } from "./mod.ts";

type Callback = (value: unknown) => void;

export const prefixed: Platform = {
  start(realm) {
    if (realm.hub.app.host !== "browser") return;
    const { window, Document, Element, Navigator } = globalThis;
    const alias = (name: string, value: unknown) => value && add(window, name, { value, writable: true });
    alias("webkitRequestAnimationFrame", window.requestAnimationFrame);
    alias("webkitCancelAnimationFrame", window.cancelAnimationFrame);
    alias("WebKitMutationObserver", window.MutationObserver);
    alias("webkitRTCPeerConnection", window.RTCPeerConnection);
    alias("webkitMediaStream", window.MediaStream);
    for (const [name, get] of Object.entries(SEEN)) {
      add(Document.prototype, name, { get: () => get(document) });
    }
    const leave = { value: () => void document.exitFullscreen().catch(() => {}), writable: true };
    for (const name of ["webkitExitFullscreen", "webkitCancelFullScreen"]) {
      add(Document.prototype, name, leave);
    }
    const enter = {
      value(this: Element) {
        void this.requestFullscreen().catch(() => {});
      },
      writable: true,
    };
    for (const name of ["webkitRequestFullscreen", "webkitRequestFullScreen"]) {
      add(Element.prototype, name, enter);
    }
    if (!("onwebkitfullscreenchange" in document)) {
      for (const type of ["fullscreenchange", "fullscreenerror"]) tellAs(type, `webkit${type}`);
    }
    add(Navigator.prototype, "webkitGetUserMedia", { value: getUserMedia, writable: true });
  },
};

const SEEN: Record<string, (page: Document) => unknown> = {
  webkitFullscreenEnabled: (page) => page.fullscreenEnabled,
  webkitFullscreenElement: (page) => page.fullscreenElement,
  webkitCurrentFullScreenElement: (page) => page.fullscreenElement,
  webkitIsFullScreen: (page) => page.fullscreenElement !== null,
  webkitHidden: (page) => page.hidden,
  webkitVisibilityState: (page) => page.visibilityState,
};

/** Unless the browser has it. */
function add(object: object, name: string, descriptor: PropertyDescriptor): void {
  if (name in object) return;
  Object.defineProperty(object, name, { ...descriptor, enumerable: true, configurable: true });
}

/** An event has a second name, with its `on…`. */
function tellAs(type: string, name: string): void {
  document.addEventListener(type, ({ target }) => {
    target?.dispatchEvent(new Event(name, { bubbles: true, composed: true }));
  }, { capture: true });
  for (const { prototype } of [Document, Element]) {
    const heard = new WeakMap<EventTarget, { does: unknown; listener: (event: Event) => void }>();
    Object.defineProperty(prototype, `on${name}`, {
      get(this: EventTarget) {
        return heard.get(this)?.does ?? null;
      },
      set(this: EventTarget, does: unknown) {
        const before = heard.get(this);
        if (before !== undefined) this.removeEventListener(name, before.listener);
        heard.delete(this);
        if (typeof does !== "function") return;
        const listener = (event: Event): void => Reflect.apply(does, this, [event]);
        heard.set(this, { does, listener });
        this.addEventListener(name, listener);
      },
      enumerable: true,
      configurable: true,
    });
  }
}

function getUserMedia(
  this: Navigator,
  wanted: MediaStreamConstraints,
  found: Callback,
  failed: Callback,
): void {
  void this.mediaDevices.getUserMedia(wanted).then(found, failed);
}
