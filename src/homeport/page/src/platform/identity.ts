// chrome.identity, as Chromium has it where nobody is signed in: every call is answered, so that an app that also
// works without an account does.

import { note } from "../binding/report.ts";
import type { Realm } from "../binding/realm.ts";
import type { Type } from "../schema.gen.ts";
import type { Platform } from "./mod.ts";
import {
  answer,
  asynchronous,
  BOOLEAN,
  enumOf,
  INTEGER,
  namespace,
  optional,
  param,
  STRING,
} from "./shape.ts";

const slot = (type: Type): { type: Type; optional: true } => ({ type, optional: true });

const TYPES: Readonly<Record<string, Type>> = {
  "identity.AccountInfo": { kind: "object", properties: { id: { type: STRING } } },
  "identity.AccountStatus": { kind: "enum", values: ["ANY", "SYNC"] },
  "identity.ProfileDetails": {
    kind: "object",
    properties: { accountStatus: slot({ ref: "identity.AccountStatus" }) },
  },
  "identity.TokenDetails": {
    kind: "object",
    properties: {
      interactive: slot(BOOLEAN),
      account: slot({ ref: "identity.AccountInfo" }),
      scopes: slot({ kind: "array", items: STRING }),
      enableGranularPermissions: slot(BOOLEAN),
    },
  },
  "identity.InvalidTokenDetails": { kind: "object", properties: { token: { type: STRING } } },
  "identity.WebAuthFlowDetails": {
    kind: "object",
    properties: {
      url: { type: STRING },
      interactive: slot(BOOLEAN),
      abortOnLoadForNonInteractive: slot(BOOLEAN),
      timeoutMsForNonInteractive: slot(INTEGER),
    },
  },
};

/** Why there is no token. */
function tokenError(realm: Realm, details: { scopes?: string[] } | undefined): string {
  const { oauth2 } = realm.hub.app.manifest as { oauth2?: { client_id?: string; scopes?: string[] } };
  if (!oauth2?.client_id) return "Invalid OAuth2 Client ID.";
  const scopes = details?.scopes ?? oauth2.scopes ?? [];
  return scopes.length === 0 ? "Invalid OAuth2 scopes." : "The user is not signed in.";
}

export const identity: Platform = {
  namespaces: {
    identity: namespace({
      requires: "permission:identity",
      functions: {
        clearAllCachedAuthTokens: asynchronous(),
        getAccounts: asynchronous(),
        getAuthToken: asynchronous(optional("details", { ref: "identity.TokenDetails" })),
        getProfileUserInfo: asynchronous(optional("details", { ref: "identity.ProfileDetails" })),
        getRedirectURL: { params: [optional("path", STRING)], returns: STRING },
        launchWebAuthFlow: asynchronous(param("details", { ref: "identity.WebAuthFlowDetails" })),
        removeCachedAuthToken: asynchronous(param("details", { ref: "identity.InvalidTokenDetails" })),
      },
      events: ["onSignInChanged"],
      types: TYPES,
      enums: { AccountStatus: enumOf("ANY", "SYNC") },
    }),
  },
  implement: (realm) => ({
    "identity.clearAllCachedAuthTokens": answer(realm, () => undefined),
    "identity.getAccounts": answer(realm, () => []),
    "identity.getAuthToken": answer(realm, ([details]) => {
      throw new Error(tokenError(realm, details as { scopes?: string[] } | undefined));
    }),
    "identity.getProfileUserInfo": answer(realm, () => ({ email: "", id: "" })),
    "identity.getRedirectURL": ([path]) => {
      const { id } = realm.hub.app;
      return `https://${id}.chromiumapp.org/${String(path ?? "").replace(/^\//, "")}`;
    },
    "identity.launchWebAuthFlow": answer(realm, () => {
      note(
        "homeport: an app's page cannot follow the sign-in of another site: chrome.identity has no token.",
      );
      throw new Error("Authorization page could not be loaded.");
    }),
    "identity.removeCachedAuthToken": answer(realm, () => undefined),
  }),
};
