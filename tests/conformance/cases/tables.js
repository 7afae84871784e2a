// The rows and cells of tables, also of tables in tables.
// @app sockets
document.body.innerHTML = `<table id=outer>
  <tfoot><tr id=foot></tr></tfoot>
  <tbody id=first><tr id=a>
    <td id=a1><table id=inner><tr id=x><td id=x1></td></tr></table></td><td id=a2></td><th id=a3></th>
  </tr></tbody>
  <thead id=head><tr id=top></tr></thead>
  <tbody id=second><tr id=b></tr></tbody>
</table>`;
const at = (id) => document.getElementById(id);
const ids = (list) => [...list].map((each) => each.id);
const outer = at("outer"), inner = at("inner");
note("rows of the outer", ids(outer.rows));
note("rows of the inner", ids(inner.rows));
note("rows of a part", [ids(at("first").rows), ids(at("second").rows), ids(at("head").rows)]);
note("parts", [ids(outer.tBodies), outer.tHead.id, outer.tFoot.id, outer.caption]);
note("cells", [ids(at("a").cells), ids(at("x").cells)]);
note("rowIndex", ["top", "a", "b", "foot", "x"].map((id) => at(id).rowIndex));
note("sectionRowIndex", ["top", "a", "b", "foot", "x"].map((id) => at(id).sectionRowIndex));
note("cellIndex", ["a1", "a2", "a3", "x1"].map((id) => at(id).cellIndex));
const loose = document.createElement("tr"), looseCell = document.createElement("td");
note("of none", [loose.rowIndex, loose.sectionRowIndex, looseCell.cellIndex]);
const put = (id, made) => Object.assign(made, { id }).parentNode.id;
note("insertRow()", [put("c", outer.insertRow()), ids(outer.rows)]);
note("insertRow(0)", [put("d", outer.insertRow(0)), ids(outer.rows)]);
note("insertRow(2)", [put("e", outer.insertRow(2)), ids(outer.rows)]);
note("insertRow of a part", [put("f", at("second").insertRow(0)), ids(at("second").rows)]);
note("insertCell", [put("a4", at("a").insertCell()), put("a0", at("a").insertCell(0)), ids(at("a").cells)]);
outer.deleteRow(0);
outer.deleteRow(-1);
at("a").deleteCell(0);
note("deleted", [ids(outer.rows), ids(at("a").cells), ids(inner.rows)]);
/** Notes by what name it fails: the texts are each browser's own. */
function outcome(what, act) {
  try {
    act();
    note(what, "done");
  } catch (error) {
    note(what, error.name);
  }
}
for (const index of [99, -2]) {
  outcome(`insertRow(${index})`, () => void outer.insertRow(index));
  outcome(`deleteRow(${index})`, () => outer.deleteRow(index));
  outcome(`insertRow(${index}) of a part`, () => void at("second").insertRow(index));
  outcome(`deleteRow(${index}) of a part`, () => at("second").deleteRow(index));
  outcome(`insertCell(${index})`, () => void at("a").insertCell(index));
  outcome(`deleteCell(${index})`, () => at("a").deleteCell(index));
}
const empty = document.createElement("table");
outcome("deleteRow(-1) of none", () => empty.deleteRow(-1));
outcome("deleteRow(0) of none", () => empty.deleteRow(0));
empty.insertRow();
note("a row of an empty table", empty.innerHTML);
note("createTBody", [empty.createTBody().localName, empty.tBodies.length, empty.innerHTML]);
note("createTHead", [empty.createTHead() === empty.createTHead(), empty.innerHTML]);
note("createTFoot", [empty.createTFoot() === empty.tFoot, empty.innerHTML]);
note("createCaption", [empty.createCaption() === empty.caption, empty.innerHTML]);
empty.deleteTHead();
empty.deleteTFoot();
empty.deleteCaption();
note("parts deleted", empty.innerHTML);
