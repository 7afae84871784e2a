// chrome.runtime.sendMessage, connect and what they cause in the app's other frames. It all happens in the page:
// texts of JSON go from frame to frame, so that each frame gets objects of its own.

import { withLastError } from "../binding/last_error.ts";
import type { Realm } from "../binding/realm.ts";
import { CallbackReply } from "../binding/reply.ts";
import { listenerThrew } from "../binding/report.ts";
import type { Reply } from "../seam.ts";
import type { Platform } from "./mod.ts";
import { type Far, Port } from "./port.ts";

const NOBODY = "Could not establish connection. Receiving end does not exist.";
const NO_ANSWER = "The message port closed before a response was received.";

interface Sender {
  readonly id: string;
  readonly url: string;
  readonly origin: string;
}

/** How a message ends: with an answer, with an error, or with nobody left who could answer. */
interface Conversation {
  answer(json: string): void;
  fail(error: string): void;
}

/** One frame, as the others see it. */
interface Endpoint {
  hears(event: string): boolean;
  /** Tells the frame's listeners; whether one of them wants to answer later. */
  message(json: string, sender: Sender, conversation: Conversation): boolean;
  connected(name: string, sender: Sender, far: Far): Far;
}

export const messaging: Platform = {
  implement(realm) {
    const all = endpoints(realm);
    const own = endpointOf(realm);
    all.add(own);
    realm.parting.push(() => all.delete(own));
    const others = (event: string) =>
      [...all].filter((endpoint) => endpoint !== own && endpoint.hears(event));
    return {
      "runtime.sendMessage": ([id, message], reply) => {
        checkId("runtime.sendMessage", id);
        const json = serialize("runtime.sendMessage", message);
        realm.hub.enqueue(() => {
          const heard = isThisApp(realm, id) ? others("runtime.onMessage") : [];
          if (heard.length === 0) reply.finish([], NOBODY);
          else converse(realm, heard, json, reply);
        });
      },
      "runtime.connect": ([id, info]) => {
        checkId("runtime.connect", id);
        const name = (info as { name?: string } | null)?.name ?? "";
        const port = new Port(realm, name, undefined);
        realm.hub.enqueue(() => {
          const heard = isThisApp(realm, id) ? others("runtime.onConnect") : [];
          if (heard.length === 0) return withLastError(realm.runtime, NOBODY, () => port.far.disconnected());
          port.joined(heard.map((endpoint) => endpoint.connected(name, senderOf(realm), port.far)));
        });
        return port.object;
      },
    };
  },
};

function isThisApp(realm: Realm, id: unknown): boolean {
  return !id || id === realm.hub.app.id;
}

function checkId(name: string, id: unknown): void {
  if (!id || /^[a-p]{32}$/i.test(id as string)) return;
  throw invalid(name, `Invalid extension id: '${id}'`);
}

function endpoints(realm: Realm): Set<Endpoint> {
  const { shared } = realm.hub;
  const all = (shared.get("messaging") ?? new Set()) as Set<Endpoint>;
  shared.set("messaging", all);
  return all;
}

function endpointOf(realm: Realm): Endpoint {
  return {
    hears: (event) => realm.alive && realm.eventState(event).listeners.length > 0,
    message: (json, sender, conversation) => tell(realm, json, sender, conversation),
    connected(name, sender, far) {
      const port = new Port(realm, name, { ...sender });
      port.joined([far]);
      realm.eventState("runtime.onConnect").dispatch([port.object]);
      return port.far;
    },
  };
}

function senderOf(realm: Realm): Sender {
  return { id: realm.hub.app.id, url: location.href, origin: location.origin };
}

export function serialize(name: string, message: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(message ?? null);
  } catch {
    // As a function or a symbol, which have no JSON.
  }
  if (json !== undefined) return json;
  throw invalid(name, "Could not serialize message.");
}

const SIGNATURES: Readonly<Record<string, string>> = {
  "runtime.connect": "optional string extensionId, optional object connectInfo",
  "runtime.sendMessage":
    "optional string extensionId, any message, optional object options, optional function callback",
};

function invalid(name: string, why: string): TypeError {
  return new TypeError(`Error in invocation of ${name}(${SIGNATURES[name] ?? "any message"}): ${why}`);
}

/** Sends one message to every frame that listens; the first answer counts. */
function converse(realm: Realm, heard: readonly Endpoint[], json: string, reply: Reply): void {
  let open = true;
  const end = (finish: () => void) => {
    if (!open) return;
    open = false;
    realm.hub.enqueue(finish);
  };
  const conversation: Conversation = {
    answer: (text) => end(() => reply.finish([JSON.parse(text)], null)),
    fail: (error) => end(() => reply.finish([], error)),
  };
  const waiting = heard.map((endpoint) => endpoint.message(json, senderOf(realm), conversation));
  if (waiting.includes(true)) return;
  // Only who gave a callback is told that nobody answered.
  end(() => reply.finish([], reply instanceof CallbackReply ? NO_ANSWER : null));
}

function tell(realm: Realm, json: string, sender: Sender, conversation: Conversation): boolean {
  let later = false;
  const respond = (answer?: unknown) => conversation.answer(serialize("runtime.sendMessage", answer));
  for (const listener of realm.eventState("runtime.onMessage").listeners) {
    try {
      const kept = listener.call(globalThis, JSON.parse(json), { ...sender }, respond);
      if (kept === true) later = true;
    } catch (thrown) {
      listenerThrew(thrown);
      conversation.fail(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return later;
}
