// chrome.runtime: who the app is, where it runs, and its life's events.

import { adopt } from "../binding/adopt.ts";
import type { Realm } from "../binding/realm.ts";
import { CallbackReply, silentReply } from "../binding/reply.ts";
import type { Platform } from "./mod.ts";
import { restarts } from "./restart.ts";
import { answer, refused } from "./shape.ts";

export const runtime: Platform = {
  start(realm) {
    const get = () => realm.gone ? undefined : realm.hub.app.id;
    Object.defineProperty(realm.runtime, "id", { get, enumerable: true, configurable: true });
  },
  implement: (realm) => ({
    "runtime.getBackgroundPage": answer(realm, () => realm.hub.windows.background),
    "runtime.getManifest": () => adopt(realm.hub.app.manifest),
    "runtime.getPlatformInfo": answer(realm, () => realm.hub.app.platform),
    "runtime.getURL": ([path]) => urlOf(realm, path as string),
    "runtime.openOptionsPage": refused(realm, "Could not create an options page."),
    "runtime.reload": () => reload(realm),
    "runtime.requestUpdateCheck": (_args, reply) => {
      const [status, version] = ["no_update", ""];
      const told = reply instanceof CallbackReply ? [status, { version }] : [{ status, version }];
      realm.hub.enqueue(() => reply.finish(told, null));
    },
    ...restarts(realm, () => reload(realm)),
    "runtime.setUninstallURL": answer(realm, () => undefined),
    "runtime.getVersion": () => realm.hub.app.manifest.version,
  }),
};

/** Once the daemon has closed the app's sockets the tab loads anew. Headless the daemon does that. */
function reload(realm: Realm): void {
  const finish = (args: readonly unknown[], error: string | null) => {
    silentReply.finish(args, error);
    if (error === null && realm.hub.app.host === "browser") globalThis.top!.location.reload();
  };
  realm.hub.call("runtime.reload", [], { ...silentReply, finish });
}

/** A URL inside the app; never one outside, whatever the path says. */
function urlOf(realm: Realm, path: string): string {
  return new URL(realm.hub.app.baseUrl + path.replace(/^\//, "")).href;
}
