// What a page of a packaged app lacks: libraries ask for it, and go another way where it is not there.

import { unavailable } from "../binding/report.ts";
import type { Platform } from "./mod.ts";

const WINDOW = [
  ...["localStorage", "locationbar", "menubar", "personalbar", "scrollbars", "statusbar", "toolbar"],
];
const DOCUMENT = ["alinkColor", "all", "bgColor", "fgColor", "linkColor", "vlinkColor"];
const HISTORY = [
  "back",
  "forward",
  "go",
  "length",
  "pushState",
  "replaceState",
  "scrollRestoration",
  "state",
];
const INSTEAD = " Use chrome.storage.local instead.";
/** A page is never asked whether it may go. */
const UNHEARD = ["beforeunload", "unload"];

export const packaged: Platform = {
  start(realm) {
    const scope = globalThis as unknown as Record<string, unknown>;
    for (const name of WINDOW) lacks(scope, name, `window.${name}`, name === "localStorage" ? INSTEAD : "");
    for (const name of ["alert", "confirm", "prompt"]) scope[name] = () => unavailable(`window.${name}()`);
    for (const type of UNHEARD) forgets(scope, `on${type}`);
    listensTo(scope as unknown as EventTarget);
    const history = {};
    for (const name of HISTORY) lacks(history, name, `history.${name}`);
    Object.defineProperty(scope, "history", { value: history, enumerable: true, configurable: true });
    // A headless page has its document only once it needs it, without these.
    if (realm.hub.app.host !== "browser") return;
    for (const name of DOCUMENT) lacks(document, name, `document.${name}`);
    for (const name of ["open", "clear", "close"] as const) {
      place(document, name, () => unavailable(`document.${name}()`), false);
    }
    for (const name of ["write", "writeln"] as const) {
      place(document, name, () => {
        throw new Error(`document.${name}() is not available in packaged apps.`);
      }, false);
    }
  },
};

function place(object: object, name: string, value: unknown, enumerable = true): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable, configurable: true });
}

/** There is nothing until the app puts something there; who goes through all that a page has does not meet it. */
function lacks(object: object, name: string, full: string, instead = ""): void {
  Object.defineProperty(object, name, {
    get: () => unavailable(full, instead),
    set: (value) => place(object, name, value),
    enumerable: false,
    configurable: true,
  });
}

function forgets(object: object, name: string): void {
  Object.defineProperty(object, name, { get: () => undefined, set: () => unavailable(`window.${name}`) });
}

function listensTo(scope: EventTarget): void {
  const add = scope.addEventListener;
  place(scope, "addEventListener", function (this: unknown, ...args: Parameters<typeof add>): void {
    if (UNHEARD.includes(args[0])) unavailable(args[0]);
    else add.apply((this ?? scope) as EventTarget, args);
  });
}
