// What `chrome.app.window.create` is asked for: refused in Chromium's words, or in the form that hosts understand.

import type { Realm } from "../binding/realm.ts";
import { granted } from "../binding/visible.ts";
import type { Bounds, WindowSpec, WindowState } from "../seam.ts";
import { limitsOf, within } from "./window_bounds.ts";

interface BoundsOption extends Partial<Bounds> {
  minWidth?: number;
  minHeight?: number;
  maxWidth?: number;
  maxHeight?: number;
}

interface Frame {
  type?: string;
  color?: string;
  inactiveColor?: string;
}

export interface Options extends BoundsOption {
  id?: string;
  innerBounds?: BoundsOption;
  outerBounds?: BoundsOption;
  bounds?: BoundsOption;
  defaultWidth?: number;
  defaultHeight?: number;
  defaultLeft?: number;
  defaultTop?: number;
  frame?: string | Frame;
  state?: WindowState;
  hidden?: boolean;
  showInShelf?: boolean;
  resizable?: boolean;
  alwaysOnTop?: boolean;
  focused?: boolean;
  alphaEnabled?: boolean;
  ime?: boolean;
}

const LONGEST_ID = 256;
const ONCE = ["left", "top", "width", "height", "minWidth", "minHeight", "maxWidth", "maxHeight"] as const;
const COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** Why there can be no such window, or `null`. */
export function refusal(realm: Realm, url: string, options: Options): string | null {
  if (!isOwn(realm, url)) return "The URL used for window creation must be local for security reasons.";
  if ((options.id ?? "").length > LONGEST_ID) {
    return `The window id can not be more than ${LONGEST_ID} characters long.`;
  }
  if (options.showInShelf && !options.id) {
    return 'The "showInShelf" option requires the "id" option to be set.';
  }
  const [inner, outer] = [defined(options.innerBounds), defined(options.outerBounds)];
  const twice = ONCE.find((name) => inner[name] !== undefined && outer[name] !== undefined);
  if (twice !== undefined) {
    return `The ${twice} property cannot be specified for both inner and outer bounds.`;
  }
  return frameRefusal(frameOf(options)) ?? grantRefusal(realm, options);
}

function frameRefusal({ type, color, inactiveColor }: Frame): string | null {
  if (color === undefined) {
    return inactiveColor === undefined ? null : "frame.inactiveColor must be used with frame.color.";
  }
  if (type === "none") return "Windows with no frame cannot have a color.";
  const known = [color, inactiveColor ?? color].every((text) => COLOUR.test(text));
  return known ? null : "The color specification could not be parsed.";
}

function grantRefusal(realm: Realm, { alphaEnabled, ime }: Options): string | null {
  if (alphaEnabled && !granted("app.window.alpha", realm.hub.app.manifest)) {
    return "The alphaEnabled option requires app.window.alpha permission.";
  }
  return ime ? 'The "ime" option is not supported for platform app.' : null;
}

/** A path. Chromium takes anything with a colon for an address; an address of the app's own does no harm. */
function isOwn(realm: Realm, url: string): boolean {
  return url.startsWith(realm.hub.app.baseUrl) || !/:|^\/\//.test(url);
}

/** A page of the app's own, however it is written. */
function addressOf(realm: Realm, url: string): string {
  const base = realm.hub.app.baseUrl;
  return url.startsWith(base) ? url : base + url.replace(/^\/+/, "");
}

/** The window that was asked for, and was not refused. */
export function specOf(realm: Realm, url: string, options: Options): WindowSpec {
  // The newest way to say a size wins over the older ones.
  const old: BoundsOption = {
    left: options.bounds?.left ?? options.left ?? options.defaultLeft,
    top: options.bounds?.top ?? options.top ?? options.defaultTop,
    width: options.bounds?.width ?? options.width ?? options.defaultWidth,
    height: options.bounds?.height ?? options.height ?? options.defaultHeight,
  } as BoundsOption;
  const wanted = defined({ ...old, ...defined(options.outerBounds), ...defined(options.innerBounds) });
  const sizes = defined({ ...options, ...defined(options.outerBounds), ...defined(options.innerBounds) });
  const { left, top, width, height } = wanted;
  const limits = limitsOf({
    min: defined({ width: sizes.minWidth, height: sizes.minHeight }),
    max: defined({ width: sizes.maxWidth, height: sizes.maxHeight }),
  });
  const size = (side: "width" | "height", value: number | undefined) =>
    value === undefined || value <= 0 ? undefined : within(limits, side, value);
  const frame = frameOf(options);
  return {
    id: options.id ?? "",
    url: addressOf(realm, url),
    bounds: defined({ left, top, width: size("width", width), height: size("height", height) }),
    ...limits,
    state: options.state ?? "normal",
    hidden: options.hidden ?? false,
    focused: options.focused ?? true,
    resizable: options.resizable ?? true,
    alwaysOnTop: options.alwaysOnTop ?? false,
    framed: frame.type !== "none",
    colors: frame.color === undefined
      ? null
      : { active: rgb(frame.color), inactive: rgb(frame.inactiveColor ?? frame.color) },
  };
}

function frameOf({ frame }: Options): Frame {
  return typeof frame === "object" ? defined(frame) : defined({ type: frame });
}

function rgb(text: string): number {
  const digits = text.slice(1);
  return parseInt(digits.length === 3 ? digits.replace(/./g, "$&$&") : digits, 16);
}

/** Without the members that are `undefined` or `null`. */
function defined<T extends object>(value: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
