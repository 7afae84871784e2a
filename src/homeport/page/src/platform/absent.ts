// What a page cannot have: devices beside the network. As in today's Chromium `chrome.serial`, `usb` and `bluetooth`
// are not there, and `hid` finds nothing. The console says so, once.

import { note } from "../binding/report.ts";
import { visible } from "../binding/visible.ts";
import type { Platform } from "./mod.ts";
import { answer, ANY, asynchronous, INTEGER, namespace, OBJECT, param, refused } from "./shape.ts";

const ABSENT = [
  ...["serial", "usb", "bluetooth", "audio", "mediaGalleries", "syncFileSystem", "tts"],
  ...["desktopCapture", "documentScan", "printerProvider", "wallpaper", "vpnProvider", "mdns", "dns"],
];
/** What is there, and finds nothing to work with. */
const IDLE: Readonly<Record<string, string>> = {
  hid: "finds no device",
  gcm: "is disabled",
  identity: "knows nobody who is signed in",
};
const NO_DEVICE = "Failed to open HID device.";
const NO_CONNECTION = "Connection not established.";

const HID = namespace({
  requires: "permission:hid",
  functions: {
    connect: asynchronous(param("deviceId", INTEGER)),
    disconnect: asynchronous(param("connectionId", INTEGER)),
    getDevices: asynchronous(param("options", { ref: "hid.GetDevicesOptions" })),
    receive: {
      params: [param("connectionId", INTEGER)],
      callback: { optional: false, promise: false, params: [] },
    },
    receiveFeatureReport: asynchronous(param("connectionId", INTEGER), param("reportId", INTEGER)),
    send: asynchronous(
      param("connectionId", INTEGER),
      param("reportId", INTEGER),
      param("data", { kind: "binary" }),
    ),
    sendFeatureReport: asynchronous(
      param("connectionId", INTEGER),
      param("reportId", INTEGER),
      param("data", { kind: "binary" }),
    ),
  },
  events: ["onDeviceAdded", "onDeviceRemoved"],
  types: { "hid.GetDevicesOptions": { ...OBJECT, additional: ANY } },
});

export const absent: Platform = {
  namespaces: { hid: HID },
  implement(realm) {
    return {
      "hid.connect": refused(realm, NO_DEVICE),
      "hid.disconnect": refused(realm, NO_CONNECTION),
      "hid.getDevices": answer(realm, () => []),
      "hid.receive": refused(realm, NO_CONNECTION),
      "hid.receiveFeatureReport": refused(realm, NO_CONNECTION),
      "hid.send": refused(realm, NO_CONNECTION),
      "hid.sendFeatureReport": refused(realm, NO_CONNECTION),
    };
  },
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
