// Servers that the manifest's permissions name need not consent to be asked, by pages and their workers.

import { HostPermissions } from "../web/hosts.ts";
import { lead } from "../web/lead.ts";
import { ownPolicies } from "../web/own_policy.ts";
import type { Platform } from "./mod.ts";

export const otherServers: Platform = {
  start({ hub }) {
    const { permissions = [] } = hub.app.manifest;
    // Without a browser there is no consent to be asked for.
    if (hub.app.host !== "browser" || hub.secret === null || !new HostPermissions(permissions).any) return;
    lead({ secret: hub.secret, permissions, policies: ownPolicies() });
  },
};
