// chrome.permissions: what the manifest says. Nothing can be added to it, so an app's user declines what is optional.

import type { Realm } from "../binding/realm.ts";
import { withParts } from "../binding/visible.ts";
import { type HostPattern, HostPermissions, parseHostPattern } from "../web/hosts.ts";
import type { Platform } from "./mod.ts";
import { answer, asynchronous, namespace, param, STRING } from "./shape.ts";

const ASKED = param("permissions", { ref: "permissions.Permissions" });

const PERMISSIONS = namespace({
  functions: {
    contains: asynchronous(ASKED),
    getAll: asynchronous(),
    remove: asynchronous(ASKED),
    request: asynchronous(ASKED),
  },
  events: ["onAdded", "onRemoved"],
  types: {
    "permissions.Permissions": {
      kind: "object",
      properties: {
        permissions: { type: { kind: "array", items: STRING }, optional: true },
        origins: { type: { kind: "array", items: STRING }, optional: true },
      },
    },
  },
});

/** Parts of them are permissions, they themselves are none. */
const ONLY_PARTS = new Set(["accessibilityFeatures", "app", "enterprise", "networking", "system"]);
/** Permissions with arguments that are shown as the manifest has them. */
const WITH_ARGUMENTS = new Set(["socket", "usbDevices"]);
const NOT_IN_MANIFEST = "Only permissions specified in the manifest may be requested.";

/** What a call is about. */
interface Asked {
  readonly names: readonly string[];
  readonly hosts: readonly HostPattern[];
}

/** One of the manifest's lists. */
class Declared {
  readonly hosts: HostPermissions;
  readonly names: readonly string[];
  /** As `getAll` has it. */
  readonly shown: readonly unknown[];

  constructor(list: unknown) {
    const entries = Array.isArray(list) ? list : [];
    this.hosts = new HostPermissions(entries);
    const all = entries.flatMap((entry): [string, unknown][] => {
      const only = typeof entry === "string" ? undefined : Object.keys(entry)[0];
      if (only === undefined || !WITH_ARGUMENTS.has(only)) {
        return (typeof entry === "string" ? [entry] : withParts(entry)).map((name) => [name, name]);
      }
      const value = only === "usbDevices" ? devicesOf(entry[only]) : entry[only];
      return [[only, { [only]: value }]];
    });
    const own = all.filter(([name]) => !this.hosts.texts.includes(name) && !ONLY_PARTS.has(name))
      .sort(([a], [b]) => a < b ? -1 : Number(a > b));
    this.shown = own.map(([, shown]) => shown);
    this.names = own.flatMap(([name, shown]) => {
      return name === "usbDevices"
        ? [name, ...namesOf((shown as { usbDevices?: unknown }).usbDevices)]
        : [name];
    });
  }

  all({ names, hosts }: Asked): boolean {
    return names.every((name) => this.names.includes(name)) && hosts.every((host) => this.hosts.covers(host));
  }

  /** Devices are one permission here, whichever they are. */
  any({ names, hosts }: Asked): boolean {
    const known = (name: string) => this.names.includes(name.startsWith("{") ? "usbDevices" : name);
    return names.some(known) || hosts.some((host) => this.hosts.covers(host));
  }
}

interface Device {
  readonly interfaceClass: number;
  readonly interfaceId: number;
  readonly productId: number;
  readonly vendorId: number;
}

/** USB devices with all that Chromium keeps of each; -1 is any. */
function devicesOf(list: unknown): Device[] {
  return (Array.isArray(list) ? list : []).map((device) => {
    const { interfaceClass = -1, interfaceId: given, productId = -1, vendorId = -1 } = Object(device);
    const interfaceId = Number.isInteger(given) ? given : -1;
    return { interfaceClass, interfaceId, productId, vendorId };
  });
}

/** A name for each device. */
const namesOf = (list: unknown): string[] => devicesOf(list).map((device) => JSON.stringify(device));

/** The names behind one that is asked about, which may have arguments. */
function parsed(text: string): string[] {
  const [name, json] = text.split(/\|(.*)/s);
  if (json === undefined) return [text];
  const list = parseJson(json);
  if (list !== undefined && name !== "usbDevices") {
    throw new Error("Only the usbDevices permission supports arguments.");
  }
  if (!areDevices(list)) throw new Error(`Invalid argument for permission '${text}'.`);
  return namesOf(list);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const upTo = (most: number, value: unknown): boolean =>
  Number.isInteger(value) && value as number >= 0 && value as number <= most;

/** Whether a permission can be about them: each has both of its ids or is a class, and there is one. */
function areDevices(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0 && list.every((device) => {
    const { interfaceClass, productId, vendorId } = Object(device);
    if (productId === undefined && vendorId === undefined) return upTo(0xFF, interfaceClass);
    return upTo(0xFFFF, productId) && upTo(0xFFFF, vendorId) &&
      (interfaceClass === undefined || upTo(0xFF, interfaceClass));
  });
}

function read(given: unknown): Asked {
  const { permissions = [], origins = [] } = given as { permissions?: string[]; origins?: string[] };
  const hosts = origins.map((text) => {
    const pattern = parseHostPattern(text);
    if (typeof pattern === "string") throw new Error(`Invalid value for origin pattern ${text}: ${pattern}`);
    return pattern;
  });
  return { names: permissions.flatMap(parsed), hosts };
}

function declared(realm: Realm): { required: Declared; optional: Declared } {
  const { permissions, optional_permissions } = realm.hub.app.manifest;
  return { required: new Declared(permissions), optional: new Declared(optional_permissions) };
}

function remove(realm: Realm, given: unknown): boolean {
  const asked = read(given);
  const { required, optional } = declared(realm);
  if (required.any(asked)) throw new Error("You cannot remove required permissions.");
  if (!optional.all(asked)) throw new Error(NOT_IN_MANIFEST);
  return true;
}

function request(realm: Realm, given: unknown): boolean {
  if (globalThis.navigator?.userActivation?.isActive !== true) {
    throw new Error("This function must be called during a user gesture");
  }
  const asked = read(given);
  const { required, optional } = declared(realm);
  if (required.all(asked)) return true;
  const { names, hosts } = asked;
  const known = names.every((name) => required.names.includes(name) || optional.names.includes(name)) &&
    hosts.every((host) => required.hosts.covers(host) || optional.hosts.covers(host));
  if (!known) throw new Error(NOT_IN_MANIFEST);
  return false;
}

export const permissions: Platform = {
  namespaces: { permissions: PERMISSIONS },
  implement(realm) {
    return {
      "permissions.contains": answer(realm, ([asked]) => declared(realm).required.all(read(asked))),
      "permissions.getAll": answer(realm, () => {
        const { hosts, shown } = declared(realm).required;
        return { origins: hosts.texts, permissions: shown };
      }),
      "permissions.remove": answer(realm, ([asked]) => remove(realm, asked)),
      "permissions.request": answer(realm, ([asked]) => request(realm, asked)),
    };
  },
};
