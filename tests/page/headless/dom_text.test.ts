import { deepStrictEqual as assertEquals } from "node:assert/strict";
import { page } from "./page.ts";

const read = (body: string): string => page(body).document.body.innerText;

// What Chromium 156 gives for the same markup.
Deno.test("innerText has a line where a browser shows one", () => {
  const cases: [markup: string, text: string][] = [
    ["  one\n  two <b> three</b>", "one two three"],
    ["a<br>b<br><br>c", "a\nb\n\nc"],
    ["a<div>b</div>c<div><div>d</div></div>", "a\nb\nc\nd"],
    ["<h1>title</h1><p>first</p><p>second</p>end", "title\n\nfirst\n\nsecond\n\nend"],
    ["<ul><li>x</li> <li>y</li></ul>", "x\ny"],
    ["<pre>  kept\n  so</pre>", "  kept\n  so"],
    ["a<script>no()</script><span hidden>no</span><i style='display: none'>no</i>b", "ab"],
    ["<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>", "1\t2\n3\t4"],
    ["<b>a</b> <b>b</b>", "a b"],
    ["<p>a</p> <p> </p> <p>b</p>", "a\n\nb"],
  ];
  for (const [markup, text] of cases) assertEquals([markup, read(markup)], [markup, text]);
});

Deno.test("an app that keeps its lines in innerText finds them again", () => {
  const { body } = page("<div></div>").document;
  const [log] = body.children;
  log.innerText = `new\n${log.innerText}`;
  log.innerText = `newer <\r\n\n${log.innerText}`;
  assertEquals([log.innerHTML, log.innerText], ["newer &lt;<br><br>new<br>", "newer <\n\nnew\n"]);
  log.innerText = null;
  assertEquals(log.childNodes.length, 0);
});

Deno.test("what is in no document has its text as it is", () => {
  const option = page("").document.createElement("option");
  option.innerText = "a\nb";
  assertEquals([option.innerText, option.childNodes.length], ["ab", 3]);
});
