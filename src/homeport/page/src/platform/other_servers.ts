// XMLHttpRequest and fetch, to the servers that the manifest's permissions name, need no consent of theirs.

import { Asker } from "../web/ask.ts";
import { leadFetches } from "../web/fetch.ts";
import { HostPermissions } from "../web/hosts.ts";
import { leadRequests } from "../web/xhr.ts";
import type { Platform } from "./mod.ts";

export const otherServers: Platform = {
  start({ hub }) {
    const hosts = new HostPermissions(hub.app.manifest.permissions ?? []);
    // Without a browser there is no consent to be asked for.
    if (hub.app.host !== "browser" || hub.secret === null || !hosts.any) return;
    const asker = new Asker(hub.secret, hosts);
    leadRequests(asker);
    leadFetches(asker);
  },
};
