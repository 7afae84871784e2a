// chrome.syncFileSystem: what Chromium still has of it, which signs nobody in and keeps nothing.

import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import { answer, asynchronous, enumOf, Failure, namespace, param } from "./shape.ts";

const NOBODY = "Sync: authentication failed. (error code: -107).";
const DEPRECATED = "syncFileSystem API is deprecated";
const [LAST_WRITE_WIN, MANUAL] = ["last_write_win", "manual"];
const STATUSES = ["initializing", "running", "authentication_required", "temporary_unavailable", "disabled"];

export const syncFileSystem: Platform = {
  namespaces: {
    syncFileSystem: namespace({
      requires: "permission:syncFileSystem",
      functions: {
        getConflictResolutionPolicy: asynchronous(),
        getFileStatus: asynchronous(param("fileEntry", { kind: "instance", name: "Entry" })),
        getFileStatuses: asynchronous(
          param("fileEntries", { kind: "array", items: { kind: "instance", name: "object" } }),
        ),
        getServiceStatus: asynchronous(),
        getUsageAndQuota: asynchronous(param("fileSystem", { kind: "instance", name: "DOMFileSystem" })),
        requestFileSystem: asynchronous(),
        setConflictResolutionPolicy: asynchronous(
          param("policy", { ref: "syncFileSystem.ConflictResolutionPolicy" }),
        ),
      },
      events: ["onServiceStatusChanged", "onFileStatusChanged"],
      enums: {
        ConflictResolutionPolicy: enumOf(LAST_WRITE_WIN, MANUAL),
        FileStatus: enumOf("synced", "pending", "conflicting"),
        ServiceStatus: enumOf(...STATUSES),
        SyncAction: enumOf("added", "updated", "deleted"),
        SyncDirection: enumOf("local_to_remote", "remote_to_local"),
      },
      types: {
        "syncFileSystem.ConflictResolutionPolicy": { kind: "enum", values: [LAST_WRITE_WIN, MANUAL] },
      },
    }),
  },
  implement: (realm) => ({
    "syncFileSystem.getConflictResolutionPolicy": answer(realm, () => LAST_WRITE_WIN),
    "syncFileSystem.getFileStatus": fails(realm, DEPRECATED),
    "syncFileSystem.getFileStatuses": statuses(realm),
    "syncFileSystem.getServiceStatus": answer(realm, () => STATUSES.at(-1)),
    "syncFileSystem.getUsageAndQuota": answer(realm, () => ({ quotaBytes: 0, usageBytes: 0 })),
    "syncFileSystem.requestFileSystem": fails(realm, NOBODY, null),
    "syncFileSystem.setConflictResolutionPolicy": answer(realm, ([policy]) => {
      if (policy === MANUAL) throw new Error(`Policy ${MANUAL} is not supported.`);
    }),
  }),
};

/** What fails, and gives the callback something all the same. */
function fails(realm: Realm, text: string, ...args: unknown[]): Implementation {
  return answer(realm, () => {
    throw new Failure(text, args);
  });
}

/** The one script of Chromium's own in between takes any object for an entry. */
function statuses(realm: Realm): Implementation {
  const fail = fails(realm, DEPRECATED, []);
  return (args, reply) => {
    for (const entry of args[0] as { toURL?: unknown }[]) {
      if (typeof entry.toURL !== "function") throw new TypeError("entries[i].toURL is not a function");
    }
    return fail(args, reply);
  };
}
