// `autofocus` in a window of the app: the first element with it that can have the focus gets it, once, unless
// something has the focus already. A tab's own does so once for all its frames, and not while one of them has the
// focus, as the app's window has from the beginning.

import type { Platform } from "./mod.ts";

export const autofocus: Platform = {
  start(realm) {
    if (realm.hub.app.host === "browser" && realm.hub.windows.of(globalThis) !== null) watch();
  },
};

type Focusable = Element & { focus(): void };

function watch(): void {
  /** In the order in which they came into the page. */
  const waiting = new Set<Focusable>();
  const observer = new MutationObserver((records) => {
    const none = waiting.size === 0;
    for (const { addedNodes } of records) addedNodes.forEach(collect);
    if (none && waiting.size > 0) requestAnimationFrame(give);
  });
  observer.observe(document, { childList: true, subtree: true });

  function collect(node: Node): void {
    if (!(node instanceof Element)) return;
    if (node.hasAttribute("autofocus")) waiting.add(node as Focusable);
    if (node.firstElementChild === null) return;
    node.querySelectorAll<Focusable>("[autofocus]").forEach((inner) => waiting.add(inner));
  }

  function give(): void {
    // The focus is not taken from another window.
    if (!hasFocus()) return addEventListener("focus", give, { once: true });
    if (!isFree()) return observer.disconnect();
    for (const element of waiting) {
      waiting.delete(element);
      if (element.isConnected) element.focus();
      if (!isFree()) return observer.disconnect();
    }
  }
}

/** Whether the tab's focus is in this window, though the tab itself may not have it. */
function hasFocus(): boolean {
  const { frameElement } = globalThis;
  return document.hasFocus() || frameElement?.ownerDocument.activeElement === frameElement;
}

/** Whether no element has the page's focus. */
function isFree(): boolean {
  const { activeElement } = document;
  return activeElement === null || ["html", "body"].includes(activeElement.localName);
}
