// How a page of a packaged app is before it says anything itself: styled as one, in nobody's frame, and in Chrome.

import type { Platform } from "./mod.ts";

/** What Chromium gives each page of an app. The font is the system's, as there. */
const STYLE = `
html, body { overflow: hidden }
body { user-select: none; -webkit-user-select: none; cursor: default; font-size: 75% }
body { font-family: system-ui, Arial, sans-serif }
[contenteditable], input { user-select: auto; -webkit-user-select: auto }
img, a { -webkit-user-drag: none }
`;

/** Where apps read which Chrome they run in; many do not expect to find none. */
const CHROME = /Chrome\/\d/;
/** Whose behaviour is followed. */
const VERSION = "Chrome/156.0.0.0";

export const look: Platform = {
  start(realm) {
    if (realm.hub.app.host !== "browser") return;
    dress();
    // Only the shell has the hub, and it is no page of the app's.
    if (globalThis.parent === globalThis.top) free();
    if (!CHROME.test(navigator.userAgent)) tellVersion();
  },
};

/** In a layer, since any rule of the app's own counts more. */
function dress(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer homeport { ${STYLE} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** The page stands for itself, as far as a browser lets it: `top` is always the shell's. */
function free(): void {
  const get = () => null;
  Object.defineProperty(globalThis, "frameElement", { get, enumerable: true, configurable: true });
  place("parent", globalThis);
}

function place(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    get: () => value,
    set: (next) => Object.defineProperty(globalThis, name, { value: next, writable: true, enumerable: true }),
    enumerable: true,
    configurable: true,
  });
}

/** Beside what the browser says of itself, by which libraries know it. */
function tellVersion(): void {
  for (const name of ["userAgent", "appVersion"] as const) {
    const value = `${navigator[name]} ${VERSION}`;
    Object.defineProperty(navigator, name, { get: () => value, enumerable: true, configurable: true });
  }
}
