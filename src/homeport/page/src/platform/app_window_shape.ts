// The shape of chrome.app.window: what `create` takes, as Chromium 156 checks it.

import type { Slot, Type } from "../schema.gen.ts";
import {
  ANY,
  asynchronous,
  BOOLEAN,
  enumOf,
  INTEGER,
  namespace,
  optional,
  param,
  STRING,
  synchronous,
} from "./shape.ts";

function object(properties: Record<string, Type>): Type {
  const slots: Record<string, Slot> = {};
  for (const [name, type] of Object.entries(properties)) slots[name] = { type, optional: true };
  return { kind: "object", properties: slots };
}

const PLACE = { left: INTEGER, top: INTEGER, width: INTEGER, height: INTEGER };
const SIZES = { minWidth: INTEGER, minHeight: INTEGER, maxWidth: INTEGER, maxHeight: INTEGER };
const ref = (name: string): Type => ({ ref: `app.window.${name}` });
const enumeration = (...values: string[]): Type => ({ kind: "enum", values });

export const APP_WINDOW = namespace({
  functions: {
    canSetVisibleOnAllWorkspaces: synchronous(),
    create: asynchronous(param("url", STRING), optional("options", ref("CreateWindowOptions"))),
    current: synchronous(),
    get: synchronous(param("id", STRING)),
    getAll: synchronous(),
  },
  events: [
    "onBoundsChanged",
    "onClosed",
    "onFullscreened",
    "onMaximized",
    "onMinimized",
    "onRestored",
    "onAlphaEnabledChanged",
  ],
  enums: {
    State: enumOf("normal", "fullscreen", "maximized", "minimized"),
    WindowType: enumOf("shell", "panel"),
  },
  types: {
    "app.window.ContentBounds": object(PLACE),
    "app.window.BoundsSpecification": object({ ...PLACE, ...SIZES }),
    "app.window.FrameOptions": object({
      type: STRING,
      color: STRING,
      activeColor: STRING,
      inactiveColor: STRING,
    }),
    "app.window.State": enumeration("normal", "fullscreen", "maximized", "minimized"),
    "app.window.WindowType": enumeration("shell", "panel"),
    "app.window.CreateWindowOptions": object({
      id: STRING,
      innerBounds: ref("BoundsSpecification"),
      outerBounds: ref("BoundsSpecification"),
      defaultWidth: INTEGER,
      defaultHeight: INTEGER,
      defaultLeft: INTEGER,
      defaultTop: INTEGER,
      ...PLACE,
      ...SIZES,
      type: ref("WindowType"),
      ime: BOOLEAN,
      showInShelf: BOOLEAN,
      icon: STRING,
      frame: { kind: "choices", choices: [STRING, ref("FrameOptions")] },
      bounds: ref("ContentBounds"),
      alphaEnabled: BOOLEAN,
      state: ref("State"),
      hidden: BOOLEAN,
      resizable: BOOLEAN,
      singleton: BOOLEAN,
      alwaysOnTop: BOOLEAN,
      focused: BOOLEAN,
      visibleOnAllWorkspaces: BOOLEAN,
      lockScreenAction: ANY,
    }),
  },
});
