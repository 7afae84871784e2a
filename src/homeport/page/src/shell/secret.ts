// How the shell gets the session secret: for the ticket in its address, once, or from before a reload.
//
// It is kept in the state of the tab's entry in the history. The app's own `sessionStorage` has the same origin: an
// app that clears it would not come back from a reload.

const KEY = "homeport.secret";

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

export function forgetSecret(): void {
  history.replaceState(null, "");
}

export function keepSecret(secret: string): void {
  history.replaceState({ [KEY]: secret }, "");
}

function keptSecret(): string | null {
  const secret = history.state?.[KEY];
  return typeof secret === "string" ? secret : null;
}

/** Takes the ticket out of the address, so that it is in no history and no referrer. */
function takeTicket(): string | null {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("ticket");
  if (ticket !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return ticket;
}
