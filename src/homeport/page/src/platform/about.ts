// chrome.management and chrome.system.*: what the app may ask about itself and its machine.

import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import { HostPermissions } from "../web/hosts.ts";
import type { Platform } from "./mod.ts";
import {
  answer,
  asynchronous,
  BOOLEAN,
  enumOf,
  namespace,
  OBJECT,
  optional,
  param,
  refused,
  STRING,
} from "./shape.ts";

const MANAGEMENT = namespace({
  functions: {
    getPermissionWarningsByManifest: asynchronous(param("manifestStr", STRING)),
    getSelf: asynchronous(),
    uninstallSelf: asynchronous(optional("options", { ref: "management.UninstallOptions" })),
  },
  enums: {
    ExtensionDisabledReason: enumOf("unknown", "permissions_increase"),
    ExtensionInstallType: enumOf("admin", "development", "normal", "sideload", "other"),
    ExtensionType: enumOf(
      ...["extension", "hosted_app", "packaged_app", "legacy_packaged_app", "theme"],
      "login_screen_extension",
    ),
    LaunchType: enumOf(
      ...["OPEN_AS_REGULAR_TAB", "OPEN_AS_PINNED_TAB", "OPEN_AS_WINDOW", "OPEN_FULL_SCREEN"],
    ),
  },
  types: { "management.UninstallOptions": OBJECT },
});

const CPU = namespace({ requires: "permission:system.cpu", functions: { getInfo: asynchronous() } });
const MEMORY = namespace({ requires: "permission:system.memory", functions: { getInfo: asynchronous() } });
const STORAGE = namespace({
  requires: "permission:system.storage",
  functions: {
    ejectDevice: asynchronous(param("id", STRING)),
    getAvailableCapacity: asynchronous(param("id", STRING)),
    getInfo: asynchronous(),
  },
  events: ["onAttached", "onDetached"],
  enums: {
    EjectDeviceResultCode: enumOf("success", "in_use", "no_such_device", "failure"),
    StorageUnitType: enumOf("fixed", "removable", "unknown"),
  },
});
const DISPLAY_ID = param("id", STRING);
/** What only ChromeOS does: it is there, and says so where it can. */
const CHROME_OS_CALLS = {
  getDisplayLayout: asynchronous(),
  setDisplayLayout: asynchronous(param("layouts", { kind: "array", items: OBJECT })),
  setDisplayProperties: asynchronous(DISPLAY_ID, param("info", { ref: "system.display.DisplayProperties" })),
  setMirrorMode: asynchronous(param("info", { ref: "system.display.MirrorModeInfo" })),
  showNativeTouchCalibration: asynchronous(DISPLAY_ID),
};
const CHROME_OS_ACTIONS = {
  clearTouchCalibration: { params: [DISPLAY_ID] },
  completeCustomTouchCalibration: {
    params: [
      param("pairs", { ref: "system.display.TouchCalibrationPairQuad" }),
      param("bounds", { ref: "system.display.Bounds" }),
    ],
  },
  enableUnifiedDesktop: { params: [param("enabled", BOOLEAN)] },
  overscanCalibrationAdjust: { params: [DISPLAY_ID, param("delta", { ref: "system.display.Insets" })] },
  overscanCalibrationComplete: { params: [DISPLAY_ID] },
  overscanCalibrationReset: { params: [DISPLAY_ID] },
  overscanCalibrationStart: { params: [DISPLAY_ID] },
  startCustomTouchCalibration: { params: [DISPLAY_ID] },
};
const NOT_CHROME_OS = "Function available only on ChromeOS.";

const DISPLAY = namespace({
  requires: "permission:system.display",
  functions: {
    ...CHROME_OS_CALLS,
    ...CHROME_OS_ACTIONS,
    getInfo: asynchronous(optional("flags", { ref: "system.display.GetInfoFlags" })),
  },
  events: ["onDisplayChanged"],
  enums: {
    ActiveState: enumOf("active", "inactive"),
    LayoutPosition: enumOf("top", "right", "bottom", "left"),
    MirrorMode: enumOf("off", "normal", "mixed"),
  },
  types: Object.fromEntries(
    ["GetInfoFlags", "DisplayProperties", "MirrorModeInfo", "TouchCalibrationPairQuad", "Bounds", "Insets"]
      .map((name) => [`system.display.${name}`, OBJECT]),
  ),
});

/** The same implementation for functions of a namespace. */
function named(space: string, functions: object, does: Implementation): Record<string, Implementation> {
  return Object.fromEntries(Object.keys(functions).map((name) => [`${space}.${name}`, does]));
}

function self(realm: Realm): object {
  const { manifest, id, baseUrl } = realm.hub.app;
  const icons = Object.entries((manifest.icons ?? {}) as Record<string, string>);
  const declared = manifest.permissions ?? [];
  const hosts = new HostPermissions(declared).texts;
  const names = declared.flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.keys(entry as object)
  );
  return {
    availableLaunchTypes: ["OPEN_AS_WINDOW"],
    description: manifest.description ?? "",
    enabled: true,
    hostPermissions: hosts,
    icons: icons.map(([size, path]) => ({ size: Number(size), url: baseUrl + path.replace(/^\//, "") })),
    id,
    installType: "development",
    isApp: true,
    launchType: "OPEN_AS_WINDOW",
    mayDisable: true,
    name: manifest.name,
    offlineEnabled: manifest.offline_enabled ?? true,
    optionsUrl: "",
    permissions: names.filter((name) => !hosts.includes(name)),
    shortName: manifest.short_name ?? manifest.name,
    type: "packaged_app",
    version: manifest.version,
  };
}

function cpu(realm: Realm): object {
  const numOfProcessors = globalThis.navigator?.hardwareConcurrency ?? 1;
  const usage = { idle: 0, kernel: 0, total: 0, user: 0 };
  return {
    archName: realm.hub.app.platform.arch.replace("x86-64", "x86_64"),
    features: [],
    modelName: "",
    numOfProcessors,
    processors: Array.from({ length: numOfProcessors }, () => ({ usage: { ...usage } })),
    temperatures: [],
  };
}

function displays(): object[] {
  if (typeof screen === "undefined") return [];
  const { width, height, availWidth, availHeight } = screen;
  const dpi = 96 * (globalThis.devicePixelRatio ?? 1);
  return [{
    id: "0",
    name: "",
    isEnabled: true,
    isInternal: false,
    isPrimary: true,
    isUnified: false,
    bounds: { left: 0, top: 0, width, height },
    workArea: { left: 0, top: 0, width: availWidth, height: availHeight },
    overscan: { left: 0, top: 0, right: 0, bottom: 0 },
    dpiX: dpi,
    dpiY: dpi,
    rotation: 0,
    mirroringSourceId: "",
    modes: [],
    displayZoomFactor: 1,
    hasTouchSupport: false,
  }];
}

export const about: Platform = {
  namespaces: {
    management: MANAGEMENT,
    "system.cpu": CPU,
    "system.memory": MEMORY,
    "system.storage": STORAGE,
    "system.display": DISPLAY,
  },
  implement(realm) {
    return {
      "management.getPermissionWarningsByManifest": answer(realm, () => []),
      "management.getSelf": answer(realm, () => self(realm)),
      "management.uninstallSelf": refused(
        realm,
        "Homeport has no installed apps; delete the app's folder instead.",
      ),
      "system.cpu.getInfo": answer(realm, () => cpu(realm)),
      "system.memory.getInfo": answer(realm, () => {
        const gigabytes = (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? 4;
        return { availableCapacity: gigabytes * 2 ** 29, capacity: gigabytes * 2 ** 30 };
      }),
      "system.storage.getInfo": answer(realm, () => []),
      "system.storage.ejectDevice": answer(realm, () => "no_such_device"),
      "system.storage.getAvailableCapacity": refused(
        realm,
        "Error occurred when querying available capacity.",
      ),
      "system.display.getInfo": answer(realm, displays),
      ...named("system.display", CHROME_OS_CALLS, refused(realm, NOT_CHROME_OS)),
      ...named("system.display", CHROME_OS_ACTIONS, () => undefined),
    };
  },
};
