// Form controls of a page without a screen behave as a browser's do.

import { deepStrictEqual as equal } from "node:assert/strict";
import { type Any, page } from "./page.ts";

Deno.test("an input has a type, a value and a state, which selectors see", () => {
  const { document } = page("<input id=a><input id=b type=CHECKBOX><input id=c value=v disabled>");
  const [a, b, c] = document.querySelectorAll("input");
  equal([a.type, a.value, a.name, a.checked], ["text", "", "", false]);
  equal([b.type, b.value, c.value, c.disabled], ["checkbox", "on", "v", true]);
  a.value = 5;
  b.checked = true;
  c.disabled = false;
  equal([a.value, a.valueAsNumber, document.querySelectorAll(":checked").length], ["5", 5, 1]);
  equal(document.querySelectorAll("input:disabled").length, 0);
});

Deno.test("one radio button of a name is checked in each form", () => {
  const { document } = page(
    "<form><input type=radio name=r value=1 checked><input type=radio name=r value=2></form><input type=radio name=r checked>",
  );
  const [first, second, other] = document.querySelectorAll("input");
  second.checked = true;
  equal([first.checked, second.checked, other.checked], [false, true, true]);
});

Deno.test("a list has its first option chosen until another is", () => {
  const { document } = page(
    "<select><option disabled>no</option><optgroup><option value=1>one</option></optgroup><option> two  words </option></select>",
  );
  const list = document.querySelector("select");
  equal([list.type, list.value, list.selectedIndex, list.length], ["select-one", "1", 1, 3]);
  list.value = "two words";
  equal([list.selectedIndex, list.options[2].selected, list.options[1].selected], [2, true, false]);
  list.options[1].selected = true;
  equal([list.value, list.selectedOptions.length], ["1", 1]);
  list.selectedIndex = 2;
  equal(list.options[2].text, "two words");
  list.value = "nothing such";
  equal(list.value, "1");
});

Deno.test("a list of many choices has those that are chosen", () => {
  const { document } = page("<select multiple><option selected>a<option>b<option>c</select>");
  const list = document.querySelector("select");
  list.options[2].selected = true;
  equal([list.type, list.selectedOptions.map((each: Any) => each.value).join()], ["select-multiple", "a,c"]);
});

Deno.test("options come and go", () => {
  const { document } = page("<select><option>a</select>");
  const list = document.querySelector("select");
  const made = document.createElement("option");
  made.text = "b";
  list.add(made, 0);
  equal([list.length, list.options[0].value, made.index], [2, "b", 0]);
  list.remove(0);
  equal([list.length, list.value], [1, "a"]);
});

Deno.test("a form has its elements by number and by name", () => {
  const { document } = page(
    "<form id=f><input name=i><p><textarea name=t>text</textarea></p><button>go</button></form><input form=f name=out>",
  );
  const form = document.getElementById("f");
  equal([form.elements.length, form.elements.t.value, form.elements.namedItem("i").name], [4, "text", "i"]);
  equal([form.elements[2].type, document.querySelector("[name=out]").form === form], ["submit", true]);
  const by: unknown[] = [];
  form.addEventListener("submit", (event: Any) => by.push(event.submitter));
  form.requestSubmit();
  document.querySelector("button").click();
  equal(by, [null, document.querySelector("button")]);
});

Deno.test("what is no form has nothing of a form's", () => {
  const { document } = page("<div><input></div>");
  const div = document.querySelector("div");
  equal([div.length, div.elements, div.form, div.value, div.name, div.htmlFor], Array(6).fill(undefined));
  div.name = "free";
  equal([div.name, div.getAttribute("name")], ["free", null]);
});

Deno.test("a list is changed through its options, which are those that it has at any time", () => {
  const { document, classOf } = page("<select><option value=a>A</option></select>");
  const list = document.querySelector("select");
  const { options } = list;
  const made = (text: string): Any => Object.assign(document.createElement("option"), { text, value: text });
  options[options.length] = made("b");
  options[options.length] = made("c");
  options.add(made("d"));
  equal([options.length, [...options].map((each: Any) => each.value)], [4, ["a", "b", "c", "d"]]);
  options[1] = null;
  options[0] = made("e");
  options.remove(2);
  equal([...options].map((each: Any) => each.value), ["e", "c"]);
  options.selectedIndex = 1;
  equal([list.value, options.selectedIndex, 1 in options, 2 in options], ["c", 1, true, false]);
  options.length = 1;
  equal(Object.keys(options), ["0"]);
  list.length = 0;
  equal(list.innerHTML, "");
  const parsed = new (classOf("DOMParser") as Any)().parseFromString("<p>x", "text/html");
  equal([parsed.body.innerHTML, parsed.head.innerHTML], ["<p>x</p>", ""]);
});
