// What apps and their libraries expect of a document and the DOM library does otherwise or lacks. Applied once.

import { holderOf } from "./dom_define.ts";
import { patchForms } from "./dom_forms.ts";
import { patchNames } from "./dom_names.ts";
import { patchInnerText } from "./dom_text.ts";
import { patchScreen } from "./dom_screen.ts";
import { patchStyles } from "./dom_styles.ts";
import { patchTables } from "./dom_tables.ts";
import { patchWidgets } from "./dom_widgets.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** Changes the prototypes behind `document`. */
export function patchPrototypes(document: Any): void {
  patchFragments(document);
  patchPlaces(document);
  patchElements(document);
  patchForms(document);
  patchNames(document);
  patchWidgets(document);
  patchTables(document);
  patchScreen(document);
  patchText(document);
  patchAnchors(document);
  patchStyles(document, holderOf(document, "style"));
  patchTags(document);
  patchAttributes(document);
  patchTexts(document);
  patchDrawings(document);
  patchSearches(document);
  patchInspection(document);
}

/** Setting a fragment's `textContent` replaces what is in it; jQuery empties fragments so. */
function patchFragments(document: Any): void {
  Object.defineProperty(Object.getPrototypeOf(document.createDocumentFragment()), "textContent", {
    get(this: Any): string {
      return [...this.childNodes].map((node) => node.textContent ?? "").join("");
    },
    set(this: Any, text: unknown) {
      this.replaceChildren(...text === "" || text === null ? [] : [String(text)]);
    },
    configurable: true,
  });
}

/** `insertAdjacentHTML("beforeEnd", …)`: a browser does not care for the case of the place. */
function patchPlaces(document: Any): void {
  const prototype = holderOf(document, "insertAdjacentHTML");
  for (const name of ["insertAdjacentHTML", "insertAdjacentElement", "insertAdjacentText"]) {
    const insert = prototype[name];
    Object.defineProperty(prototype, name, {
      value(this: Any, place: unknown, what: unknown): unknown {
        return insert.call(this, String(place).toLowerCase(), what);
      },
      writable: true,
      configurable: true,
    });
  }
}

const box = (): unknown => ({
  ...{ x: 0, y: 0, left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 },
  toJSON: () => ({}),
});

/** The measurements and actions of elements, on a screen of no size. */
function patchElements(document: Any): void {
  const element = holderOf(document, "getAttribute");
  const methods: Record<string, unknown> = {
    getBoundingClientRect: box,
    getClientRects: () => [],
    scrollIntoView: () => {},
    scrollTo: () => {},
    webkitMatchesSelector(this: Any, selector: string): boolean {
      return this.matches(selector);
    },
    animate: () => ({ cancel() {}, finish() {}, play() {}, pause() {}, finished: Promise.resolve() }),
  };
  for (const [name, value] of Object.entries(methods)) {
    if (!(name in element)) {
      Object.defineProperty(element, name, { value, writable: true, configurable: true });
    }
  }
  for (
    const name of [
      "offsetWidth",
      "offsetHeight",
      "offsetTop",
      "offsetLeft",
      "clientWidth",
      "clientHeight",
      "clientTop",
      "clientLeft",
      "scrollWidth",
      "scrollHeight",
    ]
  ) {
    if (!(name in element)) Object.defineProperty(element, name, { get: () => 0, configurable: true });
  }
  for (const name of ["scrollTop", "scrollLeft"]) {
    if (!(name in element)) {
      Object.defineProperty(element, name, { value: 0, writable: true, configurable: true });
    }
  }
  if (!("offsetParent" in element)) {
    Object.defineProperty(element, "offsetParent", { get: () => null, configurable: true });
  }
}

/** `innerText` where nothing is laid out, and markup at a place of the page that is no document. */
function patchText(document: Any): void {
  patchInnerText(holderOf(document, "innerText"));
  const nothing = (): void => {};
  Object.assign(Object.getPrototypeOf(document.createRange()), {
    createContextualFragment(html: unknown): Any {
      const template = document.createElement("template");
      template.innerHTML = String(html);
      return template.content;
    },
    // Places in text, by which editors measure it.
    ...{ setStart: nothing, setEnd: nothing, collapse: nothing, detach: nothing },
    getBoundingClientRect: box,
    getClientRects: () => [],
  });
}

/** What drawings are measured and moved by, where nothing is drawn. */
function patchDrawings(document: Any): void {
  const moves = ["multiply", "inverse", "translate", "scale", "scaleNonUniform", "rotate", "skewX", "skewY"];
  const matrix = (): Any => ({
    ...{ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 },
    ...Object.fromEntries(moves.map((name) => [name, matrix])),
  });
  const point = (): Any => ({ x: 0, y: 0, matrixTransform: point });
  const methods: Record<string, () => unknown> = {
    ...{ createSVGMatrix: matrix, getCTM: matrix, getScreenCTM: matrix, createSVGRect: box, getBBox: box },
    ...{
      createSVGPoint: point,
      getPointAtLength: point,
      getTotalLength: () => 0,
      getComputedTextLength: () => 0,
    },
  };
  const prototype = Object.getPrototypeOf(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  for (const [name, value] of Object.entries(methods)) {
    if (!(name in prototype)) {
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
    }
  }
}

/** A list of classes is the attribute's text, and a style sheet knows its element. */
function patchTexts(document: Any): void {
  const { classList } = document.createElement("p");
  Object.getPrototypeOf(classList).toString = function (this: Any): string {
    return this.value;
  };
  const holder = Object.getPrototypeOf(document.createElement("style"));
  const { get } = Object.getOwnPropertyDescriptor(holder, "sheet")!;
  Object.defineProperty(holder, "sheet", {
    get(this: Any): Any {
      const sheet = get!.call(this);
      Object.defineProperty(sheet, "ownerNode", { value: this, configurable: true, enumerable: true });
      return sheet;
    },
    configurable: true,
    enumerable: true,
  });
}

/** Every attribute that is there was given: jQuery asks that before it takes an option's value. */
function patchAttributes(document: Any): void {
  const prototype = Object.getPrototypeOf(document.createAttribute("a"));
  Object.defineProperty(prototype, "specified", { get: () => true, configurable: true, enumerable: true });
}

/** All elements by `getElementsByTagName("*")`: jQuery asks so what a browser can do, and what to forget. */
function patchTags(document: Any): void {
  for (const start of [document, document.createElement("div"), document.createDocumentFragment()]) {
    let prototype = Object.getPrototypeOf(start);
    while (prototype !== null && !Object.hasOwn(prototype, "getElementsByTagName")) {
      prototype = Object.getPrototypeOf(prototype);
    }
    if (prototype === null || patched.has(prototype)) continue;
    patched.add(prototype);
    const { getElementsByTagName } = prototype;
    prototype.getElementsByTagName = function (this: Any, name: unknown): Any {
      return name === "*" ? this.querySelectorAll("*") : getElementsByTagName.call(this, name);
    };
  }
}
const patched = new Set<object>();

const URL_PARTS = [
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
];

/** An anchor's address, in parts: libraries take addresses apart so. */
function patchAnchors(document: Any): void {
  const prototype = Object.getPrototypeOf(document.createElement("a"));
  const parsed = (anchor: Any): Any => {
    try {
      return new URL(anchor.href);
    } catch {
      return null;
    }
  };
  // Chromium gives its extensions' addresses an origin; the standard, which the runtime follows, gives them none.
  Object.defineProperty(prototype, "origin", {
    get(this: Any): string {
      const url = parsed(this);
      return url?.protocol === "chrome-extension:" ? `${url.protocol}//${url.host}` : url?.origin ?? "";
    },
    configurable: true,
    enumerable: true,
  });
  for (const name of URL_PARTS) {
    Object.defineProperty(prototype, name, {
      get(this: Any): string {
        return parsed(this)?.[name] ?? (name === "protocol" ? ":" : "");
      },
      set(this: Any, value: unknown) {
        const url = parsed(this);
        if (url === null) return;
        url[name] = String(value);
        this.setAttribute("href", url.href);
      },
      configurable: true,
      enumerable: true,
    });
  }
}

/** Libraries take a method for the platform's own by its text, and else search by themselves. */
function patchSearches(document: Any): void {
  const searches = ["querySelector", "querySelectorAll", "getElementsByTagName", "getElementsByClassName"];
  const names = [...searches, "matches", "contains", "compareDocumentPosition"];
  const done = new Set<object>();
  for (const start of [document, document.createElement("div"), document.createDocumentFragment()]) {
    let prototype = Object.getPrototypeOf(start);
    for (; prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
      if (done.has(prototype)) continue;
      done.add(prototype);
      for (const name of names) {
        const method = Object.getOwnPropertyDescriptor(prototype, name);
        // A function behind a proxy shows no code of its own.
        if (typeof method?.value === "function") {
          Object.defineProperty(prototype, name, { ...method, value: new Proxy(method.value, {}) });
        }
      }
    }
  }
}

/** The console shows a node as a line, not as the whole library below it. */
function patchInspection(document: Any): void {
  let node = Object.getPrototypeOf(document);
  while (!Object.hasOwn(node, "dispatchEvent")) node = Object.getPrototypeOf(node);
  Object.defineProperty(node, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: Any): string {
      return line(this);
    },
    configurable: true,
  });
}

function line(node: Any): string {
  if (node.nodeType !== 1) {
    return typeof node.data === "string" ? `${node.nodeName} ${JSON.stringify(node.data)}` : node.nodeName;
  }
  const start = node.cloneNode(false).outerHTML;
  return node.childNodes.length === 0 ? start : start.replace(/(?=<\/[^<]*>$)/, "…");
}
