// chrome.commands: the keys of the manifest, while one of the app's windows has them.

import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import { answer, asynchronous, namespace } from "./shape.ts";

interface Command {
  name: string;
  description: string;
  shortcut: string;
}

/** What the manifest calls the system. */
const SYSTEMS: Readonly<Record<string, string>> = { win: "windows", cros: "chromeos" };

/** What a keyboard calls a key that the manifest calls otherwise; letters and digits are told by their looks. */
const CODES: Readonly<Record<string, string>> = {
  ...{ Left: "ArrowLeft", Right: "ArrowRight", Up: "ArrowUp", Down: "ArrowDown" },
  ...{ MediaNextTrack: "MediaTrackNext", MediaPrevTrack: "MediaTrackPrevious" },
};

/** The app's commands, in the order of their names as in Chromium. */
function commandsOf(realm: Realm): Command[] {
  const { manifest, platform } = realm.hub.app;
  const { commands = {} } = manifest as {
    commands?: Record<string, { description?: string; suggested_key?: string | Record<string, string> }>;
  };
  const system = SYSTEMS[platform.os] ?? platform.os;
  return Object.entries(commands).sort(([a], [b]) => a < b ? -1 : 1).map(([name, command]) => {
    const { description = "", suggested_key: key = {} } = command ?? {};
    const chosen = typeof key === "string" ? key : key[system] ?? key.default ?? "";
    return { name, description, shortcut: system === "mac" ? chosen.replace("Ctrl", "Command") : chosen };
  });
}

/** Whether somebody pressed the shortcut, and no other key beside it. */
function pressed(shortcut: string, event: KeyboardEvent): boolean {
  const parts = shortcut.split("+");
  const key = parts.pop()!;
  const held = [
    event.ctrlKey === (parts.includes("Ctrl") || parts.includes("MacCtrl")),
    event.altKey === parts.includes("Alt"),
    event.shiftKey === parts.includes("Shift"),
    event.metaKey === (parts.includes("Command") || parts.includes("Search")),
  ];
  const code = /^[A-Z]$/.test(key) ? `Key${key}` : /^\d$/.test(key) ? `Digit${key}` : CODES[key] ?? key;
  return key !== "" && event.code === code && held.every(Boolean);
}

export const commands: Platform = {
  namespaces: {
    commands: namespace({
      requires: "commands",
      functions: { getAll: asynchronous() },
      events: ["onCommand"],
    }),
  },
  implement: (realm) => ({ "commands.getAll": answer(realm, () => commandsOf(realm)) }),
  start(realm) {
    if (realm.hub.app.host !== "browser" || realm.chrome.commands === undefined) return;
    const known = commandsOf(realm);
    addEventListener("keydown", (event) => {
      const command = event.repeat ? undefined : known.find(({ shortcut }) => pressed(shortcut, event));
      if (command === undefined) return;
      event.preventDefault();
      realm.hub.emit("commands.onCommand", [command.name]);
    }, { capture: true });
  },
};
