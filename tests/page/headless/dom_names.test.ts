// Controls are found by name in their form, and forms in their document, as in a browser.

import { deepStrictEqual as equal } from "node:assert/strict";
import { page } from "./page.ts";

const { document } = page(`<form name=login id=f action=a.html>
<table><tr><td><input name=user value=me><input type=hidden name=action value=go></td></tr>
<tr><td><input type=radio name=how value=tcp checked><input type=radio name=how value=udp><button name=theme>t</button>
</td></tr></table></form><input name=out form=f><form><input name=user value=other></form><img name=pic>`);
const form = document.getElementById("f");

Deno.test("a form's controls are found by name and by id, also behind what a form says of itself", () => {
  equal([form.user.value, form.theme.localName, form.out.name, form.nothing], [
    "me",
    "button",
    "out",
    undefined,
  ]);
  equal([form.action.value, form.id, form.getAttribute("action")], ["go", "f", "a.html"]);
  equal([form.name, form.method, document.forms[1].name, document.forms[1].id], ["login", "", "", ""]);
  equal([document.forms[1].user.value, document.forms[1].elements.length], ["other", 1]);
});

Deno.test("what an app puts on a form is found before the controls, and what is built in stays", () => {
  form.user2 = 1;
  form.onsubmit = null;
  equal([form.user2, form.onsubmit, typeof form.querySelector, form.toString === undefined], [
    1,
    null,
    "function",
    false,
  ]);
});

Deno.test("radio buttons of one name are one thing with the value of the checked one", () => {
  equal([form.how.length, form.how.value, form.how[1].value, form.elements.how.value], [
    2,
    "tcp",
    "udp",
    "tcp",
  ]);
  form.how.value = "udp";
  equal([form.how[0].checked, form.how[1].checked, form.how.value], [false, true, "udp"]);
  form.how.value = "nothing such";
  equal(form.how.value, "udp");
});

Deno.test("a document finds its forms and pictures by name", () => {
  equal([
    document.forms.login === form,
    document.forms.namedItem("f") === form,
    document.forms.item(0) === form,
  ], [
    true,
    true,
    true,
  ]);
  equal([document.login === form, document.pic.localName, document.images.pic.localName], [
    true,
    "img",
    "img",
  ]);
  equal([document.f, document.forms.namedItem("x"), document.user], [undefined, null, undefined]);
});

Deno.test("other elements find nothing by name", () => {
  const table = document.querySelector("table");
  equal([table.user, table.theme, document.createTextNode("x").user], [undefined, undefined, undefined]);
});
