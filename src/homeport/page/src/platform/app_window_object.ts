// AppWindow: one object a window, made in the window's own frame and seen from all.

import type { ApiEvent } from "../binding/event.ts";
import type { Realm } from "../binding/realm.ts";
import type { AppWindowEntry, Bounds as Place, WindowListener } from "../seam.ts";

type Edge = "min" | "max";
type Limits = Record<Edge, { width?: number | undefined; height?: number | undefined }>;

/** `innerBounds` or `outerBounds`: live, settable. */
class Bounds {
  readonly #entry: AppWindowEntry;
  readonly #limits: Limits;
  readonly #outer: boolean;

  constructor(entry: AppWindowEntry, limits: Limits, outer: boolean) {
    this.#entry = entry;
    this.#limits = limits;
    this.#outer = outer;
  }

  get left(): number {
    return this.#place.left;
  }
  set left(left: number) {
    this.#set({ left });
  }
  get top(): number {
    return this.#place.top;
  }
  set top(top: number) {
    this.#set({ top });
  }
  get width(): number {
    return this.#place.width;
  }
  set width(width: number) {
    this.#set({ width });
  }
  get height(): number {
    return this.#place.height;
  }
  set height(height: number) {
    this.#set({ height });
  }
  get minWidth(): number | null {
    return this.#limits.min.width ?? null;
  }
  set minWidth(width: number | null) {
    this.#limits.min.width = width ?? undefined;
  }
  get maxWidth(): number | null {
    return this.#limits.max.width ?? null;
  }
  set maxWidth(width: number | null) {
    this.#limits.max.width = width ?? undefined;
  }
  get minHeight(): number | null {
    return this.#limits.min.height ?? null;
  }
  set minHeight(height: number | null) {
    this.#limits.min.height = height ?? undefined;
  }
  get maxHeight(): number | null {
    return this.#limits.max.height ?? null;
  }
  set maxHeight(height: number | null) {
    this.#limits.max.height = height ?? undefined;
  }

  setPosition(left: number, top: number): void {
    this.#set({ left, top });
  }
  setSize(width: number, height: number): void {
    this.#set({ width, height });
  }
  setMinimumSize(width: number, height: number): void {
    Object.assign(this.#limits.min, { width, height });
  }
  setMaximumSize(width: number, height: number): void {
    Object.assign(this.#limits.max, { width, height });
  }

  get #place(): Place {
    const inner = this.#entry.host.bounds();
    if (!this.#outer) return inner;
    const frame = this.#entry.host.frameSize();
    return { ...inner, width: inner.width + frame.width, height: inner.height + frame.height };
  }

  #set(change: Partial<Place>): void {
    const frame = this.#outer ? this.#entry.host.frameSize() : { width: 0, height: 0 };
    const own = { ...change };
    if (own.width !== undefined) own.width = this.#within("width", own.width - frame.width);
    if (own.height !== undefined) own.height = this.#within("height", own.height - frame.height);
    this.#entry.host.setBounds(own);
  }

  #within(side: "width" | "height", value: number): number {
    const { min, max } = this.#limits;
    return Math.min(Math.max(value, min[side] ?? 1), max[side] ?? Infinity);
  }
}

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
    const limits: Limits = { min: { ...entry.spec.min }, max: { ...entry.spec.max } };
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
    return false;
  }
  get activeFrameColor(): undefined {
    return undefined;
  }
  get inactiveFrameColor(): undefined {
    return undefined;
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
    this.#entry.host.show(focused);
  }
  close(): void {
    this.#entry.close();
  }
  moveTo(left: number, top: number): void {
    this.#entry.host.setBounds({ left, top });
  }
  resizeTo(width: number, height: number): void {
    const frame = this.#entry.host.frameSize();
    this.#entry.host.setBounds({ width: width - frame.width, height: height - frame.height });
  }
  getBounds(): Place {
    const { left, top, width, height } = this.#entry.host.bounds();
    return { left, top, width, height };
  }
  setBounds(bounds: Partial<Place>): void {
    this.#entry.host.setBounds(bounds);
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
