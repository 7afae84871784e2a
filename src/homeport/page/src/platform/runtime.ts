// chrome.runtime: who the app is, where it runs, and its life's events.

import { adopt } from "../binding/adopt.ts";
import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import { answer, asynchronous, enumOf, namespace, param, STRING, synchronous } from "./shape.ts";

const RUNTIME = namespace({
  functions: {
    getBackgroundPage: asynchronous(),
    getManifest: synchronous(),
    getPlatformInfo: asynchronous(),
    getURL: synchronous(param("path", STRING)),
    getVersion: synchronous(),
  },
  events: [
    "onStartup",
    "onInstalled",
    "onEnabled",
    "onSuspend",
    "onSuspendCanceled",
    "onUpdateAvailable",
    "onBrowserUpdateAvailable",
    "onConnect",
    "onConnectExternal",
    "onMessage",
    "onMessageExternal",
    "onRestartRequired",
  ],
  enums: {
    OnInstalledReason: enumOf("install", "update", "chrome_update", "shared_module_update"),
    OnRestartRequiredReason: enumOf("app_update", "os_update", "periodic"),
    PlatformArch: enumOf("arm", "arm64", "x86-32", "x86-64", "mips", "mips64", "ppc64", "riscv64"),
    PlatformNaclArch: enumOf("arm", "x86-32", "x86-64", "mips", "mips64", "ppc64"),
    PlatformOs: enumOf("mac", "win", "android", "cros", "linux", "openbsd"),
    RequestUpdateCheckStatus: enumOf("throttled", "no_update", "update_available"),
  },
});

export const runtime: Platform = {
  namespaces: { runtime: RUNTIME },
  properties: (realm) => ({ runtime: { id: realm.hub.app.id } }),
  implement: (realm) => ({
    "runtime.getBackgroundPage": answer(realm, () => realm.hub.windows.background),
    "runtime.getManifest": () => adopt(realm.hub.app.manifest),
    "runtime.getPlatformInfo": answer(realm, () => realm.hub.app.platform),
    "runtime.getURL": ([path]) => urlOf(realm, path as string),
    "runtime.getVersion": () => realm.hub.app.manifest.version,
  }),
};

/** A URL inside the app; never one outside, whatever the path says. */
function urlOf(realm: Realm, path: string): string {
  return realm.hub.app.baseUrl + path.replace(/^\//, "");
}
