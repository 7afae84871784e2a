// What a manifest makes visible.

import type { Manifest } from "../seam.ts";

/** Whether the manifest makes a namespace visible. */
export function visible(requires: string | null, manifest: Manifest): boolean {
  if (requires === null) return true;
  const permission = /^permission:(.*)$/.exec(requires)?.[1];
  return permission === undefined ? Object.hasOwn(manifest, requires) : granted(permission, manifest);
}

/** Whether the manifest has a permission, as a text, or as either in `{"fileSystem": ["write"]}`. */
export function granted(permission: string, manifest: Manifest): boolean {
  return (manifest.permissions ?? []).some((entry) => {
    if (typeof entry === "string") return entry === permission;
    return typeof entry === "object" && entry !== null && withParts(entry).includes(permission);
  });
}

/** `{"fileSystem": ["write"]}` is `fileSystem` and `fileSystem.write`. */
export function withParts(entry: object): string[] {
  return Object.entries(entry).flatMap(([name, parts]) => [
    name,
    ...(Array.isArray(parts) ? parts.map((part) => `${name}.${part}`) : []),
  ]);
}
