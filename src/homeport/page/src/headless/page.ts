// The life of one page: its document, its scripts in order, DOMContentLoaded and load.

import type { DocumentOwner, MadeDocument } from "./dom.ts";
import type { Frame } from "./frame.ts";
import { Modules } from "./modules.ts";
import type { Resources } from "./resources.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
type Dom = typeof import("./dom.ts");

declare const require: (path: string) => Dom;

/** Bundled as a function that is called here for the first time: see dom.ts. */
const dom = (): Dom => require("./dom.ts");

type ReadyState = "loading" | "interactive" | "complete";

/** In such a page elements may have names; for any other no document is made only to look for one. */
const HAS_NAMES = /\b(?:id|name)\s*=/i;

interface Script {
  /** The element, once the document was asked for. */
  readonly element: () => Any;
  readonly url: string;
  readonly isModule: boolean;
}

export class Page implements DocumentOwner {
  #readyState: ReadyState = "loading";
  #made: MadeDocument | null = null;
  #currentScript: (() => unknown) | null = null;
  readonly #started = new WeakSet<object>();
  readonly #modules: Modules;

  /** `concealed`: whether the page's window was seen, and is so no more. */
  constructor(
    readonly frame: Frame,
    readonly resources: Resources,
    private readonly html: string,
    readonly concealed: () => boolean = () => false,
  ) {
    this.#modules = new Modules(frame, resources);
  }

  // For the document

  get window(): Any {
    return this.frame.global;
  }
  readonly url = (): string => this.frame.url;
  readonly readyState = (): string => this.#readyState;
  readonly currentScript = (): unknown => this.#currentScript?.() ?? null;

  run(callable: (...args: unknown[]) => unknown, args: readonly unknown[], self: unknown): void {
    this.frame.run(callable, args, self);
  }

  unavailable(name: string): void {
    this.window.console.error(`${name} is not available in packaged apps.`);
  }

  refuse(name: string): void {
    throw new this.frame.global.Error(`${name} is not available in packaged apps.`);
  }

  /** A script element came into the document while the page runs: it loads by itself, as `async`. */
  scriptInserted(element: Any): void {
    if (this.#started.has(element) || this.frame.closed) return;
    const script = this.#asScript(element);
    if (script === null) return;
    this.#started.add(element);
    void this.#load(script).then((code) => this.#execute(script, code));
  }

  // For the frame

  get document(): Any {
    return this.#dom.document;
  }

  /** A class of the document's window, such as `HTMLElement`. */
  domClass(name: string): unknown {
    return this.#dom.classOf(name);
  }

  /** The element that scripts know by this name, all of them if they are several, or `undefined`. */
  named(name: string): unknown {
    const possible = this.#made !== null || (HAS_NAMES.test(this.html) && this.html.includes(name));
    return possible ? this.#dom.named(name) : undefined;
  }

  parseDocument(text: string, type: string): unknown {
    return dom().parseDocument(text, type);
  }

  resolve(url: string): string {
    return new URL(url, this.frame.url).href;
  }

  get #dom(): MadeDocument {
    return this.#made ??= dom().createDocument(this.html, this);
  }

  // Loading

  /** Loads the generated background page: its scripts are known without a document. */
  async loadScripts(paths: readonly string[]): Promise<void> {
    const scripts = paths.map((path, i) => ({
      element: () => this.document.getElementsByTagName("script")[i],
      url: this.resolve(path),
      isModule: false,
    }));
    await this.#runInOrder(scripts);
    this.#finish();
  }

  /** Loads a page of the app's own. */
  async loadDocument(): Promise<void> {
    const elements: Any[] = [...this.document.getElementsByTagName("script")];
    const scripts: Script[] = [];
    const late: Script[] = [];
    for (const element of elements) {
      this.#started.add(element);
      const script = this.#asScript(element);
      if (script === null) continue;
      const isLate = script.isModule || element.hasAttribute("defer");
      (isLate ? late : scripts).push(script);
    }
    await this.#runInOrder([...scripts, ...late]);
    this.#finish();
  }

  #asScript(element: Any): Script | null {
    const type = (element.getAttribute("type") ?? "").trim().toLowerCase();
    const isModule = type === "module";
    if (!isModule && type !== "" && !/^(?:text|application)\/(?:x-)?(?:java|ecma)script$/.test(type)) {
      return null;
    }
    const src = element.getAttribute("src");
    if (src === null) {
      if (element.textContent.trim() !== "") this.#refuseInline();
      return null;
    }
    return { element: () => element, url: this.resolve(src), isModule };
  }

  #refuseInline(): void {
    const path = this.frame.url.slice(this.frame.host.baseUrl.length);
    this.frame.host.print(
      "error",
      `${path}:0`,
      "Refused to execute inline script because it violates the app's Content Security Policy: put it in a file.",
    );
  }

  async #runInOrder(scripts: readonly Script[]): Promise<void> {
    const loading = scripts.map((script) => ({ script, code: this.#load(script) }));
    for (const { script, code } of loading) await this.#execute(script, await code);
  }

  async #load(script: Script): Promise<string | null> {
    if (!script.url.startsWith(this.frame.host.baseUrl) && !/^blob:/i.test(script.url)) {
      this.#print(
        script,
        `Refused to load the script '${script.url}' because it violates the app's Content Security Policy.`,
      );
      return null;
    }
    return await this.resources.text(script.url);
  }

  async #execute(script: Script, code: string | null): Promise<void> {
    if (this.frame.closed) return;
    if (code !== null) {
      if (script.isModule) await this.#modules.run(script.url, code);
      else {
        this.#currentScript = script.element;
        this.frame.runScript(code, script.url);
        this.#currentScript = null;
      }
    }
    // Whoever waits for a script's load event holds its element, and thus has made the document.
    if (this.#made !== null) {
      const element = script.element();
      element?.dispatchEvent(new Event(code === null ? "error" : "load"));
    }
  }

  #print(script: Script, text: string): void {
    this.frame.host.print("error", `${script.url.replace(this.frame.host.baseUrl, "")}:0`, text);
  }

  /** The document is parsed and its scripts have run. */
  #finish(): void {
    if (this.frame.closed) return;
    const { global } = this.frame;
    this.#readyState = "interactive";
    this.#tellDocument("readystatechange", false);
    // Bubbles to the window by itself where there is a document that could be listened to.
    if (this.#made === null) global.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true }));
    else this.#tellDocument("DOMContentLoaded", true);
    this.#readyState = "complete";
    this.#tellDocument("readystatechange", false);
    global.dispatchEvent(new Event("load"));
    global.dispatchEvent(new Event("pageshow"));
  }

  #tellDocument(type: string, bubbles: boolean): void {
    this.#made?.document.dispatchEvent(new Event(type, { bubbles }));
  }
}
