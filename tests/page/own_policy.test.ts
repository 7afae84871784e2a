// Which addresses a page's own policies let it connect to.

import { deepEqual as equal } from "node:assert/strict";
import { permits } from "../../src/homeport/page/src/web/own_policy.ts";

const CASES: [source: string, address: string, permitted: boolean][] = [
  ["*", "http://a.example/", true],
  ["'self'", "http://a.example/", false],
  ["'none'", "http://a.example/", false],
  ["http:", "http://a.example:81/x", true],
  ["HTTP:", "https://a.example/", true],
  ["https:", "http://a.example/", false],
  ["a.example", "http://a.example/", false],
  ["http://a.example", "http://a.example/x?y", true],
  ["http://A.example", "http://a.example/", true],
  ["http://a.example", "http://a.example:81/", false],
  ["http://a.example", "https://a.example/", true],
  ["https://a.example", "http://a.example/", false],
  ["http://a.example:*", "http://a.example:81/", true],
  ["http://a.example:81", "http://a.example:81/", true],
  ["http://*.example", "http://a.b.example/", true],
  ["http://*.example", "http://example/", false],
  ["http://*:80", "http://any/", true],
  ["http://127.0.0.1", "http://127.0.0.10/", false],
  ["http://a.example/x/", "http://a.example/x/y", true],
  ["http://a.example/x", "http://a.example/x/y", false],
  ["http://a.example/x", "http://a.example/x?y", true],
];

Deno.test("a source means the addresses that it means in a browser", () => {
  for (const [source, address, permitted] of CASES) {
    equal([source, address, permits([["data:", source]], new URL(address))], [source, address, permitted]);
  }
});

Deno.test("every policy has a say, and none says yes", () => {
  const url = new URL("http://a.example/");
  equal(permits([["*"], ["http:"]], url), true);
  equal(permits([["*"], []], url), false);
  equal(permits([], url), true);
});
