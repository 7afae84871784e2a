// How an app is started: anew, or after it was lost.

import assert from "node:assert/strict";
import { Daemon } from "./daemon.ts";
import { realmOf } from "./support.ts";

for (
  const [what, fell, listens, told] of [
    ["an app that was lost and wants to know is told so, and nothing else", true, true, ["restarted"]],
    ["one that does not want to know is launched", true, false, ["launched"]],
    ["one that ended well is launched", false, true, ["launched"]],
  ] as const
) {
  Deno.test(what, async () => {
    using daemon = await Daemon.started({ fell });
    // deno-lint-ignore no-explicit-any
    const { runtime } = (realmOf(daemon.hub).chrome as any).app;
    const log: string[] = [];
    runtime.onLaunched.addListener(() => log.push("launched"));
    if (listens) runtime.onRestarted.addListener(() => log.push("restarted"));
    daemon.hub.loaded();
    daemon.hub.launch();
    await daemon.idle();
    assert.deepEqual(log, told);
  });
}
