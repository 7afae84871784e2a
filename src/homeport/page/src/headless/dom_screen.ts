// Full screen and the locked pointer, without a screen: they are asked for and refused, under all names that Chromium
// has for them.

import { holderOf } from "./dom_define.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const { TypeError } = globalThis;
const nothing = (): void => {};

/** Gives the prototypes behind `document` what a screen is asked by. */
export function patchScreen(document: Any): void {
  const refuse = (target: Any, type: string): void => {
    const tell = (name: string) => target.dispatchEvent(new Event(name, { bubbles: true }));
    setTimeout(() => tell(type));
  };
  const element = {
    requestFullscreen(this: Any): Promise<void> {
      refuse(this, "fullscreenerror");
      return Promise.reject(new TypeError("Permissions check failed"));
    },
    webkitRequestFullscreen(this: Any): void {
      refuse(this, "webkitfullscreenerror");
    },
    webkitRequestFullScreen(this: Any): void {
      refuse(this, "webkitfullscreenerror");
    },
    requestPointerLock(this: Any): Promise<void> {
      refuse(this.ownerDocument, "pointerlockerror");
      return Promise.reject(new DOMException("The pointer is not there.", "NotSupportedError"));
    },
  };
  const page = {
    exitFullscreen: () => Promise.reject(new TypeError("Document not active")),
    ...{ exitPointerLock: nothing, webkitExitFullscreen: nothing, webkitCancelFullScreen: nothing },
    ...{ fullscreenElement: null, webkitFullscreenElement: null, webkitCurrentFullScreenElement: null },
    ...{ fullscreenEnabled: false, webkitFullscreenEnabled: false, webkitIsFullScreen: false },
    pointerLockElement: null,
  };
  add(holderOf(document, "getAttribute"), element);
  add(Object.getPrototypeOf(document), page);
}

function add(object: Any, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(name in object)) Object.defineProperty(object, name, { value, writable: true, configurable: true });
  }
}
