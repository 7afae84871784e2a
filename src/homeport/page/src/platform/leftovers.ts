// What every page of Chromium has under `chrome`, and hardly any page needs: how its loading went, and its shadows.

import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import { ANY, namespace, optional } from "./shape.ts";

/** As in Chromium, where a page was neither reloaded nor gone back to. */
const TRANSITION = 15;

export const leftovers: Platform = {
  namespaces: {
    dom: namespace({
      functions: { openOrClosedShadowRoot: { params: [optional("element", ANY)], returns: ANY } },
    }),
  },
  implement: () => ({ "dom.openOrClosedShadowRoot": ([element]) => shadowOf(element) }),
  properties: () => ({ runtime: { dynamicId: identifier() } }),
  start(realm) {
    give(realm, "loadTimes", loadTimes);
    give(realm, "csi", csi);
  },
};

/** Open ones only: a closed one shows itself to nobody here. */
function shadowOf(element: unknown): unknown {
  const { nodeType, shadowRoot } = (element ?? {}) as Partial<Element>;
  if (nodeType !== 1) {
    throw new TypeError("Error in invocation of dom.openOrClosedShadowRoot(HTMLElement element): ");
  }
  return shadowRoot ?? null;
}

/** One that a page may have as part of an address, anew at each load. */
function identifier(): string {
  const digits = Array.from(
    crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, "0"),
  );
  return digits.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}

function give(realm: Realm, name: string, does: () => object): void {
  // A function without a name, as it has none there.
  realm.chrome[name] = [function () {
    return does();
  }][0];
}

function csi(): object {
  const now = performance.now();
  const started = Math.round(performance.timeOrigin);
  return { startE: started, onloadT: started + Math.round(now), pageT: now, tran: TRANSITION };
}

function loadTimes(): object {
  const started = performance.timeOrigin / 1000;
  return {
    requestTime: started,
    startLoadTime: started,
    commitLoadTime: started,
    finishDocumentLoadTime: started,
    finishLoadTime: started,
    firstPaintTime: 0,
    firstPaintAfterLoadTime: 0,
    navigationType: "Other",
    wasFetchedViaSpdy: false,
    wasNpnNegotiated: false,
    npnNegotiatedProtocol: "",
    wasAlternateProtocolAvailable: false,
    connectionInfo: "unknown",
  };
}
