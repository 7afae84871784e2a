// Windows without a screen: each is a context of its own with its own document, whose scripts run.

import vm from "node:vm";
import type { BackgroundPage } from "./background.ts";
import { Frame, type Global } from "./frame.ts";
import { Page } from "./page.ts";
import type { Bounds, HostWindow, WindowEvents, WindowHost, WindowSpec, WindowState } from "../seam.ts";

const WIDTH = 512;
const HEIGHT = 384;

export class HeadlessWindows implements WindowHost {
  readonly #open = new Set<ScreenlessWindow>();

  constructor(private readonly background: BackgroundPage) {}

  get size(): number {
    return this.#open.size;
  }

  open(spec: WindowSpec, events: WindowEvents): HostWindow {
    const window = new ScreenlessWindow(this.background, spec, events, () => this.#open.delete(window));
    this.#open.add(window);
    void window.load();
    return window;
  }
}

class ScreenlessWindow implements HostWindow {
  readonly #frame: Frame;
  readonly #place: Bounds;
  #state: WindowState;
  #hidden: boolean;
  #wasSeen: boolean;
  #page: Page | null = null;

  constructor(
    private readonly background: BackgroundPage,
    spec: WindowSpec,
    private readonly events: WindowEvents,
    private readonly gone: () => void,
  ) {
    const strings = background.evalAllowed;
    const global = vm.createContext(vm.constants.DONT_CONTEXTIFY as never, {
      codeGeneration: { strings, wasm: true },
    });
    this.#frame = new Frame(background, global, false, spec.url);
    const { left = 0, top = 0, width = WIDTH, height = HEIGHT } = spec.bounds;
    this.#place = { left, top, width, height };
    this.#state = spec.state;
    this.#hidden = spec.hidden;
    this.#wasSeen = this.visible;
  }

  async load(): Promise<void> {
    const { background } = this;
    const frame = this.#frame;
    const html = await background.resources.html(frame.url);
    if (frame.closed) return;
    if (html === null) return this.events.missing();
    const page = new Page(frame, background.resources.forFrame(), html, () => this.concealed);
    this.#page = page;
    background.furnish(frame, page, this.#sizes());
    // Whoever made the window is told before the page's first line.
    await new Promise<void>((resolve) => background.hub.enqueue(resolve));
    await page.loadDocument();
    if (!frame.closed) this.events.loaded();
  }

  get contentWindow(): Global {
    return this.#frame.closed ? null : this.#frame.global;
  }

  get visible(): boolean {
    return !this.#hidden && this.#state !== "minimized";
  }

  get concealed(): boolean {
    return this.#wasSeen && !this.visible;
  }

  bounds(): Bounds {
    return { ...this.#place };
  }

  frameSize(): { width: number; height: number } {
    return { width: 0, height: 0 };
  }

  setBounds(bounds: Partial<Bounds>): void {
    const before = { ...this.#place };
    Object.assign(this.#place, bounds);
    if (JSON.stringify(before) === JSON.stringify(this.#place)) return;
    Object.assign(this.#frame.global, this.#sizes());
    this.events.bounds();
    this.#frame.global.dispatchEvent?.(new Event("resize"));
  }

  state(): WindowState {
    return this.#state;
  }

  setState(state: WindowState): void {
    if (state === this.#state) return;
    this.#change(() => this.#state = state);
    this.events.state(state);
  }

  show(): void {
    this.#change(() => this.#hidden = false);
  }
  hide(): void {
    this.#change(() => this.#hidden = true);
  }
  focus(): void {}
  setAlwaysOnTop(): void {}
  drawAttention(): void {}

  remove(): void {
    const frame = this.#frame;
    if (frame.closed) return;
    frame.global.dispatchEvent?.(new Event("pagehide"));
    frame.closed = true;
    frame.global.closed = true;
    this.background.dismiss(frame);
    this.gone();
  }

  #change(change: () => void): void {
    const before = this.concealed;
    change();
    this.#wasSeen ||= this.visible;
    if (before === this.concealed || this.#frame.closed) return;
    this.#page?.document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }

  #sizes(): Record<string, number> {
    const { left, top, width, height } = this.#place;
    const size = { innerWidth: width, innerHeight: height, outerWidth: width, outerHeight: height };
    return { ...size, screenX: left, screenY: top };
  }
}
