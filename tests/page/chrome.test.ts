import assert from "node:assert/strict";
import { placeChrome } from "../../src/homeport/page/src/binding/chrome.ts";

const MINE = {};
const LOOKS = { value: MINE, writable: true, enumerable: true };

for (
  const [what, before, configurable] of [
    ["where there is none", {}, true],
    ["where the browser has one of its own", { chrome: {} }, true],
    [
      "where the browser's own one cannot be defined anew",
      Object.defineProperty({}, "chrome", { value: {}, writable: true, enumerable: true }),
      false,
    ],
  ] as const
) {
  Deno.test(`chrome is the app's ${what}`, () => {
    placeChrome(before, MINE);
    assert.deepEqual(Object.getOwnPropertyDescriptor(before, "chrome"), { ...LOOKS, configurable });
  });
}
