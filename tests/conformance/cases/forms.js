// What a form has to send, without anything being sent.
// @app none
const form = document.createElement("form");
form.innerHTML = `
  <input name="text" value="a"><input value="nameless"><input name="off" value="x" disabled><input name="empty">
  <input type="checkbox" name="box" checked><input type="checkbox" name="box" value="second" checked><input type="checkbox" name="box" value="third">
  <input type="radio" name="choice" value="1"><input type="radio" name="choice" value="2" checked>
  <input type="submit" name="send" value="Send"><input type="image" name="picture"><button name="button" value="b">B</button><input type="reset" name="reset"><input type="button" name="plain" value="p">
  <input type="hidden" name="hidden" value="h"><input type="number" name="number" value="5"><input type="file" name="file">
  <select name="one"><option>first</option><option value="s" selected>second</option></select>
  <select name="many" multiple><option value="1" selected>1</option><option value="2">2</option><option value="3" selected>3</option></select>
  <select name="none" multiple><option>1</option></select><select name="off2"><option disabled selected>no</option></select>
  <textarea name="area">one\ntwo</textarea><fieldset disabled><input name="in a disabled set" value="x"></fieldset><output name="out">o</output>
  <object name="object"></object><datalist><input name="in a list" value="x"></datalist>`;
document.body.appendChild(form);
const refused = (work) => { try { return work(); } catch (error) { return error.name; } };
const entries = (data) => [...data].map(([name, value]) => [name, typeof value === "string" ? value : `${value.name} ${value.size} ${value.type}`]);
note("a form's data", entries(new FormData(form)));
note("with its button", entries(new FormData(form, form.querySelector("button"))).filter(([name]) => name === "button"));
form.elements.text.value = "changed";
form.elements.one.value = "first";
form.elements.choice[0].checked = true;
form.elements.many.options[1].selected = true;
note("after changes", entries(new FormData(form)).filter(([name]) => ["text", "one", "choice", "many"].includes(name)));
const outside = document.createElement("input");
form.id = "form";
Object.assign(outside, { name: "outside", value: "o" }).setAttribute("form", "form");
document.body.appendChild(outside);
note("what belongs to it from outside", new FormData(form).get("outside"));
const heard = [];
form.addEventListener("formdata", (event) => { heard.push(event.formData.get("text")); event.formData.append("more", "m"); });
note("who listens may add to it", [new FormData(form).get("more"), heard]);
const data = new FormData(form);
data.append("blob", new Blob(["x"]), "b.txt");
data.delete("box");
note("it may be changed", [data.getAll("many"), data.get("blob").name, data.has("box")]);
note("nothing", entries(new FormData()));
note("undefined", entries(new FormData(undefined)));
for (const [label, value] of Object.entries({ null: null, "an element": document.body, text: "x", "an object": {} })) note(label, refused(() => new FormData(value)));
note("a button of another form", refused(() => new FormData(form, document.createElement("button"))));
note("a button that sends nothing", refused(() => new FormData(form, form.elements.reset)));
note("without new", refused(() => FormData()));
const { text } = await new Response(new URLSearchParams(new FormData(form))).text().then((text) => ({ text }));
note("as parameters", text);
for (const select of [...form.querySelectorAll("select")].slice(1)) form.removeChild(select);
form.elements.one.remove(1);
note("without some lists", [new FormData(form).has("many"), form.elements.one.options.length]);
form.elements.one.remove();
form.innerHTML = "";
note("without anything", entries(new FormData(form)));
const canvas = document.createElement("canvas");
note("a canvas", [canvas.width, canvas.height, typeof canvas.getContext, typeof OffscreenCanvas, canvas.getContext("none")]);
