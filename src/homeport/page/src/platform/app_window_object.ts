// AppWindow: one object a window, made in the window's own frame and seen from all. Its members are found where
// Chromium has them: all but the bounds on a prototype of its own, most of them working without their object.

import { eventObject, EventState } from "../binding/event.ts";
import { apiFunction, type Implementation, INVALIDATED } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import type { ApiFunction } from "../schema.gen.ts";
import type { AppWindowEntry, Bounds as Place, WindowFace } from "../seam.ts";
import { BOOLEAN, optional, param, STRING } from "./shape.ts";
import { Bounds, type Limits, limitsOf, placeOf } from "./window_bounds.ts";

const EVENTS = [
  "AlphaEnabledChanged",
  "Restored",
  "Maximized",
  "Minimized",
  "Fullscreened",
  "BoundsChanged",
  "Closed",
] as const;

/** The methods that Chromium passes on to an API of its own, which checks their arguments. */
const CHECKED: Readonly<Record<string, ApiFunction>> = {
  clearAttention: { params: [] },
  drawAttention: { params: [] },
  focus: { params: [] },
  fullscreen: { params: [] },
  hide: { params: [] },
  maximize: { params: [] },
  minimize: { params: [] },
  restore: { params: [] },
  setActivateOnPointer: { params: [param("activate_on_pointer", BOOLEAN)] },
  setAlwaysOnTop: { params: [param("always_on_top", BOOLEAN)] },
  setIcon: { params: [param("icon_url", STRING)] },
  setVisibleOnAllWorkspaces: { params: [param("always_visible", BOOLEAN)] },
  show: { params: [optional("focused", BOOLEAN)] },
};

/** Makes the object of a window. */
export function windowFace(realm: Realm, entry: AppWindowEntry): WindowFace {
  const events: Record<string, EventState> = {};
  const limits: Limits = limitsOf(entry.spec);
  function AppWindow(this: { innerBounds: object; outerBounds: object }): void {
    this.innerBounds = new Bounds(entry, limits, false);
    this.outerBounds = new Bounds(entry, limits, true);
  }
  const members = AppWindow.prototype as Record<string, unknown>;
  Object.assign(members, checked(realm, entry), unchecked(realm, entry));
  for (const name of EVENTS) members[`on${name}`] = eventObject(events[name] = new EventState());
  const { colors, id } = entry.spec;
  const fixed = {
    id,
    hasFrameColor: colors !== null,
    activeFrameColor: colors?.active ?? 0,
    inactiveFrameColor: colors?.inactive ?? 0,
  };
  for (const [name, value] of Object.entries(fixed)) {
    Object.defineProperty(members, name, { get: () => value });
  }
  return {
    object: new (AppWindow as unknown as new () => object)(),
    tell(event) {
      events[event]?.dispatch([]);
      // In the window itself the namespace has the same events.
      realm.eventState(`app.window.on${event}`).dispatch([]);
    },
  };
}

function checked(realm: Realm, entry: AppWindowEntry): Record<string, unknown> {
  const { host } = entry;
  const doing: Record<string, Implementation> = {
    clearAttention: () => host.drawAttention(false),
    drawAttention: () => host.drawAttention(true),
    focus: () => host.focus(),
    fullscreen: () => host.setState("fullscreen"),
    hide: () => host.hide(),
    maximize: () => host.setState("maximized"),
    minimize: () => host.setState("minimized"),
    restore: () => host.setState("normal"),
    setAlwaysOnTop: ([on]) => host.setAlwaysOnTop(entry.alwaysOnTop = on as boolean),
    show: ([focused]) => host.show((focused as boolean | null) ?? true),
  };
  return Object.fromEntries(
    Object.entries(CHECKED).map(([name, shape]) => {
      const act = doing[name] ?? (() => {});
      const made = apiFunction(realm, `app.currentWindowInternal.${name}`, shape, (args, reply) => {
        act(args, reply);
      });
      return [name, made];
    }),
  );
}

function unchecked(realm: Realm, entry: AppWindowEntry): Record<string, unknown> {
  const { host } = entry;
  const { contentWindow } = host;
  const own = contentWindow === globalThis;
  function moveTo(left: number, top: number): void {
    need(2, "moveTo", arguments);
    host.setBounds({ left, top });
  }
  function resizeTo(width: number, height: number): void {
    need(2, "resizeTo", arguments);
    const frame = host.frameSize();
    host.setBounds({ width: width - frame.width, height: height - frame.height });
  }
  const members: Record<string, unknown> = {};
  // Assigned so, a function has no name, as it has none there.
  members.alphaEnabled = function () {
    return false;
  };
  members.close = function (this: { contentWindow: { close(): void } }) {
    // A page may have a `close` of its own.
    if (own) this.contentWindow.close();
    else entry.close();
  };
  members.getBounds = function (): Place {
    const { left, top, width, height } = host.bounds();
    return { left, top, width, height };
  };
  members.isAlwaysOnTop = function () {
    return entry.alwaysOnTop;
  };
  members.isFullscreen = function () {
    return host.state() === "fullscreen";
  };
  members.isMaximized = function () {
    return host.state() === "maximized";
  };
  members.isMinimized = function () {
    return host.state() === "minimized";
  };
  members.setBounds = function (bounds: Partial<Place>) {
    if (realm.gone) throw new Error(INVALIDATED);
    host.setBounds(placeOf(bounds));
  };
  // Kept: a closed window's `contentWindow` is still an object.
  return { ...members, contentWindow, moveTo: moveTo.bind(null), resizeTo: resizeTo.bind(null) };
}

/** As where a method is one of the page's own `window`. */
function need(count: number, method: string, given: ArrayLike<unknown>): void {
  if (given.length >= count) return;
  const reason = `${count} arguments required, but only ${given.length} present.`;
  throw new TypeError(`Failed to execute '${method}' on 'Window': ${reason}`);
}
