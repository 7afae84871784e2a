// chrome.runtime.getPackageDirectoryEntry: the app's own files as entries.

import { DirectoryEntry, FileSystem } from "../files/entry.ts";
import { PackageStore, ROOT, type Row } from "../files/package.ts";
import type { Platform } from "./mod.ts";

export const packageFiles: Platform = {
  implement: (realm) => ({
    "runtime.getPackageDirectoryEntry": (_args, reply) => {
      realm.hub.call("runtime.getPackageFiles", [], {
        finish: ([rows], error) => {
          if (error !== null) return reply.finish([], error);
          const store = new PackageStore(realm.hub.app.baseUrl, rows as Row[]);
          reply.finish([new DirectoryEntry(new FileSystem(store), store, ROOT)], null);
        },
        sent() {},
        lost: (error) => reply.lost(error),
        abandon: () => reply.abandon(),
      });
    },
  }),
};
