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

  constructor(list: unknown) {
    const entries = Array.isArray(list) ? list : [];
    this.hosts = new HostPermissions(entries);
    const names = entries.flatMap((entry) => typeof entry === "string" ? [entry] : withParts(entry));
    this.names = names.filter((name) => !this.hosts.texts.includes(name) && !ONLY_PARTS.has(name)).sort();
  }

  all({ names, hosts }: Asked): boolean {
    return names.every((name) => this.names.includes(name)) && hosts.every((host) => this.hosts.covers(host));
  }

  any({ names, hosts }: Asked): boolean {
    return names.some((name) => this.names.includes(name)) || hosts.some((host) => this.hosts.covers(host));
  }
}

function read(given: unknown): Asked {
  const { permissions = [], origins = [] } = given as { permissions?: string[]; origins?: string[] };
  const hosts = origins.map((text) => {
    const pattern = parseHostPattern(text);
    if (typeof pattern === "string") throw new Error(`Invalid value for origin pattern ${text}: ${pattern}`);
    return pattern;
  });
  return { names: permissions, hosts };
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
        const { hosts, names } = declared(realm).required;
        return { origins: hosts.texts, permissions: names };
      }),
      "permissions.remove": answer(realm, ([asked]) => remove(realm, asked)),
      "permissions.request": answer(realm, ([asked]) => request(realm, asked)),
    };
  },
};
