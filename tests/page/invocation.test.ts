// Every call in the recorded table ends as it did in Chromium: the same text, or the same kind of value.

import assert from "node:assert/strict";
import recorded from "./recorded/invocations.json" with { type: "json" };
import { appOf, realmOf, RecordingHub } from "./support.ts";

type Outcomes = Record<string, string>;

function outcome(chrome: unknown, call: string): string {
  try {
    const value = new Function("chrome", "F", `return chrome.${call}`)(chrome, () => {});
    if (value instanceof Promise) {
      value.catch(() => {});
      return "promise";
    }
    return value === undefined ? "undefined" : `value ${value}`;
  } catch (error) {
    return `throws ${error}`;
  }
}

function checkTable(chrome: unknown, table: Outcomes): void {
  const differ = Object.entries(table).filter(([call, wanted]) => outcome(chrome, call) !== wanted);
  assert.deepEqual(differ.map(([call]) => [call, outcome(chrome, call)]), differ);
}

function chromeWith(options: Record<string, unknown>): unknown {
  return realmOf(new RecordingHub(appOf({ options }))).chrome;
}

Deno.test("every recorded call throws or returns as in Chromium", () => {
  checkTable(chromeWith({}), recorded.calls);
});

Deno.test("strictChromium: functions that need a callback throw without one, as in Chromium", () => {
  checkTable(chromeWith({ strictChromium: true }), recorded.callback_only);
});

Deno.test("functions that need a callback return a promise without one", () => {
  const chrome = chromeWith({});
  for (const call of Object.keys(recorded.callback_only)) {
    const wanted = call.includes("ipv5") ? /dnsQueryType': Value must be one of/ : /^promise$/;
    assert.match(outcome(chrome, call), wanted, call);
  }
});
