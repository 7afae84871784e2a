// chrome.gcm: Google's push messages, which reach Chromium only. Every call says so, with a reason that Chromium knows.

import type { Type } from "../schema.gen.ts";
import type { Platform } from "./mod.ts";
import { asynchronous, INTEGER, namespace, param, refused, STRING } from "./shape.ts";

const DISABLED = "GCM is currently disabled.";

const MESSAGE: Type = {
  kind: "object",
  name: "object",
  properties: {
    destinationId: { type: STRING },
    messageId: { type: STRING },
    timeToLive: { type: { ...INTEGER, minimum: 0 }, optional: true },
    data: { type: { kind: "object", additional: STRING } },
  },
};

export const gcm: Platform = {
  namespaces: {
    gcm: namespace({
      requires: "permission:gcm",
      functions: {
        register: asynchronous(param("senderIds", { kind: "array", items: STRING, minItems: 1 })),
        send: asynchronous(param("message", MESSAGE)),
        unregister: asynchronous(),
      },
      events: ["onMessage", "onMessagesDeleted", "onSendError"],
      constants: { MAX_MESSAGE_SIZE: 4096 },
    }),
  },
  implement(realm) {
    const disabled = refused(realm, DISABLED);
    return { "gcm.register": disabled, "gcm.send": disabled, "gcm.unregister": disabled };
  },
};
