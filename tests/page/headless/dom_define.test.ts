// Properties by tag, where the DOM library has no class for it.

import { deepStrictEqual as equal } from "node:assert/strict";
import { parseDocument } from "../../../src/homeport/page/src/headless/dom.ts";
import { give, method, plain } from "../../../src/homeport/page/src/headless/dom_define.ts";

const document = parseDocument("<!doctype html><body></body>", "text/html");

Deno.test("a tag has its property, and others have whatever an app puts there", () => {
  give(document, "section,input", { shape: { get: (element) => element.localName }, ...plain("size", 5) });
  const [section, input, other] = ["section", "input", "article"].map((tag) => document.createElement(tag));
  equal([section.shape, input.shape, other.shape], ["section", "input", undefined]);
  section.shape = other.shape = "mine";
  section.size = 7;
  equal([section.shape, other.shape, section.size, input.size], ["section", "mine", 7, 5]);
});

Deno.test("what all elements have stays with those that are not named", () => {
  give(document, "section", { title: { get: () => "fixed" } });
  const [section, other] = ["section", "article"].map((tag) => document.createElement(tag));
  other.title = "own";
  equal([section.title, other.title, other.getAttribute("title")], ["fixed", "own", "own"]);
});

Deno.test("an app may put a method of its own in the place of one", () => {
  give(document, "section", method("act", () => "ours"));
  const [one, two] = ["section", "section"].map((tag) => document.createElement(tag));
  one.act = () => "mine";
  equal([one.act(), two.act(), document.createElement("article").act], ["mine", "ours", undefined]);
});
