// The styles of elements, as scripts read and change them.

import { computedStyle } from "../../../src/homeport/page/src/headless/dom_styles.ts";
import { type Any, page } from "./page.ts";
import { deepStrictEqual as equal } from "node:assert/strict";

const { document } = page(
  `<a href="/a" style="top:1px;float:left;opacity:.55;">a</a><p>text</p><p hidden>x</p>`,
);
const [a, shown, hidden] = [...document.querySelectorAll("a,p")];

Deno.test("a style is what a browser has read, and is written as it writes it once it is changed", () => {
  equal([a.style.opacity, a.style.cssFloat, a.style.float], ["0.55", "left", "left"]);
  equal(a.getAttribute("style"), "top:1px;float:left;opacity:.55;");
  a.style.opacity = 0.1 + 0.2;
  equal(a.getAttribute("style"), "top: 1px; float: left; opacity: 0.3;");
  a.style.cssFloat = "right";
  a.style.opacity = "";
  equal(a.style.cssText, "top: 1px; float: right;");
  equal(a.style.removeProperty("top"), "1px");
  a.style.setProperty("margin-left", "5px");
  equal([a.style.marginLeft, a.style.length, [...a.style]], ["5px", 2, ["float", "margin-left"]]);
  a.style = "color: red";
  equal([a.style.color, a.style.cssText], ["red", "color: red;"]);
});

Deno.test("what has no value leaves no attribute behind", () => {
  shown.style.display = "";
  equal(shown.hasAttribute("style"), false);
});

Deno.test("a computed style has what an element has by its tag", () => {
  const display = (element: Any) => (computedStyle(element) as Any).display;
  equal([a, shown, hidden, document.body, document.head].map(display), [
    ...["inline", "block", "none", "block", "none"],
  ]);
  shown.style.display = "flex";
  equal([display(shown), display(document.createElement("div"))], ["flex", ""]);
  equal((computedStyle(shown) as Any).getPropertyValue("opacity"), "1");
});
