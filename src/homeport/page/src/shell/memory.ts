// What the tab keeps in its session storage, where its user lets a site keep anything. Elsewhere it is forgotten.

export function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text; `null` forgets what was kept. */
export function remember(key: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // it may keep nothing, or no more
  }
}
