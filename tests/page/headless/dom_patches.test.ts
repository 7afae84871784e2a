// What libraries expect of a document, beyond what the DOM library does by itself.

import { createDocument } from "../../../src/homeport/page/src/headless/dom.ts";
import { format } from "../../../src/homeport/page/src/headless/console.ts";
import { deepStrictEqual as equal } from "node:assert/strict";

// deno-lint-ignore no-explicit-any
const owner: any = {
  window: globalThis,
  url: () => "chrome-extension://x/page.html",
  readyState: () => "complete",
  currentScript: () => null,
  run: () => {},
  scriptInserted: () => {},
  unavailable: () => {},
};
const made = createDocument("<!doctype html><body><p id=a class=b>text<b>more</b></p><br></body>", owner);
const { document } = made;

Deno.test("a fragment is emptied by its text", () => {
  const fragment = document.createDocumentFragment();
  fragment.append(document.createElement("i"), "x");
  equal(fragment.textContent, "x");
  fragment.textContent = "";
  equal(fragment.childNodes.length, 0);
  fragment.textContent = "y";
  equal(fragment.textContent, "y");
});

Deno.test("an anchor's address has parts", () => {
  const anchor = document.createElement("a");
  deepEqual(anchor, ["", ":", ""]);
  anchor.href = "sub/x.html?q=1#h";
  deepEqual(anchor, ["/sub/x.html", "chrome-extension:", "?q=1"]);
  equal(anchor.origin, "chrome-extension://x");
  anchor.href = "https://a.example:8443/y";
  anchor.search = "z=2";
  equal([anchor.host, anchor.port, anchor.origin], ["a.example:8443", "8443", "https://a.example:8443"]);
  equal(anchor.getAttribute("href"), "https://a.example:8443/y?z=2");
});

// deno-lint-ignore no-explicit-any
function deepEqual(anchor: any, parts: string[]): void {
  equal([anchor.pathname, anchor.protocol, anchor.search], parts);
}

Deno.test("what searches a document shows no code", () => {
  for (const name of ["querySelectorAll", "getElementsByClassName"]) {
    equal(/\{ \[native code\] \}$/.test(String(document[name])), true);
    equal(/\{ \[native code\] \}$/.test(String(document.body[name])), true);
  }
  equal(document.body.querySelectorAll(".b").length, 1);
});

Deno.test("a place is found in any case, and an element has a size", () => {
  const paragraph = document.createElement("p");
  paragraph.insertAdjacentHTML("beforeEnd", "<i></i>");
  equal([paragraph.innerHTML, paragraph.offsetWidth, paragraph.getBoundingClientRect().top], [
    "<i></i>",
    0,
    0,
  ]);
});

Deno.test("the console shows a node as a line", () => {
  equal(format([document.querySelector("p")]), '<p id="a" class="b">…</p>');
  equal(format([document.querySelector("br"), document]), "<br> #document");
  equal(format([document.querySelector("p").firstChild]), '#text "text"');
  equal(format([{ node: document.querySelector("b") }]), "{ node: <b>…</b> }");
});

Deno.test("the classes that the library keeps to itself are there", () => {
  const is = (value: unknown, name: string): boolean =>
    value instanceof (made.classOf(name) as typeof Object);
  equal(is(document.createRange(), "Range") && is(document, "HTMLDocument"), true);
  equal(is(document.body.children, "HTMLCollection") && is(document.body.style, "CSSStyleDeclaration"), true);
  equal((made.classOf("NodeFilter") as typeof NodeFilter).SHOW_TEXT, 4);
});

Deno.test("old jQuery finds what it asks a browser for", () => {
  const element = document.createElement("div");
  element.innerHTML = `<table></table><select><option value="v">text</option></select>`;
  equal(element.getElementsByTagName("*").length, 3);
  equal(document.getElementsByTagName("*").length, document.querySelectorAll("*").length);
  equal(element.querySelector("option").attributes.value.specified, true);
  equal(document.createElement("form").enctype, "application/x-www-form-urlencoded");
  const range = document.createRange();
  range.setStart(element, 0);
  equal([range.getClientRects(), range.getBoundingClientRect().width], [[], 0]);
});

Deno.test("old names and lists are those of a browser", () => {
  const element = document.createElement("p");
  element.className = "a  b";
  equal([element.webkitMatchesSelector("p.b"), String(element.classList)], [true, "a b"]);
  const style = document.createElement("style");
  document.head.append(style);
  style.textContent = "p { color: red }";
  style.sheet.insertRule("i { color: blue }", 1);
  equal(document.styleSheets.map((sheet: { ownerNode: unknown }) => sheet.ownerNode === style), [true]);
  equal(style.sheet.cssRules.length, 2);
});

Deno.test("a drawing can be measured, and is nowhere", () => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  equal([svg.getBBox().width, svg.createSVGMatrix().translate(1, 2).inverse().a], [0, 1]);
  equal(svg.createSVGPoint().matrixTransform(svg.getScreenCTM()).x, 0);
  equal("getBBox" in document.createElement("p"), false);
});
