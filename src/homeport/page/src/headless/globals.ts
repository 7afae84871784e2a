// What is on a page's global object. For the background page this dresses the runtime's own global and takes away
// what a page does not have; for a window it dresses a fresh one.

import { computedStyle } from "./dom_styles.ts";
import type { Frame, Global } from "./frame.ts";
import { ELEMENT_CLASSES } from "./dom_classes.ts";
import { currentEvent, own, windowMethods } from "./dom_events.ts";
import { makeEventSource } from "./event_source.ts";
import { makeFetch } from "./fetch.ts";
import { makeFormData } from "./form_data.ts";
import { dressPerformance, PageLocation } from "./location.ts";
import { nameElements } from "./named.ts";
import type { Page } from "./page.ts";
import { makeStorage } from "./storage.ts";
import type { Timers } from "./timers.ts";
import { makeXMLHttpRequest, XMLHttpRequestUpload } from "./xhr.ts";

/** What the runtime has and a page has not. Whoever gets hold of them anyway has no permissions. */
const HIDDEN = [
  ...["Deno", "process", "Buffer", "global", "setImmediate", "clearImmediate", "Worker", "EventSource"],
  ...["caches", "Cache", "CacheStorage", "close", "closed", "name", "localStorage", "WebSocket"],
];

/** Classes of the DOM that are found on a window; the document is made when the first is used. */
const NODE_CLASSES = [
  ...[
    "Attr",
    "CDATASection",
    "CharacterData",
    "Comment",
    "CSSStyleDeclaration",
    "customElements",
    "Document",
  ],
  ...[
    "DocumentFragment",
    "DocumentType",
    "DOMParser",
    "Element",
    "HTMLCollection",
    "HTMLDocument",
    "HTMLElement",
  ],
  ...[
    "Image",
    "MutationObserver",
    "Node",
    "NodeFilter",
    "NodeList",
    "Range",
    "ShadowRoot",
    "SVGElement",
    "Text",
  ],
  ...["TreeWalker", "Audio", "Option", "XMLSerializer"],
];
const DOM_CLASSES = [...NODE_CLASSES, ...ELEMENT_CLASSES];

/** Events that a window has an `on…` property for. */
const HANDLERS = [
  ...[
    "load",
    "pagehide",
    "pageshow",
    "error",
    "unhandledrejection",
    "rejectionhandled",
  ],
  ...[
    "message",
    "messageerror",
    "online",
    "offline",
    "resize",
    "scroll",
    "focus",
    "blur",
    "hashchange",
    "popstate",
  ],
  ...[
    "click",
    "dblclick",
    "keydown",
    "keypress",
    "keyup",
    "mousedown",
    "mousemove",
    "mouseup",
    "wheel",
    "storage",
  ],
  ...[
    "change",
    "input",
    "invalid",
    "reset",
    "select",
    "submit",
    "contextmenu",
    "mousewheel",
    "transitionend",
  ],
  ...[
    "mouseenter",
    "mouseleave",
    "mouseover",
    "mouseout",
    "drag",
    "dragend",
    "dragenter",
    "dragleave",
    "dragover",
  ],
  ...["dragstart", "drop", "pointerdown", "pointermove", "pointerup", "pointercancel", "animationend"],
];

/**
 * What each context has of its own. Buffers are shared instead, so that what the web's classes make is what a window's
 * scripts call an `ArrayBuffer`.
 */
const OF_THE_LANGUAGE = new Set([
  ...[
    "Object",
    "Function",
    "Array",
    "Number",
    "Boolean",
    "String",
    "Symbol",
    "Date",
    "Promise",
    "RegExp",
    "Error",
  ],
  ...[
    "AggregateError",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
    "JSON",
  ],
  ...[
    "Math",
    "Intl",
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "WeakRef",
    "Proxy",
    "Reflect",
    "FinalizationRegistry",
  ],
  ...[
    "BigInt",
    "Iterator",
    "Atomics",
    "globalThis",
    "undefined",
    "NaN",
    "Infinity",
    "eval",
    "isFinite",
    "isNaN",
  ],
  ...[
    "parseFloat",
    "parseInt",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "escape",
  ],
  ...["unescape", "SuppressedError", "DisposableStack", "AsyncDisposableStack", "self", "console"],
]);

export interface Surroundings {
  readonly console: Console;
  readonly timers: Timers;
  readonly navigator: object;
  readonly postMessage: unknown;
  readonly windowClasses: Readonly<Record<string, unknown>>;
}

/** Takes away from the runtime's global what a page does not have. */
export function hideRuntime(global: Global): void {
  for (const name of HIDDEN) delete global[name];
}

/** What a window's fresh global gets from the background page's: the web's classes, before the app changes them. */
export function takeWebClasses(global: Global): PropertyDescriptorMap {
  const taken: PropertyDescriptorMap = {};
  for (
    const [name, descriptor] of Object.entries(
      Object.getOwnPropertyDescriptors(global) as PropertyDescriptorMap,
    )
  ) {
    if (OF_THE_LANGUAGE.has(name)) continue;
    if (descriptor.get === undefined) taken[name] = { ...descriptor, configurable: true };
    else if (descriptor.configurable) taken[name] = lazy(name, () => descriptor.get!.call(global));
  }
  return taken;
}

/** Gives a global what a page has. */
export function dress(
  frame: Frame,
  page: Page,
  { console, timers, navigator, postMessage, windowClasses }: Surroundings,
): void {
  const { global } = frame;
  dressPerformance();
  const resolve = (url: string): string => page.resolve(url);
  const location = new PageLocation(() => frame.url, (url) => {
    const event = Object.assign(new Event("hashchange"), { oldURL: frame.url, newURL: url });
    frame.url = url;
    queueMicrotask(() => global.dispatchEvent(event));
  });
  const values: Record<string, unknown> = {
    ...windowMethods(global),
    ...timers,
    ...makeFetch(page.resources, resolve),
    EventSource: makeEventSource(page.resources, resolve),
    ...eventClasses(),
    ...windowClasses,
    console,
    navigator,
    Navigator: navigator.constructor,
    Location: PageLocation,
    postMessage,
    XMLHttpRequest: makeXMLHttpRequest({
      resources: page.resources,
      resolve,
      parseDocument: page.parseDocument,
    }),
    XMLHttpRequestUpload,
    FormData: makeFormData(),
    name: "",
    status: "",
    closed: false,
    close: (): void => {},
    length: 0,
    opener: null,
    origin: location.origin,
    isSecureContext: true,
    crossOriginIsolated: false,
    devicePixelRatio: 1,
    innerWidth: 0,
    innerHeight: 0,
    outerWidth: 0,
    outerHeight: 0,
    scrollX: 0,
    scrollY: 0,
    pageXOffset: 0,
    pageYOffset: 0,
    screenX: 0,
    screenY: 0,
    screen: { width: 800, height: 600, availWidth: 800, availHeight: 600, colorDepth: 24, pixelDepth: 24 },
    sessionStorage: makeStorage(),
    getComputedStyle: computedStyle,
    matchMedia: (media: string) =>
      Object.assign(new EventTarget(), { matches: false, media, addListener() {}, removeListener() {} }),
    getSelection: noSelection,
    open: () => null,
    find: () => false,
    frameElement: null,
    external: {},
    CSS: { escape: escapeCss, supports: () => false },
    ResizeObserver: NothingObserver,
    IntersectionObserver: NothingObserver,
    Path2D: makePath(),
    webkitURL: URL,
    WebKitCSSMatrix: DOMMatrix,
  };
  for (
    const name of [
      "focus",
      "blur",
      "scroll",
      "scrollTo",
      "scrollBy",
      "stop",
      "print",
      "moveTo",
      "moveBy",
      "resizeTo",
      "resizeBy",
    ]
  ) {
    values[name] = (): void => {};
  }
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: true });
  }
  for (const name of ["window", "self", "frames", "parent", "top"]) {
    Object.defineProperty(global, name, {
      value: global,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  own(global, page);
  Object.defineProperty(global, "event", {
    get: () => currentEvent(global),
    set: (value) => {
      Object.defineProperty(global, "event", { value, writable: true, enumerable: true, configurable: true });
    },
    configurable: true,
    enumerable: true,
  });
  // Shown on a console, a window is not all that is on it.
  Object.defineProperty(global, Symbol.for("nodejs.util.inspect.custom"), {
    value: () => "Window {}",
    configurable: true,
  });
  for (const type of HANDLERS) handler(global, type);
  getter(global, "location", () => location);
  getter(global, "document", () => page.document);
  for (const name of DOM_CLASSES) lazily(global, name, () => page.domClass(name));
  lazily(global, "WebKitMutationObserver", () => page.domClass("MutationObserver"));
  nameElements(global, (name) => page.named(name));
  if (!frame.isMain) giveClass(global);
  global.webkitRequestAnimationFrame = timers.requestAnimationFrame;
  global.webkitCancelAnimationFrame = timers.cancelAnimationFrame;
}

/** The class of a window, which its context has not. */
function giveClass(global: Global): void {
  const Window = function (): never {
    throw new global.TypeError("Illegal constructor");
  };
  const hidden = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
  Window.prototype = Object.create(Object.getPrototypeOf(global), {
    constructor: hidden(Window),
    [Symbol.toStringTag]: hidden("Window"),
  });
  Object.defineProperty(Window, "name", { value: "Window" });
  Object.setPrototypeOf(global, Window.prototype);
  Object.defineProperty(global, "Window", hidden(Window));
}

/** Nothing is selected, and nothing comes to be. */
function noSelection(): object {
  const nothing = (): void => {};
  const orders = [
    ...["addRange", "collapse", "collapseToEnd", "collapseToStart", "deleteFromDocument", "empty", "extend"],
    ...["modify", "removeAllRanges", "removeRange", "selectAllChildren", "setBaseAndExtent", "setPosition"],
  ];
  return {
    ...{ anchorNode: null, anchorOffset: 0, focusNode: null, focusOffset: 0 },
    ...{ isCollapsed: true, rangeCount: 0, type: "None" },
    ...Object.fromEntries(orders.map((name) => [name, nothing])),
    containsNode: () => false,
    getRangeAt(): never {
      throw new DOMException("There is no range.", "IndexSizeError");
    },
    toString: () => "",
  };
}

/** What has no size never changes it, and what is on no screen never comes into view. */
class NothingObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): unknown[] {
    return [];
  }
}

/** A path that nobody draws: it takes every line. */
function makePath(): unknown {
  class Path2D {}
  for (const name of PATH) {
    Object.defineProperty(Path2D.prototype, name, { value() {}, writable: true, configurable: true });
  }
  return Path2D;
}

const PATH = [
  ...["addPath", "arc", "arcTo", "bezierCurveTo", "closePath", "ellipse", "lineTo", "moveTo"],
  ...["quadraticCurveTo", "rect", "roundRect"],
];

/** `CSS.escape`: a name as a selector takes it. */
function escapeCss(text: unknown): string {
  const characters = [...String(text)];
  return characters.map((character, at) => {
    const code = character.codePointAt(0)!;
    const leads = at === 0 || (at === 1 && characters[0] === "-");
    if (code === 0) return "\ufffd";
    if (code < 0x20 || code === 0x7f || (leads && /\d/.test(character))) return `\\${code.toString(16)} `;
    const plain = code >= 0x80 || /[\w-]/.test(character);
    return plain && !(character === "-" && characters.length === 1) ? character : `\\${character}`;
  }).join("");
}

/** `onload` and its like: a property that is a listener. */
export function handler(global: Global, type: string): void {
  let current: ((event: Event) => unknown) | null = null;
  const listener = (event: Event): void => {
    const result = type === "error" && event instanceof ErrorEvent
      ? (current as unknown as OnErrorEventHandlerNonNull | null)?.call(
        global,
        ...[event.message, event.filename, event.lineno, event.colno, event.error] as unknown as [string],
      )
      : current?.call(global, event);
    // What `return false` means for most events, `return true` means for errors.
    if (result === (type === "error")) event.preventDefault();
  };
  Object.defineProperty(global, `on${type}`, {
    get: () => current,
    set(value: unknown) {
      if (current === null) global.addEventListener(type, listener);
      current = typeof value === "function" ? value as (event: Event) => unknown : null;
      if (current === null) global.removeEventListener(type, listener);
    },
    configurable: true,
    enumerable: true,
  });
}

function getter(global: Global, name: string, get: () => unknown): void {
  Object.defineProperty(global, name, { get, set: () => {}, configurable: true, enumerable: true });
}

/** A property that is made at its first use, and may be replaced. */
export function lazily(global: Global, name: string, make: () => unknown): void {
  Object.defineProperty(global, name, lazy(name, make));
}

function lazy(name: string, make: () => unknown): PropertyDescriptor {
  function set(this: Global, value: unknown): void {
    Object.defineProperty(this ?? globalThis, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
  function get(this: Global): unknown {
    const value = make();
    set.call(this, value);
    return value;
  }
  return { get, set, configurable: true, enumerable: false };
}

/** Event classes that Deno lacks. */
function eventClasses(): Record<string, unknown> {
  const UIEvent = class UIEvent extends Event {
    constructor(type: string, init: Record<string, unknown> = {}) {
      super(type, init as EventInit);
      const { bubbles: _b, cancelable: _c, composed: _d, ...details } = init;
      for (const [name, value] of Object.entries(details)) {
        Object.defineProperty(this, name, { value, configurable: true, enumerable: true });
      }
    }
  };
  const classes: Record<string, unknown> = { UIEvent };
  const names = [
    "MouseEvent",
    "KeyboardEvent",
    "FocusEvent",
    "InputEvent",
    "WheelEvent",
    "TouchEvent",
    "PointerEvent",
  ];
  for (
    const name of [
      ...names,
      "DragEvent",
      "CompositionEvent",
      "HashChangeEvent",
      "PopStateEvent",
      "StorageEvent",
    ]
  ) {
    classes[name] = { [name]: class extends UIEvent {} }[name];
  }
  return classes;
}
