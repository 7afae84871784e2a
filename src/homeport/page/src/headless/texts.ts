// Scripts that run in the app's frames. The build puts them before the first line of the bundle as constants, see
// tools/build_page.py.

declare const HOMEPORT_SHIM: string;
declare const HOMEPORT_INDEXED_DB: string;

/** What makes `chrome` in every frame. */
export const shim = (): string => HOMEPORT_SHIM;

/** What makes `indexedDB`. */
export const indexedDB = (): string => HOMEPORT_INDEXED_DB;
