// chrome.app.window: windows of the app, each a page of its own in the same agent.

import type { Realm } from "../binding/realm.ts";
import type { Bounds, WindowSpec, WindowState } from "../seam.ts";
import { AppWindow } from "./app_window_object.ts";
import type { Platform } from "./mod.ts";

interface BoundsOption extends Partial<Bounds> {
  minWidth?: number;
  minHeight?: number;
  maxWidth?: number;
  maxHeight?: number;
}

interface Options extends BoundsOption {
  id?: string;
  innerBounds?: BoundsOption;
  outerBounds?: BoundsOption;
  bounds?: BoundsOption;
  defaultWidth?: number;
  defaultHeight?: number;
  defaultLeft?: number;
  defaultTop?: number;
  frame?: string | { type?: string };
  state?: WindowState;
  hidden?: boolean;
  resizable?: boolean;
  alwaysOnTop?: boolean;
  focused?: boolean;
}

export const appWindow: Platform = {
  implement(realm) {
    const { windows } = realm.hub;
    return {
      "app.window.canSetVisibleOnAllWorkspaces": () => false,
      "app.window.create": ([url, options], reply) => {
        const spec = specOf(urlOf(realm, url as string), (options ?? {}) as Options);
        windows.create(spec, (entry) => new AppWindow(realm, entry), reply);
      },
      "app.window.current": () => windows.of(globalThis)?.object ?? null,
      "app.window.get": ([id]) => windows.get(id as string)?.object ?? null,
      "app.window.getAll": () => windows.all().map((entry) => entry.object),
    };
  },
  start(realm) {
    // Asked for before the app's first line, which may close the window by the web's own means.
    const entry = realm.hub.windows.of(globalThis);
    if (entry === null) {
      if (isBackground(realm)) realm.hub.windows.background = globalThis;
      return;
    }
    entry.object ??= new AppWindow(realm, entry);
    Object.defineProperty(globalThis, "close", {
      value: () => entry.close(),
      writable: true,
      configurable: true,
    });
    Object.defineProperty(globalThis, "opener", {
      value: realm.hub.windows.background,
      writable: true,
      configurable: true,
    });
  },
};

/** Tells whoever made this frame's window that it is there; `chrome` must be complete. */
export function presentWindow(realm: Realm): void {
  const entry = realm.hub.windows.of(globalThis);
  if (entry !== null) realm.hub.windows.ready(entry);
}

function isBackground(realm: Realm): boolean {
  const { baseUrl, background } = realm.hub.app;
  return background !== null && location.href.split(/[?#]/)[0] === baseUrl + background;
}

/** A page of the app's own, however it is written. */
function urlOf(realm: Realm, url: string): string {
  const base = realm.hub.app.baseUrl;
  return url.startsWith(base) ? url : base + url.replace(/^\/+/, "");
}

function specOf(url: string, options: Options): WindowSpec {
  // The newest way to say a size wins over the older ones.
  const old: BoundsOption = {
    left: options.bounds?.left ?? options.left ?? options.defaultLeft,
    top: options.bounds?.top ?? options.top ?? options.defaultTop,
    width: options.bounds?.width ?? options.width ?? options.defaultWidth,
    height: options.bounds?.height ?? options.height ?? options.defaultHeight,
  } as BoundsOption;
  const wanted = defined({ ...old, ...defined(options.outerBounds), ...defined(options.innerBounds) });
  const limits = defined({ ...options, ...defined(options.outerBounds), ...defined(options.innerBounds) });
  const { left, top, width, height } = wanted;
  const frame = typeof options.frame === "object" ? options.frame.type : options.frame;
  return {
    id: options.id ?? "",
    url,
    bounds: defined({ left, top, width, height }),
    min: defined({ width: limits.minWidth, height: limits.minHeight }),
    max: defined({ width: limits.maxWidth, height: limits.maxHeight }),
    state: options.state ?? "normal",
    hidden: options.hidden ?? false,
    focused: options.focused ?? true,
    resizable: options.resizable ?? true,
    alwaysOnTop: options.alwaysOnTop ?? false,
    framed: frame !== "none",
  };
}

/** Without the members that are `undefined` or `null`. */
function defined<T extends object>(value: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
