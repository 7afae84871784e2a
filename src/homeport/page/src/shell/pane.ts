// One window in the tab: a frame around an iframe, with a title bar when it is not alone.

import type { Bounds, HostWindow, WindowEvents, WindowSpec, WindowState } from "../seam.ts";
import { drag } from "./drag.ts";

const TITLE_BAR = 34;
const STEP = 28;
const LEAST = 80;
/** Where the daemon sends a frame for whose page the package has no file; its root is the shell's. */
const MISSING = "/_homeport/missing";

/** What a window tells the tab about itself. */
export interface PaneOwner {
  /** Every window fills the screen, whatever the app wants. */
  readonly kiosk: boolean;
  raise(pane: Pane): void;
  shown(): void;
  removed(pane: Pane): void;
  /** The window was given this place, which the next one of its id takes. */
  placed(id: string, bounds: Bounds): void;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = `homeport-${name}`;
  return element;
}

export class Pane implements HostWindow {
  readonly element = make("section", "window");
  readonly #frame = make("iframe", "page");
  readonly #heading = make("span", "title");
  readonly #spec: WindowSpec;
  readonly #events: WindowEvents;
  readonly #owner: PaneOwner;
  #bounds: Bounds;
  #state: WindowState;
  #hidden: boolean;
  #alone = false;
  /** Whether the page was last told that it is seen. */
  #wasSeen: boolean;
  #wasConcealed = false;
  onTop: boolean;

  constructor(spec: WindowSpec, events: WindowEvents, owner: PaneOwner, others: number) {
    this.#spec = spec;
    this.#events = events;
    this.#owner = owner;
    this.#state = spec.state;
    this.#hidden = spec.hidden;
    this.onTop = spec.alwaysOnTop;
    const { innerWidth, innerHeight } = globalThis;
    const width = Math.min(spec.bounds.width ?? 512, Math.max(LEAST, innerWidth));
    const height = Math.min(spec.bounds.height ?? 384, Math.max(LEAST, innerHeight - TITLE_BAR));
    this.#bounds = {
      left: spec.bounds.left ?? Math.max(0, Math.round((innerWidth - width) / 2)) + others * STEP,
      top: spec.bounds.top ?? Math.max(0, Math.round((innerHeight - height) / 2) - TITLE_BAR) + others * STEP,
      width,
      height,
    };
    this.#wasSeen = this.visible;
    this.#build();
  }

  get contentWindow(): object | null {
    return this.#frame.contentWindow;
  }
  get visible(): boolean {
    return !this.#hidden && this.#state !== "minimized";
  }

  get concealed(): boolean {
    return this.#wasSeen && !this.visible;
  }
  get title(): string {
    try {
      return this.#frame.contentDocument?.title ?? "";
    } catch {
      return ""; // A sandboxed page keeps its title to itself.
    }
  }
  /** Where its page is. */
  get #path(): string {
    try {
      return this.#frame.contentWindow?.location.pathname ?? "";
    } catch {
      return ""; // sandboxed
    }
  }
  get level(): number {
    return Number(this.element.style.zIndex);
  }
  set level(level: number) {
    this.element.style.zIndex = String(level);
  }

  /** The frame is in the document, and its page loads. */
  begin(): void {
    this.#place();
    this.#owner.raise(this);
  }

  /** The tab has another size, and with it a window that fills it. */
  resized(): void {
    if (this.fills) this.#events.bounds();
    else if (this.#alone) this.#place();
  }

  setAlone(alone: boolean): void {
    if (this.#alone === alone) return;
    this.#alone = alone;
    this.#place();
  }

  bounds(): Bounds {
    // Alone it is as large as the tab; an app that asked for a size is told the one it asked for.
    if (!this.fills) return { ...this.#bounds };
    const bar = this.#bare ? 0 : TITLE_BAR;
    return { left: 0, top: 0, width: innerWidth, height: innerHeight - bar };
  }

  /** Whether the window was made as large as the tab. */
  get fills(): boolean {
    return this.#owner.kiosk || this.#state === "maximized" || this.#state === "fullscreen";
  }

  /** Whether it fills the tab since no other is there, and may be as large. */
  get #fillsAlone(): boolean {
    const { resizable, max } = this.#spec;
    return this.#alone && resizable && !(max.width! < innerWidth) && !(max.height! < innerHeight);
  }

  /** Whether it has no title bar, since it needs none. */
  get #bare(): boolean {
    return this.#owner.kiosk || this.#fillsAlone || this.#state === "fullscreen";
  }

  frameSize(): { width: number; height: number } {
    return { width: 0, height: this.#owner.kiosk || this.#fillsAlone || !this.#spec.framed ? 0 : TITLE_BAR };
  }

  setBounds(bounds: Partial<Bounds>): void {
    const before = { ...this.#bounds };
    for (const key of ["left", "top", "width", "height"] as const) {
      const value = bounds[key];
      if (typeof value === "number" && Number.isFinite(value)) this.#bounds[key] = Math.round(value);
    }
    this.#place();
    if (JSON.stringify(before) === JSON.stringify(this.#bounds)) return;
    this.#owner.placed(this.#spec.id, { ...this.#bounds });
    this.#events.bounds();
  }

  state(): WindowState {
    return this.#state;
  }

  setState(state: WindowState): void {
    if (state === this.#state) return;
    const before = this.#state;
    const place = JSON.stringify(this.bounds());
    this.#state = state;
    // In a kiosk the browser's own window fills the screen already.
    if (state === "fullscreen" && !this.#owner.kiosk) {
      // Without a click a browser refuses; then the window fills the tab at least.
      this.element.requestFullscreen?.().catch(() => {});
    } else if (before === "fullscreen" && document.fullscreenElement?.isSameNode(this.element)) {
      void document.exitFullscreen();
    }
    this.#place();
    this.#owner.shown();
    this.#events.state(state);
    if (JSON.stringify(this.bounds()) !== place) this.#events.bounds();
  }

  show(focused: boolean): void {
    this.#hidden = false;
    if (this.#state === "minimized") this.#state = "normal";
    this.#place();
    if (focused) this.focus();
    else this.#owner.shown();
  }

  hide(): void {
    this.#hidden = true;
    this.#place();
    this.#owner.shown();
  }

  focus(): void {
    this.#owner.raise(this);
    this.drawAttention(false);
    this.#frame.focus();
  }

  setAlwaysOnTop(on: boolean): void {
    this.onTop = on;
    this.#owner.raise(this);
  }

  drawAttention(on: boolean): void {
    this.element.toggleAttribute("data-attention", on);
  }

  remove(): void {
    this.element.remove();
    this.#owner.placed(this.#spec.id, { ...this.#bounds });
    this.#owner.removed(this);
  }

  #build(): void {
    const bar = make("header", "bar");
    bar.append(this.#heading, ...this.#buttons());
    this.element.setAttribute("aria-label", this.#spec.id || this.#spec.url);
    this.#frame.addEventListener("load", () => {
      if (this.#path === MISSING) return this.#events.missing();
      this.#events.loaded();
      this.#watchTitle();
    });
    this.#frame.src = new URL(this.#spec.url).pathname === "/" ? MISSING : this.#spec.url;
    this.#frame.allow = "fullscreen *; clipboard-read; clipboard-write";
    this.element.append(bar, this.#frame);
    this.element.addEventListener("pointerdown", () => this.#owner.raise(this), { capture: true });
    drag(bar, () => ({ ...this.#bounds }), (start, dx, dy) => {
      this.setBounds({ left: start.left + dx, top: Math.max(0, start.top + dy) });
    });
    bar.addEventListener("dblclick", () => this.#toggleMaximized());
    if (!this.#spec.resizable) return;
    const grip = make("div", "grip");
    this.element.append(grip);
    drag(grip, () => ({ ...this.#bounds }), (start, dx, dy) => {
      this.setBounds({
        width: Math.max(LEAST, start.width + dx),
        height: Math.max(LEAST, start.height + dy),
      });
    });
  }

  #buttons(): HTMLButtonElement[] {
    const button = (label: string, sign: string, action: () => void) => {
      const element = make("button", "button");
      element.title = label;
      element.setAttribute("aria-label", label);
      element.textContent = sign;
      element.addEventListener("click", action);
      return element;
    };
    const buttons = [button("Minimize", "–", () => this.setState("minimized"))];
    if (this.#spec.resizable) buttons.push(button("Maximize", "▢", () => this.#toggleMaximized()));
    return [...buttons, button("Close", "✕", () => this.#events.close())];
  }

  #toggleMaximized(): void {
    if (this.#spec.resizable) this.setState(this.#state === "maximized" ? "normal" : "maximized");
  }

  #place(): void {
    const fills = this.#fillsAlone || this.fills;
    this.element.hidden = this.#hidden;
    this.element.toggleAttribute("data-alone", this.#bare);
    this.element.toggleAttribute("data-fills", fills && this.#state !== "minimized");
    this.element.toggleAttribute("data-minimized", this.#state === "minimized");
    const { left, top, width, height } = this.#bounds;
    Object.assign(this.element.style, { left: `${left}px`, top: `${top}px` });
    Object.assign(
      this.#frame.style,
      fills ? { width: "", height: "" } : { width: `${width}px`, height: `${height}px` },
    );
    this.#tellSeen();
  }

  /** Tells the page when it comes into sight or goes out of it. */
  #tellSeen(): void {
    this.#wasSeen ||= this.visible;
    if (this.#wasConcealed === this.concealed) return;
    this.#wasConcealed = this.concealed;
    try {
      this.#frame.contentDocument?.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    } catch {
      // Sandboxed.
    }
  }

  #watchTitle(): void {
    const show = () => {
      this.#heading.textContent = this.title;
      this.#owner.shown();
    };
    show();
    try {
      const head = this.#frame.contentDocument?.head;
      if (head) {
        new MutationObserver(show).observe(head, { childList: true, subtree: true, characterData: true });
      }
    } catch {
      // Sandboxed.
    }
  }
}
