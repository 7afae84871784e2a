// Leads whatever a page, or a worker, asks other servers that its app's permissions name.

import { Asker } from "./ask.ts";
import { leadEventSources } from "./event_source.ts";
import { leadFetches } from "./fetch.ts";
import { HostPermissions } from "./hosts.ts";
import { leadWorkers } from "./workers.ts";
import { leadRequests } from "./xhr.ts";

/** What is to be known for it. */
export interface Lead {
  readonly secret: string;
  readonly permissions: readonly unknown[];
  /** What each policy of the page's own lets it connect to. */
  readonly policies?: readonly (readonly string[])[];
}

export function lead(how: Lead): void {
  const asker = new Asker(how.secret, new HostPermissions(how.permissions), how.policies);
  leadRequests(asker);
  leadEventSources(asker, leadFetches(asker));
  leadWorkers(how, asker);
}
