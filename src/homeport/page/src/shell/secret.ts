// How the shell gets the session secret: for the ticket in its address, once, or from before a reload.

const KEY = "homeport.secret";

/** The secret, or `null` when the app must be started again. */
export async function obtainSecret(): Promise<string | null> {
  const ticket = takeTicket();
  if (ticket === null) return sessionStorage.getItem(KEY);
  const response = await fetch("/_homeport/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
  // A reload while the ticket was still in the address: it is used up, but the secret is there.
  if (!response.ok) return sessionStorage.getItem(KEY);
  const { secret } = await response.json();
  sessionStorage.setItem(KEY, secret);
  return secret;
}

export function forgetSecret(): void {
  sessionStorage.removeItem(KEY);
}

/** Takes the ticket out of the address, so that it is in no history and no referrer. */
function takeTicket(): string | null {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("ticket");
  if (ticket !== null) history.replaceState(null, "", location.pathname + location.search);
  return ticket;
}
