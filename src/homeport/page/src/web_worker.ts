// What runs in an app's worker before its script, in a browser: see web/workers.ts.

import { lead } from "./web/lead.ts";
import { takeLead } from "./web/workers.ts";

const how = takeLead();
if (how !== null) lead(how);
