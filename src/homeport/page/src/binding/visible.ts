// What a manifest makes visible.

import type { Manifest } from "../seam.ts";

/** Whether the manifest makes a namespace visible. */
export function visible(requires: string | null, manifest: Manifest): boolean {
  if (requires === null) return true;
  const permission = /^permission:(.*)$/.exec(requires)?.[1];
  if (permission === undefined) return Object.hasOwn(manifest, requires);
  return (manifest.permissions ?? []).some((entry) => {
    if (typeof entry === "string") return entry === permission;
    return typeof entry === "object" && entry !== null && Object.hasOwn(entry, permission);
  });
}
