// Properties by tag, on the prototypes of its class.

import { deepStrictEqual as equal } from "node:assert/strict";
import { parseDocument } from "../../../src/homeport/page/src/headless/dom.ts";
import { give, method, plain } from "../../../src/homeport/page/src/headless/dom_define.ts";

const document = parseDocument("<!doctype html><body></body>", "text/html");

Deno.test("a tag has its property, and others have whatever an app puts there", () => {
  give(document, "span,input", { shape: { get: (element) => element.localName }, ...plain("size", 5) });
  const [span, input, other] = ["span", "input", "p"].map((tag) => document.createElement(tag));
  equal([span.shape, input.shape, other.shape], ["span", "input", undefined]);
  span.shape = other.shape = "mine";
  span.size = 7;
  equal([span.shape, other.shape, span.size, input.size], ["span", "mine", 7, 5]);
});

Deno.test("what all elements have stays with those that are not named", () => {
  give(document, "span", { title: { get: () => "fixed" } });
  const [span, other] = ["span", "p"].map((tag) => document.createElement(tag));
  other.title = "own";
  equal([span.title, other.title, other.getAttribute("title")], ["fixed", "own", "own"]);
});

Deno.test("an app may put a method of its own in the place of one", () => {
  give(document, "span", method("act", () => "ours"));
  const [one, two] = ["span", "span"].map((tag) => document.createElement(tag));
  one.act = () => "mine";
  equal([one.act(), two.act(), document.createElement("p").act], ["mine", "ours", undefined]);
});
