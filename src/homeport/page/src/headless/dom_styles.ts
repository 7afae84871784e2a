// The styles of elements, which the DOM library keeps as they are written and a browser as it has read them; and the
// computed ones, of which there is what an element has by its tag, as no style sheet is read.

// deno-lint-ignore no-explicit-any
type Any = any;

const styles = new WeakMap<object, Any>();

/** The names under which scripts know what is written otherwise. */
const nameOf = (name: string): string => name === "cssFloat" ? "float" : name;
/** How a browser writes a number: `.55` is `0.55`. */
const withZero = (text: string): string => text.replace(/(^|[\s,(+-])\.(?=\d)/g, "$10.");

function valueOf(name: string, value: unknown): string {
  const text = String(value ?? "").trim();
  if (name !== "opacity" || text === "" || Number.isNaN(Number(text))) return withZero(text);
  return String(Number(Number(text).toPrecision(6)));
}

const HANDLER: ProxyHandler<Any> = {
  get(style, name) {
    if (typeof name !== "string") return style[name];
    const value = style[nameOf(name)];
    return typeof value === "string" && name !== "cssText" ? valueOf(name, value) : value;
  },
  set(style, name, value) {
    if (name === "cssText") style.cssText = value;
    else change(style, nameOf(String(name)), value);
    return true;
  },
};

/** Nothing as a value takes a property away. */
function change(style: Any, name: string, value: unknown): void {
  const text = valueOf(name, value);
  if (text !== "") style[name] = text;
  else if (style[name] !== "") style[name] = null;
}

/** Changes the prototypes behind `document`. */
export function patchStyles(document: Any, holder: Any): void {
  const { get, set } = Object.getOwnPropertyDescriptor(holder, "style")!;
  Object.defineProperty(holder, "style", {
    get(this: Any): Any {
      const own = get!.call(this);
      if (!styles.has(own)) styles.set(own, new Proxy(own, HANDLER));
      return styles.get(own);
    },
    set: set ?? function (this: Any, value: unknown): void {
      this.setAttribute("style", String(value));
    },
    configurable: true,
    enumerable: true,
  });
  const { prototype } = get!.call(document.createElement("div")).constructor;
  const methods = {
    toString(this: Any): string {
      return [...this].map((name) => `${name}: ${valueOf(name, this.getPropertyValue(name))};`).join(" ");
    },
    setProperty(this: Any, name: unknown, value: unknown): void {
      this[String(name)] = value;
    },
    removeProperty(this: Any, name: unknown): string {
      const before = this[String(name)];
      this[String(name)] = "";
      return before;
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

const BLOCKS = new Set(
  ("address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form " +
    "h1 h2 h3 h4 h5 h6 header hgroup hr html legend main menu nav ol optgroup option p pre search section summary ul")
    .split(" "),
);
const NOT_SHOWN = new Set(
  "area base datalist head link meta noscript param script style template title".split(" "),
);
const OTHERS: Readonly<Record<string, string>> = {
  ...{
    li: "list-item",
    table: "table",
    thead: "table-header-group",
    tbody: "table-row-group",
    tr: "table-row",
  },
  ...{ tfoot: "table-footer-group", td: "table-cell", th: "table-cell", caption: "table-caption" },
  ...{ input: "inline-block", button: "inline-block", select: "inline-block", textarea: "inline-block" },
};
const USUAL: Readonly<Record<string, string>> = {
  ...{ float: "none", opacity: "1", overflow: "visible", position: "static", visibility: "visible" },
};

function displayOf(element: Any): string {
  const { localName } = element;
  if (NOT_SHOWN.has(localName) || element.hasAttribute("hidden")) return "none";
  return BLOCKS.has(localName) ? "block" : OTHERS[localName] ?? "inline";
}

/** What `getComputedStyle` gives. */
export function computedStyle(element: Any): unknown {
  const style = element.style ?? {};
  const value = (name: string): unknown => {
    const own = style[name];
    if (own || !element.isConnected) return own ?? "";
    return name === "display" ? displayOf(element) : USUAL[nameOf(name)] ?? own ?? "";
  };
  return new Proxy(style, {
    get(target, name) {
      if (name === "getPropertyValue") return (key: unknown) => value(String(key));
      const own = target[name];
      return typeof own === "function" ? own.bind(target) : typeof name === "string" ? value(name) : own;
    },
  });
}
