// Scripts that run in the app's frames. The build puts them before the first line of the bundle as constants, see
// tools/build_page.py.

import vm from "node:vm";

declare const HOMEPORT_SHIM: string;
declare const HOMEPORT_INDEXED_DB: string;

export const SHIM_URL = "homeport:shim.js";

let compiled: vm.Script | null = null;

/** What makes `chrome` in every frame. Compiling it takes a third of a page's start, so it is done once. */
export const shim = (): vm.Script => compiled ??= new vm.Script(HOMEPORT_SHIM, { filename: SHIM_URL });

/** What makes `indexedDB`. */
export const indexedDB = (): string => HOMEPORT_INDEXED_DB;
