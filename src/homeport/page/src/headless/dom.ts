// The document of a page without a screen, by linkedom. This module is evaluated at the first use of `document` only:
// a server app that never asks for it does not pay the 25 MB.

import { DOMParser, parseHTML } from "linkedom/worker";
import { elementClass, registerClasses } from "./dom_classes.ts";
import { eventMethods, type EventOwner, own as ownEvents } from "./dom_events.ts";
import { listed } from "./dom_names.ts";
import { patchPrototypes } from "./dom_patches.ts";
import { activeElement } from "./dom_widgets.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** What a document asks of its frame. */
export interface DocumentOwner extends EventOwner {
  readonly url: () => string;
  readonly readyState: () => string;
  readonly currentScript: () => unknown;
  /** A script element came into the document. */
  scriptInserted(element: Any): void;
  concealed(): boolean;
  /** The app called something that Chrome Apps do not have. */
  /** Says that a packaged app's page has it not. */
  unavailable(name: string): void;
  /** Throws because of that. */
  refuse(name: string): void;
}

/** A document, and the classes of its window by name. */
export interface MadeDocument {
  readonly document: Any;
  readonly classOf: (name: string) => unknown;
  /** What scripts find under the name of an element. */
  readonly named: (name: string) => unknown;
}

const owners = new WeakMap<object, DocumentOwner>();
let patched = false;
registerClasses(parseHTML("<!doctype html>").document);

/** Parses `html` into a document of its own. */
export function createDocument(html: string, owner: DocumentOwner): MadeDocument {
  const { document } = parseHTML(html) as Any;
  const view = document.defaultView;
  complete(document);
  patch(document);
  owners.set(document, owner);
  ownEvents(document, owner);
  dress(document, owner);
  watchScripts(document, view, owner);
  const others = otherClasses(document);
  return {
    document,
    classOf: (name) => Object.hasOwn(others, name) ? others[name]!() : elementClass(name) ?? view[name],
    named: (name) => named(document, name),
  };
}

/** One element, or several of that name; the `name` counts of a few kinds only. */
function named(document: Any, name: string): unknown {
  if (name === "") return undefined;
  const value = `="${name.replace(/["\\]/g, "\\$&")}"]`;
  const kinds = ["embed", "form", "img", "object"].map((kind) => `${kind}[name${value}`);
  const found = document.querySelectorAll([`[id${value}`, ...kinds].join());
  return found.length > 1 ? found : found[0];
}

/** The classes that the library has but does not give out. Asked for any other, it would ask the page's own global. */
function otherClasses(document: Any): Record<string, () => unknown> {
  return {
    Audio: () => maker("audio", document, (element, [src]) => src !== undefined && (element.src = src)),
    Option: () =>
      maker("option", document, (element, [text = "", value, , selected = false]) => {
        element.text = text;
        if (value !== undefined) element.value = value;
        element.selected = selected;
      }),
    DOMParser: () => PageParser,
    XMLSerializer: () => Serializer,
    CSSStyleDeclaration: () => document.createElement("div").style.constructor,
    HTMLCollection: () => document.createElement("div").children.constructor,
    HTMLDocument: () => document.constructor,
    NodeFilter: () => NODE_FILTER,
    Range: () => document.createRange().constructor,
    TreeWalker: () => document.createTreeWalker(document).constructor,
  };
}

class PageParser {
  parseFromString(text: unknown, type: string): Any {
    return parseDocument(String(text), type);
  }
}
Object.defineProperty(PageParser, "name", { value: "DOMParser" });

class Serializer {
  serializeToString(node: Any): string {
    return node.outerHTML ?? node.toString();
  }
}

/** A constructor such as `Audio`, which makes an element. */
function maker(tag: string, document: Any, fill: (element: Any, args: Any[]) => void): unknown {
  const { constructor } = document.createElement(tag);
  const name = tag[0]!.toUpperCase() + tag.slice(1);
  function make(...args: unknown[]): unknown {
    if (new.target === undefined) {
      throw new TypeError(
        `Failed to construct '${name}': Please use the 'new' operator, this DOM object constructor cannot be called as a function.`,
      );
    }
    const element = document.createElement(tag);
    fill(element, args);
    return element;
  }
  make.prototype = constructor.prototype;
  return Object.defineProperty(make, "name", { value: name });
}

const NODE_FILTER = Object.freeze({
  ...{ FILTER_ACCEPT: 1, FILTER_REJECT: 2, FILTER_SKIP: 3, SHOW_ALL: 0xffffffff, SHOW_ELEMENT: 0x1 },
  ...{ SHOW_ATTRIBUTE: 0x2, SHOW_TEXT: 0x4, SHOW_CDATA_SECTION: 0x8, SHOW_PROCESSING_INSTRUCTION: 0x40 },
  ...{ SHOW_COMMENT: 0x80, SHOW_DOCUMENT: 0x100, SHOW_DOCUMENT_TYPE: 0x200, SHOW_DOCUMENT_FRAGMENT: 0x400 },
});

/** Parses text as `DOMParser` does, for `responseXML` and `responseType = "document"`. */
export function parseDocument(text: string, type: string): Any {
  const document = new (DOMParser as Any)().parseFromString(text, type);
  if (type === "text/html") complete(document);
  return document;
}

const IN_HEAD = new Set(["base", "link", "meta", "noscript", "script", "style", "template", "title"]);

/** Adds the html, head and body elements that the text left out, as an HTML parser does; linkedom does not. */
function complete(document: Any): void {
  let root = document.documentElement;
  if (root?.localName !== "html") {
    const nodes = [...document.childNodes].filter((node) => node.nodeType !== DOCTYPE);
    root = document.createElement("html");
    document.append(root);
    root.append(...nodes);
  }
  const children: Any[] = [...root.childNodes];
  let head = children.find((node) => node.localName === "head");
  let body = children.find((node) => node.localName === "body" || node.localName === "frameset");
  const rest = children.filter((node) => node !== head && node !== body);
  const split = head !== undefined
    ? 0
    : rest.findIndex((node) => node.nodeType === ELEMENT && !IN_HEAD.has(node.localName));
  const first = head === undefined && split < 0 ? rest : rest.slice(0, Math.max(split, 0));
  if (head === undefined) {
    head = document.createElement("head");
    head.append(...first);
    root.prepend(head);
  }
  const others = rest.slice(first.length).filter((node) => body === undefined || node.nodeType === ELEMENT);
  if (body === undefined) {
    body = document.createElement("body");
    root.append(body);
  }
  body.append(...others);
}

const ELEMENT = 1;
const DOCTYPE = 10;

function patch(document: Any): void {
  if (patched) return;
  patched = true;
  let base = Object.getPrototypeOf(document);
  while (!Object.hasOwn(base, "dispatchEvent")) base = Object.getPrototypeOf(base);
  Object.defineProperties(base, eventMethods());
  patchScriptElements(document);
  patchPrototypes(document);
}

// linkedom gives `src` and `href` as written; apps expect whole addresses.
function patchScriptElements(document: Any): void {
  for (const [tag, name] of [["script", "src"], ["img", "src"], ["a", "href"], ["link", "href"]] as const) {
    const prototype = Object.getPrototypeOf(document.createElement(tag));
    const { set } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: Any): string {
        const value = this.getAttribute(name);
        const owner = owners.get(this.ownerDocument);
        return value === null ? "" : owner === undefined ? value : absolute(value, owner.url());
      },
      set: set ?? function (this: Any, value: unknown): void {
        this.setAttribute(name, String(value));
      },
    });
  }
}

/** What a page's own document has beyond linkedom's. */
function dress(document: Any, owner: DocumentOwner): void {
  const own = (name: string, get: () => unknown): void =>
    void Object.defineProperty(document, name, { get, set: () => {}, configurable: true, enumerable: true });
  own("defaultView", () => owner.window);
  own("readyState", owner.readyState);
  own("currentScript", owner.currentScript);
  own("URL", owner.url);
  own("documentURI", owner.url);
  own("baseURI", owner.url);
  own("location", () => (owner.window as Any).location);
  own("domain", () => new URL(owner.url()).host);
  own("cookie", () => "");
  own("referrer", () => "");
  own("compatMode", () => document.doctype ? "CSS1Compat" : "BackCompat");
  own("characterSet", () => "UTF-8");
  own("charset", () => "UTF-8");
  own("contentType", () => "text/html");
  own("hidden", () => owner.concealed());
  own("visibilityState", () => owner.concealed() ? "hidden" : "visible");
  own("activeElement", () => activeElement(document));
  document.elementFromPoint = (): unknown => null;
  document.adoptNode = (node: Any): unknown => {
    node.remove?.();
    return node.ownerDocument === document ? node : document.importNode(node, true);
  };
  document.getElementsByName = (name: string): unknown =>
    document.querySelectorAll(`[name="${String(name).replace(/["\\]/g, "\\$&")}"]`);
  own("scripts", () => document.getElementsByTagName("script"));
  own("forms", () => listed(document, "form"));
  own("images", () => listed(document, "img"));
  own("links", () => document.querySelectorAll("a[href],area[href]"));
  own("styleSheets", () => [...document.querySelectorAll("style")].map(({ sheet }) => sheet));
  own("fonts", () => ({ ready: Promise.resolve(), add() {}, check: () => true }));
  document.hasFocus = (): boolean => false;
  document.createEvent = createEvent;
  document.execCommand = (): boolean => false;
  const lacks = (name: string, value: unknown): void =>
    Object.defineProperty(document, name, { value, writable: true, enumerable: false, configurable: true });
  for (const name of ["open", "close", "clear"]) {
    lacks(name, (): void => owner.unavailable(`document.${name}()`));
  }
  for (const name of ["write", "writeln"]) {
    lacks(name, (): void => owner.refuse(`document.${name}()`));
  }
  lacks("all", undefined);
  const { implementation } = document;
  if (implementation === undefined || implementation.createHTMLDocument === undefined) {
    own("implementation", () => ({
      hasFeature: () => true,
      createHTMLDocument: (title = "") =>
        parseDocument(
          `<!doctype html><html><head><title>${title}</title></head><body></body></html>`,
          "text/html",
        ),
    }));
  }
}

function createEvent(): Event {
  const event = new Event("");
  const init = (type: string, bubbles = false, cancelable = false, detail: unknown = null): void => {
    const made = new CustomEvent(type, { bubbles, cancelable, detail });
    for (const name of ["type", "bubbles", "cancelable", "detail"] as const) {
      Object.defineProperty(event, name, { value: made[name], configurable: true });
    }
    let prevented = false;
    Object.defineProperty(event, "preventDefault", {
      value: () => prevented = cancelable,
      configurable: true,
    });
    Object.defineProperty(event, "defaultPrevented", { get: () => prevented, configurable: true });
  };
  return Object.assign(event, {
    initEvent: init,
    initCustomEvent: init,
    initUIEvent: init,
    initMouseEvent: init,
  });
}

function watchScripts(document: Any, view: Any, owner: DocumentOwner): void {
  const seen = (node: Any): void => {
    if (node.nodeType !== 1) return;
    if (node.localName === "script") owner.scriptInserted(node);
    else for (const script of node.getElementsByTagName("script")) owner.scriptInserted(script);
  };
  const observer = new view.MutationObserver((records: Any[]) => {
    for (const record of records) record.addedNodes.forEach(seen);
  });
  observer.observe(document, { childList: true, subtree: true });
}

function absolute(value: string, base: string): string {
  try {
    return new URL(value, base).href;
  } catch {
    return value;
  }
}
