// chrome.alarms and the clock on the wall.

import assert from "node:assert/strict";
import { buildRealm } from "../../src/homeport/page/src/binding/chrome.ts";
import { alarms } from "../../src/homeport/page/src/platform/alarms.ts";
import { runtime } from "../../src/homeport/page/src/platform/runtime.ts";
import { appOf, RecordingHub } from "./support.ts";

const HOUR = 3_600_000;

/** An app on a machine whose clock is set by hand; what rang, by its name and the time at which it will ring next. */
function appAt(start: number) {
  const hub = new RecordingHub(appOf({ manifest: { permissions: ["alarms"] } }));
  // deno-lint-ignore no-explicit-any
  const chrome = buildRealm(hub, [runtime, alarms]).chrome as any;
  const rang: string[] = [];
  chrome.alarms.onAlarm.addListener(({ name }: { name: string }) => rang.push(name));
  const clock = { now: start };
  const real = Date.now;
  Date.now = () => clock.now;
  function create(name: string, info: object): void {
    chrome.alarms.create(name, info);
    hub.run();
  }
  function wait(): void {
    for (const [delay, task] of [...hub.later]) {
      hub.later.delete(delay);
      task();
    }
    hub.run();
  }
  return { hub, chrome, rang, clock, create, wait, [Symbol.dispose]: () => void (Date.now = real) };
}

Deno.test("an alarm rings by the clock on the wall, which went on while the machine slept", () => {
  using app = appAt(1_700_000_000_000);
  app.create("morning", { when: app.clock.now + 10 * HOUR });
  assert.deepEqual([...app.hub.later.keys()], [60_000]);
  app.clock.now += HOUR;
  app.wait();
  assert.deepEqual(app.rang, []);
  app.clock.now += 9 * HOUR;
  app.wait();
  app.wait();
  assert.deepEqual(app.rang, ["morning"]);
});

Deno.test("a clock that is put back makes no alarm late", () => {
  using app = appAt(1_700_000_000_000);
  app.create("soon", { delayInMinutes: 2 });
  app.wait();
  app.clock.now -= 10 * HOUR;
  app.wait();
  assert.deepEqual(app.rang, ["soon"]);
});

Deno.test("an alarm that was due since 1970, as the clock stood then, rings once and at once", async () => {
  using app = appAt(1_700_000_000_000);
  const begun = performance.now();
  app.create("often", { when: 500, periodInMinutes: 1 / 60 });
  app.wait();
  assert.deepEqual(app.rang, ["often"]);
  const next = await new Promise<{ scheduledTime: number }>((done) => {
    app.chrome.alarms.get("often", done);
    app.hub.run();
  });
  assert.equal(next.scheduledTime, app.clock.now + 500);
  assert(performance.now() - begun < 1000);
});
