// What elements do by themselves: clicks that check and submit, focus, sound and pictures that nobody perceives.
// An app whose server lives in a window has the rest of the window's code run too, and it must not fall over.

import { give, holderOf, method, plain, type Property } from "./dom_define.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** Gives the prototypes of `document`'s elements what they do. */
export function patchWidgets(document: Any): void {
  patchClicks(document);
  patchFocus(document);
  patchMedia(document);
  patchCanvas(document);
}

/** Puts a method in place of the library's own. */
function replace(document: Any, name: string, value: (this: Any, ...args: Any[]) => unknown): void {
  Object.defineProperty(holderOf(document, name), name, { value, writable: true, configurable: true });
}

const tell = (element: Any, type: string, cancelable = false): boolean =>
  element.dispatchEvent(Object.assign(new Event(type, { bubbles: true, cancelable }), { button: 0 }));

function patchClicks(document: Any): void {
  replace(document, "click", function () {
    if (this.disabled === true) return;
    const type = this.localName === "input" || this.localName === "button" ? this.type : "";
    const checks = this.localName === "input" && (type === "checkbox" || type === "radio");
    const before = this.checked;
    if (checks) this.checked = type === "radio" || !before;
    if (!tell(this, "click", true)) {
      if (checks) this.checked = before;
    } else if (checks && this.checked !== before) {
      tell(this, "input");
      tell(this, "change");
    } else if (type === "submit" || type === "image") {
      this.form?.requestSubmit(this);
    } else if (this.localName === "label") {
      this.control?.click();
    } else if (this.localName === "a" && this.hasAttribute("href") && !this.hasAttribute("target")) {
      this.ownerDocument.location.href = this.href; // which leads to places in the page only
    }
  });
}

const focused = new WeakMap<object, Any>();

/** The element that has the focus in a document. */
export function activeElement(document: Any): Any {
  const element = focused.get(document);
  return element?.isConnected ? element : document.body;
}

function patchFocus(document: Any): void {
  replace(document, "focus", function () {
    const owner = this.ownerDocument;
    if (activeElement(owner) === this) return;
    focused.get(owner)?.blur();
    focused.set(owner, this);
    this.dispatchEvent(new Event("focus"));
    tell(this, "focusin");
  });
  replace(document, "blur", function () {
    const owner = this.ownerDocument;
    if (focused.get(owner) !== this) return;
    focused.delete(owner);
    this.dispatchEvent(new Event("blur"));
    tell(this, "focusout");
  });
}

/** Sound and film that play for nobody: they take every order, and never end. */
function patchMedia(document: Any): void {
  const usual = {
    currentTime: 0,
    duration: NaN,
    ended: false,
    muted: false,
    paused: true,
    volume: 1,
    loop: false,
  };
  give(document, "audio,video", {
    ...Object.assign({}, ...Object.entries(usual).map(([name, value]) => plain(name, value))),
    src: {
      get: (element) => element.getAttribute("src") ?? "",
      set: (element, value) => element.setAttribute("src", String(value)),
    },
    ...method("play", function () {
      this.paused = false;
      return Promise.resolve();
    }),
    ...method("pause", function () {
      this.paused = true;
    }),
    ...method("load", () => {}),
    ...method("canPlayType", () => ""),
  });
}

/** A picture that nobody sees: whatever is drawn is forgotten. */
function patchCanvas(document: Any): void {
  const size = (name: string, usual: number): Property => ({
    get: (canvas) => {
      const value = parseInt(canvas.getAttribute(name) ?? "", 10);
      return value >= 0 ? value : usual;
    },
    set: (canvas, value) => canvas.setAttribute(name, String(value)),
  });
  const contexts = new WeakMap<object, unknown>();
  give(document, "canvas", {
    width: size("width", 300),
    height: size("height", 150),
    ...method("getContext", function (type: unknown) {
      if (type !== "2d") return null;
      if (!contexts.has(this)) contexts.set(this, drawing(this));
      return contexts.get(this);
    }),
    ...method("transferControlToOffscreen", function () {
      return new OffscreenCanvas(this.width, this.height);
    }),
    ...method("toDataURL", () => "data:,"),
    ...method("toBlob", (callback: (blob: Blob | null) => void) => void setTimeout(() => callback(null))),
  });
}

function drawing(canvas: Any): unknown {
  const image = (width: number, height: number): ImageData =>
    new ImageData(Math.abs(width), Math.abs(height));
  const own: Record<PropertyKey, unknown> = {
    canvas,
    measureText: (text: unknown) => ({ width: 5 * String(text).length }),
    createImageData: image,
    getImageData: (_x: number, _y: number, width: number, height: number) => image(width, height),
    isPointInPath: () => false,
    getLineDash: () => [],
  };
  for (const name of ["createLinearGradient", "createRadialGradient", "createConicGradient"]) {
    own[name] = () => ({ addColorStop() {} });
  }
  return new Proxy(own, {
    get: (target, name) => name in target ? target[name] : typeof name === "symbol" ? undefined : () => {},
  });
}
