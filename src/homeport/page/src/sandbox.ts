// The first script of every sandboxed page: it has no `chrome`, but looks as the app's other pages do.

import { dress, tellVersion } from "./platform/dress.ts";

document.currentScript?.remove(); // the page finds its own elements only
dress();
tellVersion();
