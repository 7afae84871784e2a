// chrome.mdns in a network without services: a page sees none, and is told so as Chromium tells it.

import { type Filter, FilteredEvent } from "../binding/filtered_event.ts";
import type { Platform } from "./mod.ts";
import { answer, asynchronous, namespace } from "./shape.ts";

const EVENT = "mdns.onServiceList";
/** How often Chromium tells who asks first for services of a type that there are none. */
const TIMES = 2;

export const mdns: Platform = {
  namespaces: {
    mdns: namespace({
      requires: "permission:mdns",
      functions: { forceDiscovery: asynchronous() },
      constants: { MAX_SERVICE_INSTANCES_PER_EVENT: 2048 },
    }),
  },
  properties(realm) {
    const looked = new Set<string>();
    const event = new FilteredEvent(realm.eventState(EVENT), ({ serviceType }: Filter) => {
      if (!serviceType || looked.has(serviceType)) return;
      looked.add(serviceType);
      for (let i = 0; i < TIMES; i++) realm.hub.enqueue(() => event.tell(serviceType, []));
    });
    return { mdns: { onServiceList: event.object } };
  },
  implement: (realm) => ({ "mdns.forceDiscovery": answer(realm, () => undefined) }),
};
