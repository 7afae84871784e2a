// What elements do by themselves, on a page that nobody sees.

import { deepStrictEqual as equal, throws } from "node:assert/strict";
import { type Any, page } from "./page.ts";

Deno.test("a click checks, unless it is prevented, and says what changed", () => {
  const { document } = page(
    "<input type=checkbox><label><input type=checkbox></label><input type=radio name=r>",
  );
  const heard: string[] = [];
  for (const type of ["click", "input", "change"]) document.addEventListener(type, () => heard.push(type));
  const [box, labelled, radio] = document.querySelectorAll("input");
  box.click();
  equal([box.checked, heard.splice(0)], [true, ["click", "input", "change"]]);
  document.querySelector("label").click();
  equal(labelled.checked, true);
  radio.click();
  heard.length = 0;
  radio.click();
  equal([radio.checked, heard.splice(0)], [true, ["click"]]);
  box.addEventListener("click", (event: Event) => event.preventDefault());
  box.click();
  equal([box.checked, heard], [true, ["click"]]);
});

Deno.test("a button submits its form, once it is enabled", () => {
  const { document } = page("<form><button>go</button><button type=button>no</button></form>");
  const [go, no] = document.querySelectorAll("button");
  let submitted = 0;
  document.querySelector("form").onsubmit = () => submitted++;
  go.click();
  no.click();
  go.disabled = true;
  go.click();
  equal(submitted, 1);
});

Deno.test("one element has the focus, and hears of it", () => {
  const { document } = page("<input id=a><input id=b>");
  const heard: string[] = [];
  for (const id of ["a", "b"]) {
    for (const type of ["focus", "blur"]) {
      document.getElementById(id).addEventListener(type, () => heard.push(`${type} ${id}`));
    }
  }
  document.getElementById("a").focus();
  document.getElementById("a").focus();
  document.getElementById("b").focus();
  equal(document.activeElement.id, "b");
  document.getElementById("b").remove();
  equal(document.activeElement, document.body);
  equal(heard, ["focus a", "blur a", "focus b"]);
});

Deno.test("a table gets rows and cells, and loses them", () => {
  const { document } = page("<table><thead><tr><th>h</th></tr></thead></table>");
  const table = document.querySelector("table");
  const row = table.insertRow();
  row.insertCell().textContent = "b";
  row.insertCell(0).textContent = "a";
  table.insertRow(1).insertCell().textContent = "first";
  equal([table.rows.length, table.tBodies.length, row.rowIndex, table.tHead.rows.length], [3, 0, 2, 3]);
  equal(row.cells.map((cell: Any) => cell.textContent), ["a", "b"]);
  row.deleteCell(0);
  table.deleteRow(1);
  equal(table.textContent, "hb");
  throws(() => table.insertRow(9), {
    name: "IndexSizeError",
    message:
      "Failed to execute 'insertRow' on 'HTMLTableElement': The index provided (9) is greater than the number of rows in the table (2).",
  });
});

Deno.test("sounds and pictures take every order", async () => {
  const { document, classOf } = page("<video></video><canvas width=10></canvas>");
  const sound = new (classOf("Audio") as Any)("beep.mp3");
  await sound.play();
  equal([sound.localName, sound.paused, sound.src], ["audio", false, "beep.mp3"]);
  const video = document.querySelector("video");
  video.volume = 0.5;
  video.pause();
  equal([video.volume, video.paused, video.canPlayType("video/mp4")], [0.5, true, ""]);
  const canvas = document.querySelector("canvas");
  const context = canvas.getContext("2d");
  context.fillStyle = "red";
  context.fillRect(0, 0, 5, 5);
  context.createLinearGradient(0, 0, 1, 1).addColorStop(0, "red");
  equal([canvas.width, canvas.height, context === canvas.getContext("2d")], [10, 150, true]);
  equal([context.fillStyle, context.getImageData(0, 0, 2, 3).data.length], ["red", 24]);
  equal(canvas.getContext("webgl"), null);
  equal(canvas.transferControlToOffscreen().width, 10);
});

Deno.test("there is no screen to fill, and who asks for one hears so", async () => {
  const { document } = page("<p></p>");
  const [element] = document.querySelectorAll("p");
  const heard: string[] = [];
  const both = new Promise<void>((done) => {
    for (const type of ["fullscreenerror", "webkitfullscreenerror"]) {
      document.addEventListener(type, (event: Any) => {
        heard.push(`${event.type} of ${event.target.localName}`);
        if (heard.length === 2) done();
      });
    }
  });
  equal(await element.requestFullscreen().catch((error: Error) => error.name), "TypeError");
  equal(element.webkitRequestFullScreen(), undefined);
  await both;
  equal(heard, ["fullscreenerror of p", "webkitfullscreenerror of p"]);
  equal([document.webkitIsFullScreen, document.fullscreenElement, document.webkitExitFullscreen()], [
    false,
    null,
    undefined,
  ]);
});

Deno.test("options are made by name, and nodes become text", () => {
  const { classOf } = page("");
  const option = new (classOf("Option") as Any)("text", "value", false, true);
  equal([option.text, option.value, option.selected], ["text", "value", true]);
  equal(option instanceof (classOf("Option") as Any), true);
  const serializer = new (classOf("XMLSerializer") as Any)();
  equal(serializer.serializeToString(option), '<option selected value="value">text</option>');
});
