// Which of the app's own files a <webview> may show: those that the manifest names for its partition.

import type { Manifest } from "../seam.ts";

interface Partition {
  readonly name?: unknown;
  readonly accessible_resources?: unknown;
}

const PERSISTENT = /^persist:/;

/** Whether a webview of that partition may show the file at `path`, such as `/editor/page.html`. */
export function accessible(manifest: Manifest, partition: string, path: string): boolean {
  const { partitions } = (manifest["webview"] ?? {}) as { partitions?: unknown };
  const id = partition.replace(PERSISTENT, "");
  return listOf(partitions).some((each) => {
    const { name, accessible_resources: resources } = each as Partition;
    return matches(String(name), id) &&
      listOf(resources).some((pattern) => matches(String(pattern).replace(/^\/?/, "/"), path));
  });
}

const listOf = (value: unknown): object[] => Array.isArray(value) ? value : [];

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
