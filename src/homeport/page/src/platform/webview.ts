// <webview>, as far as a page can have one: a frame with the page in it. The element has no hyphen in its name, so
// no browser lets it be defined as a custom one; elements of that name are found and given their members.

import { withLastError } from "../binding/last_error.ts";
import type { Realm } from "../binding/realm.ts";
import { note } from "../binding/report.ts";
import { visible } from "../binding/visible.ts";
import type { Platform } from "./mod.ts";
import { accessible } from "./webview_files.ts";

const NOTE =
  "homeport: <webview> is a frame here: a site that refuses to be framed stays empty, and scripts, " +
  "requests and partitions of the page inside are out of reach.";
const OUT_OF_REACH = "Homeport shows a <webview> as a frame; its page is out of reach.";
const SANDBOX = "allow-scripts allow-forms allow-modals allow-popups allow-downloads";
const REQUEST_EVENTS = [
  ...["onBeforeRequest", "onBeforeSendHeaders", "onSendHeaders", "onHeadersReceived", "onAuthRequired"],
  ...["onBeforeRedirect", "onResponseStarted", "onCompleted", "onErrorOccurred", "onMessage"],
];
/** What has no answer here; the callback, if there is one, is told so. */
const WITHOUT = [
  ...["executeScript", "insertCSS", "captureVisibleRegion", "clearData", "find", "getZoom", "setZoom"],
  ...["getZoomMode", "setZoomMode", "addContentScripts", "removeContentScripts", "loadDataWithBaseUrl"],
  ...["isSpatialNavigationEnabled", "isAudioMuted", "getAudioState"],
];
/** Orders that come to nothing here. */
const NOTHING = ["stopFinding", "setSpatialNavigationEnabled", "setAudioMuted"];
/** Of the menu that a page inside has. */
const MENU = ["create", "update", "remove", "removeAll"];

/** Where the daemon has the app's own pages for webviews: with their files, and without the APIs. */
const OWN_PAGES = "/_homeport/guest";
/** What Chromium says of a page that is not accessible to a webview. */
const BLOCKED = { reason: "ERR_BLOCKED_BY_CLIENT", code: -20 };

const frames = new WeakMap<HTMLElement, HTMLIFrameElement>();
const shown = new WeakMap<HTMLIFrameElement, string>();

export const webview: Platform = {
  start(realm) {
    const { app } = realm.hub;
    if (app.host !== "browser" || !visible("permission:webview", app.manifest)) return;
    const prototype = prototypeFor(realm);
    const adopt = (element: HTMLElement) => {
      if (!frames.has(element)) furnish(realm, element, prototype);
    };
    style();
    watch(adopt);
    const create: (name: string, options?: ElementCreationOptions) => HTMLElement = document.createElement;
    document.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
      const element = create.call(this, name, options);
      if (String(name).toLowerCase() === "webview") adopt(element);
      return element;
    } as typeof document.createElement;
  },
};

/** Looser than anything that an app says about its webviews. */
function style(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":where(webview){display:inline-block;vertical-align:top;width:300px;height:300px}" +
      "webview>iframe.homeport-webview{border:0;display:block;height:100%;width:100%}",
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

function watch(adopt: (element: HTMLElement) => void): void {
  const look = (records: MutationRecord[]) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        if (node.localName === "webview") adopt(node);
        for (const inner of node.querySelectorAll("webview")) adopt(inner as unknown as HTMLElement);
      }
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

function furnish(realm: Realm, element: HTMLElement, prototype: object): void {
  if (!realm.hub.shared.has("webview")) note(NOTE);
  realm.hub.shared.set("webview", true);
  const frame = document.createElement("iframe");
  frame.className = "homeport-webview";
  frame.addEventListener("load", () => frame.src && ended(element, frame));
  frames.set(element, frame);
  Object.setPrototypeOf(element, prototype);
  element.append(frame);
  const follow = () => load(realm, element);
  new MutationObserver(follow).observe(element, { attributes: true, attributeFilter: ["src"] });
  follow();
}

function load(realm: Realm, element: HTMLElement): void {
  const frame = frames.get(element)!;
  const src = element.getAttribute("src");
  if (src === null || src === "") return;
  const url = new URL(src, location.href);
  const own = url.origin === location.origin;
  tell(element, "loadstart", { url: url.href, isTopLevel: true });
  const partition = element.getAttribute("partition") ?? "";
  if (own && !accessible(realm.hub.app.manifest, partition, decodeURI(url.pathname))) {
    return tell(element, "loadabort", { url: url.href, isTopLevel: true, ...BLOCKED });
  }
  // A page of the app's own must not get out of its frame; a foreign one keeps its own origin.
  frame.setAttribute("sandbox", own ? SANDBOX : `${SANDBOX} allow-same-origin`);
  shown.set(frame, url.href);
  frame.src = own ? `${OWN_PAGES}${url.pathname}${url.search}${url.hash}` : url.href;
}

function ended(element: HTMLElement, frame: HTMLIFrameElement): void {
  // Firefox tells of the empty page, too, that a frame has until its first one comes.
  if (frame.contentDocument?.URL === "about:blank" && shown.get(frame) !== "about:blank") return;
  tell(element, "loadcommit", { url: shown.get(frame), isTopLevel: true });
  tell(element, "contentload", {});
  tell(element, "loadstop", {});
}

function tell(element: HTMLElement, name: string, details: object): void {
  element.dispatchEvent(Object.assign(new Event(name, { bubbles: true }), details));
}

function prototypeFor(realm: Realm): object {
  const methods: Record<string, (this: HTMLElement, ...args: unknown[]) => unknown> = {
    reload() {
      load(realm, this);
    },
    stop() {},
    back() {},
    forward() {},
    go() {},
    terminate() {
      frames.get(this)!.removeAttribute("src");
    },
    canGoBack: () => false,
    canGoForward: () => false,
    getProcessId: () => 0,
    getUserAgent: () => navigator.userAgent,
    isUserAgentOverridden: () => false,
    setUserAgentOverride() {},
    print() {},
    ...Object.fromEntries(NOTHING.map((name) => [name, () => {}])),
  };
  const refuse = (...args: unknown[]): void => {
    const callback = args.findLast((arg) => typeof arg === "function") as (() => void) | undefined;
    realm.hub.enqueue(() => withLastError(realm.runtime, OUT_OF_REACH, () => callback?.()));
  };
  for (const name of WITHOUT) methods[name] = (...args) => refuse(...args);
  const prototype = Object.create(HTMLElement.prototype, {
    ...Object.getOwnPropertyDescriptors(methods),
    src: {
      get(this: HTMLElement) {
        return this.getAttribute("src") ?? "";
      },
      set(this: HTMLElement, value: unknown) {
        this.setAttribute("src", String(value));
      },
    },
    contentWindow: {
      get(this: HTMLElement) {
        return frames.get(this)!.contentWindow;
      },
    },
    contextMenus: {
      value: {
        ...Object.fromEntries(MENU.map((name) => [name, (...args: unknown[]) => refuse(...args)])),
        onShow: realm.makeEvent("webview.contextMenus.onShow"),
        onClicked: realm.makeEvent("webview.contextMenus.onClicked"),
      },
    },
    request: {
      value: Object.fromEntries(REQUEST_EVENTS.map((name) => [name, realm.makeEvent(`webview.${name}`)])),
    },
  });
  for (const name of ["partition", "name", "allowtransparency", "autosize", "useragent"]) {
    Object.defineProperty(prototype, name, {
      get(this: HTMLElement) {
        return this.getAttribute(name) ?? "";
      },
      set(this: HTMLElement, value: unknown) {
        this.setAttribute(name, String(value));
      },
    });
  }
  return prototype;
}
