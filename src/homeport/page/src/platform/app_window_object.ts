// AppWindow: one object a window, made in the window's own frame and seen from all.

import type { ApiEvent } from "../binding/event.ts";
import type { Realm } from "../binding/realm.ts";
import type { AppWindowEntry, Bounds as Place, WindowListener } from "../seam.ts";
import { Bounds, type Limits, limitsOf, noSignature, placeOf } from "./window_bounds.ts";

const EVENTS = [
  "AlphaEnabledChanged",
  "Restored",
  "Maximized",
  "Minimized",
  "Fullscreened",
  "BoundsChanged",
  "Closed",
] as const;
type EventName = (typeof EVENTS)[number];

let made = 0;

export class AppWindow implements WindowListener {
  readonly innerBounds: object;
  readonly outerBounds: object;
  declare readonly onClosed: ApiEvent;
  readonly #entry: AppWindowEntry;
  readonly #tell: (event: EventName) => void;
  /** Kept: a closed window's `contentWindow` is still an object. */
  readonly #contentWindow: object | null;

  constructor(realm: Realm, entry: AppWindowEntry) {
    this.#entry = entry;
    this.#contentWindow = entry.host.contentWindow;
    const limits: Limits = limitsOf(entry.spec);
    this.innerBounds = new Bounds(entry, limits, false);
    this.outerBounds = new Bounds(entry, limits, true);
    const prefix = `app.window#${++made}.on`;
    for (const name of EVENTS) {
      const value = realm.makeEvent(prefix + name);
      Object.defineProperty(this, `on${name}`, { value });
    }
    this.#tell = (event) => {
      realm.eventState(prefix + event).dispatch([]);
      // In the window itself the namespace has the same events.
      realm.eventState(`app.window.on${event}`).dispatch([]);
    };
  }

  /** For the table of windows. */
  told(event: string): void {
    this.#tell(event as EventName);
  }

  get contentWindow(): object | null {
    return this.#contentWindow;
  }
  get id(): string {
    return this.#entry.spec.id;
  }
  get hasFrameColor(): boolean {
    return this.#entry.spec.colors !== null;
  }
  get activeFrameColor(): number {
    return this.#entry.spec.colors?.active ?? 0;
  }
  get inactiveFrameColor(): number {
    return this.#entry.spec.colors?.inactive ?? 0;
  }

  clearAttention(): void {
    this.#entry.host.drawAttention(false);
  }
  drawAttention(): void {
    this.#entry.host.drawAttention(true);
  }
  focus(): void {
    this.#entry.host.focus();
  }
  fullscreen(): void {
    this.#entry.host.setState("fullscreen");
  }
  hide(): void {
    this.#entry.host.hide();
  }
  maximize(): void {
    this.#entry.host.setState("maximized");
  }
  minimize(): void {
    this.#entry.host.setState("minimized");
  }
  restore(): void {
    this.#entry.host.setState("normal");
  }
  show(focused: boolean = true): void {
    const given = focused as boolean | null;
    if (given !== null && typeof given !== "boolean") throw noSignature("show(optional boolean focused)");
    this.#entry.host.show(given ?? true);
  }
  close(): void {
    this.#entry.close();
  }
  moveTo(left: number, top: number): void {
    need(2, "moveTo", arguments);
    this.#entry.host.setBounds({ left, top });
  }
  resizeTo(width: number, height: number): void {
    need(2, "resizeTo", arguments);
    const frame = this.#entry.host.frameSize();
    this.#entry.host.setBounds({ width: width - frame.width, height: height - frame.height });
  }
  getBounds(): Place {
    const { left, top, width, height } = this.#entry.host.bounds();
    return { left, top, width, height };
  }
  setBounds(bounds: Partial<Place>): void {
    this.#entry.host.setBounds(placeOf(bounds));
  }
  isFullscreen(): boolean {
    return this.#entry.host.state() === "fullscreen";
  }
  isMinimized(): boolean {
    return this.#entry.host.state() === "minimized";
  }
  isMaximized(): boolean {
    return this.#entry.host.state() === "maximized";
  }
  isAlwaysOnTop(): boolean {
    return this.#entry.alwaysOnTop;
  }
  setAlwaysOnTop(on: boolean): void {
    if (typeof on !== "boolean") throw noSignature("setAlwaysOnTop(boolean always_on_top)");
    this.#entry.alwaysOnTop = on;
    this.#entry.host.setAlwaysOnTop(on);
  }
  alphaEnabled(): boolean {
    return false;
  }
  setIcon(): void {}
  setActivateOnPointer(): void {}
  setVisibleOnAllWorkspaces(): void {}
}

/** As where a method is one of the page's own `window`. */
function need(count: number, method: string, given: ArrayLike<unknown>): void {
  if (given.length >= count) return;
  const reason = `${count} arguments required, but only ${given.length} present.`;
  throw new TypeError(`Failed to execute '${method}' on 'Window': ${reason}`);
}
