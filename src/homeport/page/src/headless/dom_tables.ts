// The rows, cells and parts of tables: those of a table itself, not of one in it.

import { give, method, type Property } from "./dom_define.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const { DOMException } = globalThis;

/** Gives tables and what they are made of their lists and methods. */
export function patchTables(document: Any): void {
  give(document, "table", {
    rows: { get: rowsOf },
    tBodies: { get: (table) => children(table, "tbody") },
    ...part("tHead", "thead", (table) => {
      const before = ["caption", "colgroup"];
      return [...table.children].find(({ localName }) => !before.includes(localName)) ?? null;
    }),
    ...part("tFoot", "tfoot", () => null),
    ...part("caption", "caption", (table) => table.firstChild),
    ...method("createTBody", function () {
      const made = this.ownerDocument.createElement("tbody");
      this.insertBefore(made, children(this, "tbody").at(-1)?.nextSibling ?? null);
      return made;
    }),
    ...method("insertRow", function (index = -1) {
      return insertIntoTable(this, index);
    }),
    ...method("deleteRow", function (index: number) {
      const rows = rowsOf(this);
      checkOfTable("deleteRow", rows, index, rows.length - 1);
      rows.at(index)?.remove();
    }),
  });
  give(document, "tbody", {
    rows: { get: (part) => children(part, "tr") },
    ...method("insertRow", function (index = -1) {
      const rows = checked("insertRow", children(this, "tr"), index);
      return put(this, "tr", rows[index] ?? null);
    }),
    ...method("deleteRow", function (index: number) {
      checked("deleteRow", children(this, "tr"), index).at(index)?.remove();
    }),
  });
  patchRows(document);
}

function patchRows(document: Any): void {
  give(document, "tr", {
    cells: { get: cellsOf },
    rowIndex: { get: (row) => placeIn(row, tableOf(row)) },
    sectionRowIndex: { get: (row) => placeIn(row, row.parentNode) },
    ...method("insertCell", function (index = -1) {
      const cells = cellsOf(this);
      checkCell("insertCell", index, -1, cells.length, `[-1, ${cells.length}]`);
      return put(this, "td", cells[index] ?? null);
    }),
    ...method("deleteCell", function (index: number) {
      const cells = cellsOf(this), { length } = cells;
      if (index !== -1) checkCell("deleteCell", index, 0, length - 1, `[0, ${length})`);
      cells.at(index)?.remove();
    }),
  });
  give(document, "td", {
    cellIndex: {
      get: (cell) => cell.parentNode?.localName === "tr" ? cellsOf(cell.parentNode).indexOf(cell) : -1,
    },
  });
}

const children = (element: Any, ...names: string[]): Any[] =>
  [...element.children].filter(({ localName }) => names.includes(localName));
const cellsOf = (row: Any): Any[] => children(row, "td", "th");

/** The head's come first, the foot's last, wherever those stand. */
function rowsOf(table: Any): Any[] {
  const inside = (...names: string[]): Any[] =>
    children(table, ...names).flatMap((each) => each.localName === "tr" ? [each] : children(each, "tr"));
  return [...inside("thead"), ...inside("tbody", "tr"), ...inside("tfoot")];
}

function tableOf(row: Any): Any {
  const above = row.parentNode;
  return above?.localName === "table" ? above : above?.parentNode;
}

const PARTS = ["tbody", "thead", "tfoot"];

function placeIn(row: Any, holder: Any): number {
  if (holder?.localName === "table") return rowsOf(holder).indexOf(row);
  return PARTS.includes(holder?.localName) ? children(holder, "tr").indexOf(row) : -1;
}

/** A part of which a table has one: its property, and the methods that make and delete it. */
function part(name: string, tag: string, before: (table: Any) => Any): Record<string, Property> {
  const find = (table: Any): Any => children(table, tag)[0] ?? null;
  const Name = name[0]!.toUpperCase() + name.slice(1);
  const put = (table: Any, made: Any): Any => table.insertBefore(made, before(table));
  return {
    [name]: {
      get: find,
      set: (table, given) => {
        find(table)?.remove();
        if (given !== null) put(table, given);
      },
    },
    ...method(`create${Name}`, function () {
      return find(this) ?? put(this, this.ownerDocument.createElement(tag));
    }),
    ...method(`delete${Name}`, function () {
      find(this)?.remove();
    }),
  };
}

function insertIntoTable(table: Any, index: number): Any {
  const rows = rowsOf(table);
  checkOfTable("insertRow", rows, index, rows.length);
  const next = rows[index], last = rows.at(-1);
  if (next !== undefined) return put(next.parentNode, "tr", next);
  if (last !== undefined) return put(last.parentNode, "tr", null);
  return put(children(table, "tbody").at(-1) ?? table.createTBody(), "tr", null);
}

const put = (parent: Any, tag: string, before: Any): Any =>
  parent.insertBefore(parent.ownerDocument.createElement(tag), before);

function checkOfTable(name: string, rows: Any[], index: number, most: number): void {
  if (index < -1) refuse(name, "Table", `The index provided (${index}) is less than -1.`);
  const text = `greater than the number of rows in the table (${rows.length})`;
  if (index > most && index !== -1) refuse(name, "Table", `The index provided (${index}) is ${text}.`);
}

function checked(name: string, rows: Any[], index: number): Any[] {
  const most = name === "insertRow" ? rows.length : rows.length - 1;
  if (index < -1 || index > most) {
    refuse(name, "TableSection", `The provided index (${index} is outside the range [-1, ${rows.length}].`);
  }
  return rows;
}

function checkCell(name: string, index: number, least: number, most: number, range: string): void {
  if (index < least || index > most) {
    refuse(name, "TableRow", `The value provided (${index}) is outside the range ${range}.`);
  }
}

function refuse(name: string, kind: string, text: string): never {
  throw new DOMException(`Failed to execute '${name}' on 'HTML${kind}Element': ${text}`, "IndexSizeError");
}
