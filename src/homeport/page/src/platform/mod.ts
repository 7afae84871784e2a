// The platform APIs that are answered in the page, beside the ones that the daemon answers. One file each.
//
// To add one: write `platform/NAME.ts` that exports a `Platform`, and list it below. What a file has at hand:
//
// - `realm.hub.app`: manifest, ids, locale, platform, launch data;
// - `namespaces`: the API's shape, from `shape.ts`'s small words or from the generated schema. Functions check
//   their arguments by it, with Chromium's texts, and end by callback or promise by themselves;
// - `implement`: what the functions do. `reply.finish(args, error)` ends a call; it must come from the queue,
//   so call it inside `realm.hub.enqueue(…)` (or use `answer`, below) unless a call to the daemon led to it;
// - `realm.hub.call(name, args, reply)`: a call to the daemon, such as `storage.local.get`;
// - `realm.hub.emit("runtime.onMessage", args)`: an event for every frame, in order with everything else;
// - `realm.eventState(name).dispatch(args)`: an event for this frame alone; from the queue;
// - `realm.makeEvent(name)`: an event object that the schema does not list (a webview's `onCompleted`);
// - values from another frame or the hub are copied with `adopt` before the app sees them.

import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import type { Namespace } from "../schema.gen.ts";
import { about } from "./about.ts";
import { absent } from "./absent.ts";
import { alarms } from "./alarms.ts";
import { appWindow } from "./app_window.ts";
import { autofocus } from "./autofocus.ts";
import { clipboard } from "./clipboard.ts";
import { commands } from "./commands.ts";
import { contextMenus } from "./context_menus.ts";
import { devices } from "./devices.ts";
import { fileSystem } from "./file_system.ts";
import { gcm } from "./gcm.ts";
import { i18n } from "./i18n.ts";
import { identity } from "./identity.ts";
import { idle } from "./idle.ts";
import { leftovers } from "./leftovers.ts";
import { look } from "./look.ts";
import { mdns } from "./mdns.ts";
import { messaging } from "./messaging.ts";
import { notifications } from "./notifications.ts";
import { otherServers } from "./other_servers.ts";
import { packageFiles } from "./package_files.ts";
import { packaged } from "./packaged.ts";
import { permissions } from "./permissions.ts";
import { power } from "./power.ts";
import { prefixed } from "./prefixed.ts";
import { runtime } from "./runtime.ts";
import { stays } from "./stays.ts";
import { steady } from "./steady.ts";
import { syncFileSystem } from "./sync_file_system.ts";
import { test } from "./test.ts";
import { webFiles } from "./web_files.ts";
import { webview } from "./webview.ts";

export interface Platform {
  /** Namespaces beyond the generated schema, or in place of its entries. */
  readonly namespaces?: Readonly<Record<string, Namespace>>;
  /** Functions by full name, as `runtime.getURL`. */
  implement?(realm: Realm): Readonly<Record<string, Implementation>>;
  /** Members that are neither function nor event, by namespace: `{runtime: {id: …}}`. */
  properties?(realm: Realm): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Once `chrome` is complete. */
  start?(realm: Realm): void;
}

export const PLATFORM: readonly Platform[] = [
  runtime,
  messaging,
  appWindow,
  i18n,
  alarms,
  notifications,
  power,
  idle,
  fileSystem,
  packageFiles,
  webFiles,
  otherServers,
  webview,
  devices,
  syncFileSystem,
  absent,
  about,
  permissions,
  clipboard,
  leftovers,
  packaged,
  prefixed,
  stays,
  autofocus,
  look,
  steady,
  contextMenus,
  identity,
  gcm,
  mdns,
  commands,
  test,
];
