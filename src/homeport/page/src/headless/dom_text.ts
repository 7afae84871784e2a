// `innerText` where nothing is laid out: the text as a browser's own styles would show it, a line where a line is.

// deno-lint-ignore no-explicit-any
type Any = any;

const TEXT = 3;
const ELEMENT = 1;
/** What a browser shows in lines of its own. */
const BLOCKS = new Set(
  ("address,article,aside,blockquote,body,center,dd,details,dialog,dir,div,dl,dt,fieldset,figcaption,figure," +
    "footer,form,h1,h2,h3,h4,h5,h6,header,hgroup,hr,html,legend,li,main,menu,nav,ol,optgroup,option,p,pre,search," +
    "section,summary,table,tbody,tfoot,thead,tr,ul").split(","),
);
/** What shows no text, or not its own. */
const SILENT = new Set(
  "audio,canvas,datalist,head,iframe,img,input,link,meta,noscript,object,script,style,svg,template,textarea,title,video"
    .split(","),
);

/** Gives elements an `innerText` of lines. */
export function patchInnerText(element: Any): void {
  Object.defineProperty(element, "innerText", {
    get(this: Any): string {
      return this.isConnected ? new Lines().read(this) : this.textContent;
    },
    set(this: Any, text: unknown) {
      const lines = (text === null ? "" : String(text)).split(/\r\n?|\n/);
      const nodes = lines.flatMap((line, i) => [
        ...i === 0 ? [] : [this.ownerDocument.createElement("br")],
        ...line === "" ? [] : [line],
      ]);
      this.replaceChildren(...nodes);
    },
    configurable: true,
    enumerable: true,
  });
}

class Lines {
  #text = "";
  /** How many line breaks there must be before the next text. */
  #breaks = 0;
  /** Whether a space is to come before the next text of the line. */
  #space = false;

  read(element: Any): string {
    this.#children(element, isPreformatted(element));
    return this.#text;
  }

  #children(parent: Any, preformatted: boolean): void {
    for (const node of parent.childNodes) {
      if (node.nodeType === TEXT) this.#words(node.data, preformatted);
      else if (node.nodeType === ELEMENT) this.#element(node, preformatted);
    }
  }

  #element(element: Any, preformatted: boolean): void {
    const { localName } = element;
    if (SILENT.has(localName) || isHidden(element)) return;
    if (localName === "br") {
      this.#space = false;
      this.#put("\n");
      return;
    }
    const breaks = localName === "p" ? 2 : BLOCKS.has(localName) ? 1 : 0;
    this.#need(breaks);
    this.#children(element, preformatted || localName === "pre");
    this.#need(breaks);
    if ((localName === "td" || localName === "th") && element.nextElementSibling !== null) {
      this.#space = false;
      this.#put("\t");
    }
  }

  #words(text: string, preformatted: boolean): void {
    if (preformatted) {
      if (text !== "") this.#put(text);
      return;
    }
    const words = text.replace(/[ \t\r\n\f]+/g, " ");
    if (words.startsWith(" ")) this.#space = true;
    const inner = words.replace(/^ | $/g, "");
    if (inner === "") return;
    this.#put(inner);
    this.#space = words.endsWith(" ");
  }

  #put(text: string): void {
    const atStart = this.#text === "" || this.#breaks > 0;
    if (this.#text !== "") this.#text += "\n".repeat(this.#breaks);
    if (this.#space && !atStart && !/[\n\t]$/.test(this.#text)) this.#text += " ";
    this.#text += text;
    this.#breaks = 0;
    this.#space = false;
  }

  #need(breaks: number): void {
    if (breaks === 0) return;
    this.#breaks = Math.max(this.#breaks, breaks);
    this.#space = false;
  }
}

function isPreformatted(element: Any): boolean {
  return element.closest("pre") !== null;
}

function isHidden(element: Any): boolean {
  return element.hasAttribute("hidden") || element.style?.display === "none" ||
    (element.localName === "dialog" && !element.hasAttribute("open"));
}
