// How the shell gets the session secret: for the ticket in its address, once, or from before a reload.
//
// It is kept in the state of the tab's entry in the history. The app's own `sessionStorage` has the same origin: an
// app that clears it would not come back from a reload. Chromium forgets that state when the tab's process dies, and
// remembers the tab's name, so it is there as well. When it discards a hidden tab to save memory it forgets both, but
// not the session storage: there it is as long as the tab is hidden.

import { recall, remember } from "./memory.ts";

const KEY = "homeport.secret";
/** Beside the secret: whoever runs the app now shall give it up. */
const WANTED = "homeport.wanted";
/** Before the secret in the tab's name. */
const NAMED = `${KEY}:`;

/** The secret, or `null` when the app must be started again. */
export async function obtainSecret(): Promise<string | null> {
  const ticket = takeTicket();
  if (ticket === null) return keptSecret();
  const response = await fetch("/_homeport/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
  // A reload while the ticket was still in the address: it is used up, but the secret is there.
  if (!response.ok) return keptSecret();
  const { secret } = await response.json();
  keepSecret(secret);
  return secret;
}

/** The secret that a tab which is discarded shall find again. */
let discardable: string | null = null;

/** Lets the tab come back when its browser has discarded it; only Chromium does that so. */
export function surviveDiscard(secret: string): void {
  if (!("wasDiscarded" in document)) return;
  discardable = secret;
  const keep = () => remember(KEY, document.hidden ? discardable : null);
  document.addEventListener("visibilitychange", keep);
  keep();
}

/** Only that the app was in this tab is remembered. */
export function forgetSecret(): void {
  discardable = null;
  remember(KEY, null);
  self.name = "";
  history.replaceState({ [KEY]: null }, "");
}

export function keepSecret(secret: string, wanted = false): void {
  self.name = NAMED + secret;
  history.replaceState({ [KEY]: secret, [WANTED]: wanted }, "");
}

/** Whether the app was in this tab before. */
export function wasHere(): boolean {
  return history.state?.[KEY] !== undefined;
}

/** Whether the user wanted the app in this tab, when it was loaded anew for that. Once. */
export function takeWanted(): boolean {
  const wanted = history.state?.[WANTED] === true;
  if (wanted) keepSecret(history.state[KEY]);
  return wanted;
}

function keptSecret(): string | null {
  const secret = history.state?.[KEY];
  if (typeof secret === "string") return secret;
  if (secret !== undefined) return null;
  const found = self.name.startsWith(NAMED) ? self.name.slice(NAMED.length) : recall(KEY);
  if (found !== null) keepSecret(found);
  return found;
}

/** Takes the ticket out of the address, so that it is in no history and no referrer. */
function takeTicket(): string | null {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("ticket");
  if (ticket !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return ticket;
}
