// `innerBounds` and `outerBounds` of a window: live, settable, within limits.

import { foundText, isInteger } from "../binding/types.ts";
import type { AppWindowEntry, Bounds as Place, WindowSpec } from "../seam.ts";

type Side = "width" | "height";
/** The least and the largest size of the page; a side without a limit is not there. */
export interface Limits {
  min: Partial<Record<Side, number>>;
  max: Partial<Record<Side, number>>;
}

const SIDES: readonly Side[] = ["width", "height"];
const PLACE = ["left", "top", "width", "height"] as const;
const SET_BOUNDS = "setBounds(string boundsType, app.currentWindowInternal.Bounds bounds)";
const SET_SIZES =
  "setSizeConstraints(string boundsType, app.currentWindowInternal.SizeConstraints constraints)";

/** The limits that Chromium makes of what was asked for: 0 is none, and the least size wins. */
export function limitsOf({ min, max }: Pick<WindowSpec, "min" | "max">): Limits {
  const limits: Limits = { min: { ...min }, max: { ...max } };
  for (const side of SIDES) settle(limits, side);
  return limits;
}

function settle({ min, max }: Limits, side: Side): void {
  if (!min[side]) delete min[side];
  if (!max[side]) delete max[side];
  if (max[side] !== undefined) max[side] = Math.max(max[side], min[side] ?? 0);
}

export function within({ min, max }: Limits, side: Side, value: number): number {
  return Math.min(Math.max(value, min[side] ?? 1), max[side] ?? Infinity);
}

/** What `setBounds` takes, without what was left out; throws Chromium's error for anything else. */
export function placeOf(bounds: unknown): Partial<Place> {
  if (typeof bounds !== "object" || bounds === null) throw wrong(SET_BOUNDS, "No matching signature.");
  const place: Partial<Place> = {};
  for (const [key, value] of Object.entries(bounds)) {
    const known = PLACE.find((name) => name === key);
    if (known === undefined) {
      throw wrong(SET_BOUNDS, `Error at parameter 'bounds': Unexpected property: '${key}'.`);
    }
    if (value === undefined || value === null) continue;
    place[known] = integer(SET_BOUNDS, "bounds", key, value);
  }
  return place;
}

function integer(signature: string, parameter: string, key: string, value: unknown): number {
  if (isInteger(value)) return value;
  const found = `Invalid type: expected integer, found ${foundText(value)}.`;
  throw wrong(signature, `Error at parameter '${parameter}': Error at property '${key}': ${found}`);
}

function wrong(signature: string, reason: string): TypeError {
  return new TypeError(`Error in invocation of app.currentWindowInternal.${signature}: ${reason}`);
}

export class Bounds {
  readonly #entry: AppWindowEntry;
  readonly #limits: Limits;
  readonly #outer: boolean;

  /** Both of a window have the same limits, which are those of its page. */
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
    return this.#limit("min", "width");
  }
  set minWidth(width: number | null) {
    this.#limitTo("min", { width });
  }
  get maxWidth(): number | null {
    return this.#limit("max", "width");
  }
  set maxWidth(width: number | null) {
    this.#limitTo("max", { width });
  }
  get minHeight(): number | null {
    return this.#limit("min", "height");
  }
  set minHeight(height: number | null) {
    this.#limitTo("min", { height });
  }
  get maxHeight(): number | null {
    return this.#limit("max", "height");
  }
  set maxHeight(height: number | null) {
    this.#limitTo("max", { height });
  }

  setPosition(left: number, top: number): void {
    this.#set({ left, top });
  }
  setSize(width: number, height: number): void {
    this.#set({ width, height });
  }
  setMinimumSize(width: number, height: number): void {
    this.#limitTo("min", { width, height });
  }
  setMaximumSize(width: number, height: number): void {
    this.#limitTo("max", { width, height });
  }

  get #frame(): Readonly<Record<Side, number>> {
    return this.#outer ? this.#entry.host.frameSize() : { width: 0, height: 0 };
  }

  get #place(): Place {
    const inner = this.#entry.host.bounds();
    const frame = this.#frame;
    return { ...inner, width: inner.width + frame.width, height: inner.height + frame.height };
  }

  #set(change: Partial<Place>): void {
    const place = placeOf(change);
    const frame = this.#frame;
    for (const side of SIDES) {
      const size = place[side];
      if (size !== undefined) place[side] = within(this.#limits, side, size - frame[side]);
    }
    this.#entry.host.setBounds(place);
  }

  #limit(edge: keyof Limits, side: Side): number | null {
    const limit = this.#limits[edge][side];
    return limit === undefined ? null : limit + this.#frame[side];
  }

  /** `null` takes a limit away, `undefined` leaves it. The window follows its new limits. */
  #limitTo(edge: keyof Limits, sizes: Partial<Record<Side, number | null>>): void {
    const given = SIDES.filter((side) => sizes[side] !== undefined);
    for (const side of given) {
      const key = edge + (side === "width" ? "Width" : "Height");
      const size = sizes[side] === null ? 0 : integer(SET_SIZES, "constraints", key, sizes[side]);
      this.#limits[edge][side] = size === 0 ? 0 : Math.max(0, size - this.#frame[side]);
      settle(this.#limits, side);
    }
    const { width, height } = this.#entry.host.bounds();
    this.#entry.host.setBounds({
      width: within(this.#limits, "width", width),
      height: within(this.#limits, "height", height),
    });
  }
}

for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(Bounds.prototype))) {
  if (name === "constructor") continue;
  const isFixed = member.get !== undefined;
  Object.defineProperty(Bounds.prototype, name, { ...member, enumerable: true, configurable: !isFixed });
}
