// What a page cannot have: devices beside the network. As in today's Chromium `chrome.serial`, `usb` and `bluetooth`
// are not there, and `hid` finds nothing. The console says so, once.

import { note } from "../binding/report.ts";
import { visible } from "../binding/visible.ts";
import type { Platform } from "./mod.ts";
import { answer, ANY, asynchronous, INTEGER, namespace, OBJECT, param } from "./shape.ts";

const ABSENT = [
  ...["serial", "usb", "bluetooth", "audio", "mediaGalleries", "syncFileSystem", "tts"],
  ...["desktopCapture", "documentScan", "printerProvider", "wallpaper", "vpnProvider", "mdns", "dns"],
];
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
    const failing = (text: string) =>
      answer(realm, () => {
        throw new Error(text);
      });
    return {
      "hid.connect": failing(NO_DEVICE),
      "hid.disconnect": failing(NO_CONNECTION),
      "hid.getDevices": answer(realm, () => []),
      "hid.receive": failing(NO_CONNECTION),
      "hid.receiveFeatureReport": failing(NO_CONNECTION),
      "hid.send": failing(NO_CONNECTION),
      "hid.sendFeatureReport": failing(NO_CONNECTION),
    };
  },
  start(realm) {
    const { shared, app } = realm.hub;
    if (shared.has("absent")) return;
    shared.set("absent", true);
    const asked = ABSENT.filter((name) => visible(`permission:${name}`, app.manifest));
    const found = visible("permission:hid", app.manifest) ? ["chrome.hid finds no device"] : [];
    if (visible("permission:gcm", app.manifest)) found.push("chrome.gcm is disabled");
    if (visible("permission:identity", app.manifest)) {
      found.push("chrome.identity knows nobody who is signed in");
    }
    if (asked.length > 0) found.unshift(`${asked.map((name) => `chrome.${name}`).join(", ")}: not there`);
    if (found.length > 0) {
      note(`homeport: the manifest asks for what a page cannot have. ${found.join("; ")}.`);
    }
  },
};
