// chrome.runtime.restart and restartAfterDelay, in a kiosk and elsewhere.

import assert from "node:assert/strict";
import { buildRealm } from "../../src/homeport/page/src/binding/chrome.ts";
import { runtime } from "../../src/homeport/page/src/platform/runtime.ts";
import { appOf, RecordingHub } from "./support.ts";

/** An app; what `restartAfterDelay` is answered with: the text of its error, or nothing. */
function appIn(isKioskSession: boolean) {
  const hub = new RecordingHub(appOf({ launch: { isKioskSession } }));
  // deno-lint-ignore no-explicit-any
  const chrome = buildRealm(hub, [runtime]).chrome as any;
  function after(seconds: number): string | undefined {
    let answer: string | undefined = "nothing";
    chrome.runtime.restartAfterDelay(seconds, () => answer = chrome.runtime.lastError?.message);
    hub.run();
    return answer;
  }
  const reloads = () => hub.calls.filter((call) => call.name === "runtime.reload").length;
  return { hub, chrome, after, reloads };
}

Deno.test("elsewhere nothing restarts", () => {
  const { hub, chrome, after, reloads } = appIn(false);
  chrome.runtime.restart();
  assert.equal(after(1), "Function available only for ChromeOS kiosk mode.");
  assert.deepEqual([reloads(), hub.later.size], [0, 0]);
});

Deno.test("a kiosk's app is started anew, at once or when it wants", () => {
  const { hub, chrome, after, reloads } = appIn(true);
  chrome.runtime.restart();
  assert.equal(reloads(), 1);
  assert.equal(after(7), undefined);
  hub.later.get(7000)!();
  assert.equal(reloads(), 2);
});

Deno.test("the last wish counts, and -1 takes it back", () => {
  const { hub, after } = appIn(true);
  after(7);
  after(8);
  assert.deepEqual([...hub.later.keys()], [8000]);
  assert.equal(after(-1), undefined);
  assert.equal(hub.later.size, 0);
});

Deno.test("no time is no wish", () => {
  const { hub, after } = appIn(true);
  for (const seconds of [0, -2]) assert.equal(after(seconds), `Invalid argument: ${seconds}.`);
  assert.equal(hub.later.size, 0);
});
