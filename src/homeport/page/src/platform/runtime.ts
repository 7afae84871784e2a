// chrome.runtime: who the app is, where it runs, and its life's events.

import { adopt } from "../binding/adopt.ts";
import type { Realm } from "../binding/realm.ts";
import { silentReply } from "../binding/reply.ts";
import type { Platform } from "./mod.ts";
import type { Type } from "../schema.gen.ts";
import {
  answer,
  ANY,
  asynchronous,
  BOOLEAN,
  enumOf,
  INTEGER,
  namespace,
  OBJECT,
  optional,
  param,
  STRING,
  synchronous,
} from "./shape.ts";

const CONNECT_INFO: Type = {
  name: "object",
  kind: "object",
  properties: {
    name: { type: STRING, optional: true },
    includeTlsChannelId: { type: BOOLEAN, optional: true },
  },
};

const NOT_KIOSK = "Function available only for ChromeOS kiosk mode.";

const RUNTIME = namespace({
  functions: {
    connect: synchronous(
      optional("extensionId", STRING),
      optional("connectInfo", { ref: "runtime.ConnectInfo" }),
    ),
    getBackgroundPage: asynchronous(),
    getManifest: synchronous(),
    getPackageDirectoryEntry: asynchronous(),
    getPlatformInfo: asynchronous(),
    getURL: synchronous(param("path", STRING)),
    getVersion: synchronous(),
    openOptionsPage: asynchronous(),
    reload: synchronous(),
    requestUpdateCheck: asynchronous(),
    restart: synchronous(),
    restartAfterDelay: asynchronous(param("seconds", INTEGER)),
    sendMessage: asynchronous(
      optional("extensionId", STRING),
      param("message", ANY),
      optional("options", OBJECT),
    ),
    setUninstallURL: asynchronous(param("url", STRING)),
  },
  types: { "runtime.ConnectInfo": CONNECT_INFO },
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
    "runtime.openOptionsPage": answer(realm, () => {
      throw new Error("Could not create an options page.");
    }),
    "runtime.reload": () => realm.hub.call("runtime.reload", [], silentReply),
    "runtime.requestUpdateCheck": answer(realm, () => ({ status: "no_update", version: "" })),
    "runtime.restart": () => undefined,
    "runtime.restartAfterDelay": answer(realm, () => {
      throw new Error(NOT_KIOSK);
    }),
    "runtime.setUninstallURL": answer(realm, () => undefined),
    "runtime.getVersion": () => realm.hub.app.manifest.version,
  }),
};

/** A URL inside the app; never one outside, whatever the path says. */
function urlOf(realm: Realm, path: string): string {
  return realm.hub.app.baseUrl + path.replace(/^\//, "");
}
