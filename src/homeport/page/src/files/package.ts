// The app's own files, as `chrome.runtime.getPackageDirectoryEntry` gives them: listed by the daemon, read by
// their addresses.

import { failure, nameOf, parentOf, readOnly, type Status, type Store } from "./store.ts";

/** Where the package is in its file system, as in Chromium. */
export const ROOT = "/crxfs";

/** Path (a folder's ends in `/`, and the package's is just that), size, time of change. */
export type Row = readonly [string, number, number];

export class PackageStore implements Store {
  readonly name = "crxfs";
  writable = false;
  readonly #nodes = new Map<string, Status>();

  constructor(private readonly baseUrl: string, rows: readonly Row[]) {
    for (const [path, size, modified] of rows) {
      const kind = path.endsWith("/") ? "directory" : "file";
      const place = `${ROOT}/${path}`.replace(/\/+$/, "");
      this.#nodes.set(place, { kind, size, modified: new Date(modified) });
    }
  }

  /** Beside the package there is nothing that could be asked about. */
  status(path: string): Promise<Status | null> {
    if (path === "/") return Promise.reject(failure("notAllowed"));
    if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return Promise.reject(failure("encoding"));
    return Promise.resolve(this.#nodes.get(path) ?? null);
  }

  list(path: string): Promise<string[]> {
    const inside = [...this.#nodes.keys()].filter((other) => parentOf(other) === path);
    return Promise.resolve(inside.map(nameOf).sort());
  }

  async read(path: string): Promise<File> {
    const content = await (await fetch(this.url(path))).blob();
    const lastModified = this.#nodes.get(path)!.modified.getTime();
    return new File([content], nameOf(path), { type: content.type, lastModified });
  }

  url(path: string): string {
    return this.baseUrl + path.slice(ROOT.length + 1).split("/").map(encodeURIComponent).join("/");
  }

  write(): Promise<void> {
    return Promise.reject(readOnly());
  }
  makeDirectory(): Promise<void> {
    return Promise.reject(readOnly());
  }
  remove(): Promise<void> {
    return Promise.reject(readOnly());
  }
}
