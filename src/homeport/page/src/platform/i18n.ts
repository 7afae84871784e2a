// chrome.i18n: the app's own texts in the user's language.

import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import { answer } from "./shape.ts";

export const i18n: Platform = {
  implement: (realm) => ({
    // Chromium's detector is a model of its own; what it says of a text that it does not know is honest here.
    "i18n.detectLanguage": answer(realm, () => ({ isReliable: false, languages: [] })),
    "i18n.getAcceptLanguages": answer(realm, () => [...realm.hub.app.acceptLanguages]),
    "i18n.getMessage": ([name, substitutions, options]) => {
      const escapes = (options as { escapeLt?: boolean } | null | undefined)?.escapeLt === true;
      return message(realm, name as string, substitutions, escapes);
    },
    "i18n.getUILanguage": () => realm.hub.app.locale.replace("_", "-"),
  }),
};

/** The text, or the empty text for a name that is not there. */
function message(realm: Realm, name: string, substitutions: unknown, escapes: boolean): string | undefined {
  // One that is neither a text nor a list counts for nothing.
  const list = Array.isArray(substitutions)
    ? substitutions
    : typeof substitutions === "string"
    ? [substitutions]
    : [];
  if (list.length > 9) return undefined;
  const text = realm.hub.app.messages[name.toLowerCase()];
  if (typeof text !== "string") return "";
  return format(escapes ? text.replaceAll("<", "&lt;") : text, list.map(String));
}

/** Fills in `$1` to `$9`. Of several `$` in a row one goes; one `$` goes with what follows it. */
export function format(text: string, substitutions: readonly string[]): string {
  return text.replace(/\$\$+|\$[^]|\$$/g, (mark) => {
    if (mark.startsWith("$$")) return mark.slice(1);
    return /^\$[1-9]$/.test(mark) ? substitutions[Number(mark[1]) - 1] ?? "" : "";
  });
}
