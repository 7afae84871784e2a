// Puts a frame's `chrome` together: the generated schema, and what the platform files add.

import { type Namespace, schema } from "../schema.gen.ts";
import type { HubSide } from "../seam.ts";
import { PLATFORM, type Platform } from "../platform/mod.ts";
import type { Implementation } from "./function.ts";
import { Realm } from "./realm.ts";
import type { Types } from "./types.ts";
import { visible } from "./visible.ts";

/** Builds the realm of this frame; its `chrome` is complete when this returns. */
export function buildRealm(hub: HubSide, platforms: readonly Platform[] = PLATFORM): Realm {
  const namespaces: Record<string, Namespace> = { ...schema };
  for (const platform of platforms) Object.assign(namespaces, platform.namespaces);
  const names = Object.keys(namespaces).filter((name) => {
    return visible(namespaces[name]!.requires, hub.app.manifest);
  }).sort();
  const realm = new Realm(hub, typesOf(namespaces), names);
  const implementations: Record<string, Implementation> = {};
  for (const platform of platforms) Object.assign(implementations, platform.implement?.(realm));
  for (const name of names) {
    Object.assign(realm.place(name), propertiesOf(realm, name, platforms));
    realm.define(name, namespaces[name]!, implementations);
  }
  for (const platform of platforms) platform.start?.(realm);
  return realm;
}

function propertiesOf(realm: Realm, name: string, platforms: readonly Platform[]): Record<string, unknown> {
  return Object.assign({}, ...platforms.map((platform) => platform.properties?.(realm)[name]));
}

function typesOf(namespaces: Readonly<Record<string, Namespace>>): Types {
  return Object.assign({}, ...Object.values(namespaces).map((namespace) => namespace.types));
}

/** Makes it the `chrome` of `scope`. Some versions of Chromium have one that may be written, but not be defined anew. */
export function placeChrome(scope: object, chrome: object): void {
  const fixed = Object.getOwnPropertyDescriptor(scope, "chrome")?.configurable === false;
  const looks = { writable: true, enumerable: true, configurable: true };
  Object.defineProperty(scope, "chrome", fixed ? { value: chrome } : { value: chrome, ...looks });
}
