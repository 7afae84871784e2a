// What a page cannot have: devices beside the network, and what else is the browser's own. The console says so, once.

import { note } from "../binding/report.ts";
import { visible } from "../binding/visible.ts";
import type { Platform } from "./mod.ts";

const ABSENT = [
  ...["bluetooth", "audio", "mediaGalleries", "tts", "desktopCapture", "documentScan"],
  ...["printerProvider", "wallpaper", "vpnProvider"],
];
/** What is there, and finds nothing to work with. */
const IDLE: Readonly<Record<string, string>> = {
  serial: "finds no port",
  usb: "finds no device",
  hid: "finds no device",
  syncFileSystem: "cannot sign in",
  gcm: "is disabled",
  mdns: "finds no service",
  identity: "knows nobody who is signed in",
};
export const absent: Platform = {
  start(realm) {
    const { shared, app } = realm.hub;
    if (shared.has("absent")) return;
    shared.set("absent", true);
    const asksFor = (name: string) => visible(`permission:${name}`, app.manifest);
    const asked = ABSENT.filter(asksFor);
    const found = Object.keys(IDLE).filter(asksFor).map((name) => `chrome.${name} ${IDLE[name]}`);
    if (asked.length > 0) found.unshift(`${asked.map((name) => `chrome.${name}`).join(", ")}: not there`);
    if (found.length > 0) {
      note(`homeport: the manifest asks for what a page cannot have. ${found.join("; ")}.`);
    }
  },
};
