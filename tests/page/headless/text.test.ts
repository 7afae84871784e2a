import { deepStrictEqual as assertEquals } from "node:assert/strict";
import {
  describe,
  named,
  placeIn,
  placeOf,
  setBase,
  tidy,
} from "../../../src/homeport/page/src/headless/callsite.ts";
import { format } from "../../../src/homeport/page/src/headless/console.ts";
import { lineOfSyntaxError } from "../../../src/homeport/page/src/headless/syntax.ts";
import vm from "node:vm";

Deno.test("a console call is formatted as in a browser", () => {
  assertEquals(format(["%s has %d of %i%%", "x", "4.9", 7.9, "more"]), "x has 4 of 7% more");
  assertEquals(format(["100%"]), "100%");
  assertEquals(format(["%%", 1]), "% 1");
  assertEquals(format(["%cstyled", "color: red"]), "styled");
  assertEquals(format(["%s"]), "%s");
  assertEquals(format(["%d", Symbol("s")]), "NaN");
  assertEquals(
    format([1, "a", null, undefined, { a: [1, { b: 2 }] }]),
    "1 a null undefined { a: [ 1, { b: 2 } ] }",
  );
  const large = format([{ numbers: Array(200).fill(7), words: Array(20).fill({ word: "x".repeat(30) }) }]);
  assertEquals([large.includes("\n"), large.match(/ 7/g)!.length, large.match(/x{30}/g)!.length], [
    false,
    200,
    20,
  ]);
  const hostile = new Proxy({}, {
    getPrototypeOf() {
      throw new Error("no");
    },
  });
  assertEquals(typeof format([hostile]), "string");
});

Deno.test("a syntax error's line is found", () => {
  const cases: [source: string, line: number][] = [
    ["let a = ;", 1],
    ["let a = 1;\n\nlet b = ;\nlet c = 2;\n", 3],
    ["function f() {\n  if (x {\n  }\n}\n", 2],
    ["let a = 1;\nlet a = 2;\nf();", 2],
    ["f(\n  1,\n  2,\n}\n;", 4],
    ["const s = `a\n${b}\n`;\nvar 1x;\n", 4],
  ];
  for (const [source, line] of cases) {
    try {
      new vm.Script(source);
      throw new RangeError("it compiled");
    } catch (error) {
      assertEquals(lineOfSyntaxError(source, error), line, source);
    }
  }
});

Deno.test("stacks show the app's lines only", () => {
  setBase("chrome-extension://id/");
  const error = new Error("made");
  error.stack = [
    "Error: made",
    "    at deep (chrome-extension://id/js/main.js:3:7)",
    "    at Object.run (file:///opt/headless.js:1:1)",
    "    at async file:///opt/headless.js:2:2",
    "    at chrome-extension://id/js/main.js:9:1",
    "    at Script.run (ext:deno_node/vm.js:1:2)",
  ].join("\n");
  assertEquals(describe(error), "Error: made\n    at deep (js/main.js:3:7)\n    at js/main.js:9:1");
  assertEquals(placeOf(error), "js/main.js:3");
  assertEquals(placeOf("text"), "app:0");
  assertEquals(
    placeOf({
      get stack(): string {
        throw new Error("no");
      },
    }),
    "app:0",
  );
  assertEquals(placeIn("see chrome-extension://id/a.js:5:1)"), "a.js:5");
  assertEquals(named("one line of chrome-extension://id/a.js"), "one line of a.js");
  const said = "see chrome-extension://id/a.html";
  assertEquals(tidy(said), said);
  assertEquals(tidy(`${said}\n    at f (chrome-extension://id/a.js:1:1)`), `${said}\n    at f (a.js:1:1)`);
});
