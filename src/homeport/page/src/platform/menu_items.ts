// The entries of chrome.contextMenus: which there are, which may be, and what the API calls them.

import type { Type } from "../schema.gen.ts";
import { BOOLEAN, enumOf, STRING } from "./shape.ts";

const CONTEXTS = [
  ...["all", "page", "frame", "selection", "link", "editable", "image", "video", "audio"],
  ...["launcher", "browser_action", "page_action", "action", "tab"],
];
const TYPES = ["normal", "checkbox", "radio", "separator"];
/** For extensions alone. */
const ACTIONS = ["browser_action", "page_action", "action"];

export const ENUMS = { ContextType: enumOf(...CONTEXTS), ItemType: enumOf(...TYPES) };
export const ID: Type = { kind: "choices", choices: [{ kind: "integer" }, STRING] };

const slot = (type: Type) => ({ type, optional: true });
const texts = slot({ kind: "array", items: STRING });
const CHANGES = {
  type: slot({ kind: "enum", values: TYPES }),
  title: slot(STRING),
  checked: slot(BOOLEAN),
  contexts: slot({ kind: "array", items: { kind: "enum", values: CONTEXTS }, minItems: 1 }),
  visible: slot(BOOLEAN),
  onclick: slot({ kind: "function" }),
  parentId: slot(ID),
  documentUrlPatterns: texts,
  targetUrlPatterns: texts,
  enabled: slot(BOOLEAN),
};

export const CREATE_PROPERTIES: Type = { kind: "object", properties: { ...CHANGES, id: slot(STRING) } };
export const UPDATE_PROPERTIES: Type = { kind: "object", name: "object", properties: CHANGES };

type Id = string | number;

export interface Item {
  readonly id: Id;
  type?: string;
  title?: string;
  checked?: boolean;
  contexts?: string[];
  visible?: boolean;
  onclick?: unknown;
  parentId?: Id;
  documentUrlPatterns?: string[];
  targetUrlPatterns?: string[];
  enabled?: boolean;
}

const NO_ID =
  "Extensions using event pages or Service Workers must pass an id parameter to chrome.contextMenus.create";
const ONCLICK =
  "Extensions using event pages or Service Workers cannot pass an onclick parameter to chrome.contextMenus.create. " +
  "Instead, use the chrome.contextMenus.onClicked event.";
const NO_TITLE = "All menu items except for separators must have a title";
const ACTION = "Only extensions are allowed to use action contexts";
const NO_PARENT = 'Parent items must have type "normal"';
/** Chromium has no words for an item that would be inside of itself. */
const INSIDE_ITSELF = "Unknown error.";

const PATTERN = /^(?:<all_urls>|(?:\*|[a-z][a-z-]*):\/\/(?:\*|(?:\*\.)?[^/*]*)\/.*)$/;

/** What the app's pages have in common of its menu. What cannot be is thrown as an `Error` with Chromium's text. */
export class Menu {
  readonly items = new Map<Id, Item>();

  create(properties: Partial<Item>): void {
    const { id, parentId, title, type } = properties;
    // An app's background page is an event page always, which cannot keep a number or a function for long.
    if (id === undefined) throw new Error(NO_ID);
    if (properties.onclick !== undefined) throw new Error(ONCLICK);
    if (this.items.has(id)) throw new Error(`Cannot create item with duplicate id ${id}`);
    if (properties.contexts?.some((context) => ACTIONS.includes(context))) throw new Error(ACTION);
    if (!title && type !== "separator") throw new Error(NO_TITLE);
    checkPatterns(properties);
    if (parentId !== undefined) this.#parent(parentId);
    this.items.set(id, { ...properties, id });
  }

  update(id: Id, changes: Partial<Item>): void {
    const item = this.find(id);
    checkPatterns(changes);
    if (changes.parentId !== undefined) {
      const parent = this.find(changes.parentId);
      if (this.#within(parent, item)) throw new Error(INSIDE_ITSELF);
      this.#parent(changes.parentId);
    }
    Object.assign(item, changes);
  }

  /** With all that are inside it. */
  remove(id: Id): void {
    const item = this.find(id);
    const all = [...this.items.values()].filter((other) => this.#within(other, item));
    for (const { id } of all) this.items.delete(id);
  }

  find(id: Id): Item {
    const item = this.items.get(id);
    if (item === undefined) throw new Error(`Cannot find menu item with id ${id}`);
    return item;
  }

  /** What is shown for a click at `target`. */
  at(target: Element | null, selection: string): Item[] {
    const contexts = new Set(["all", "page", "frame"]);
    if (selection !== "") contexts.add("selection");
    if (target?.closest("input, textarea, [contenteditable]")) contexts.add("editable");
    if (target?.closest("a[href]")) contexts.add("link");
    for (const kind of ["image", "video", "audio"]) {
      if (target?.localName === (kind === "image" ? "img" : kind)) contexts.add(kind);
    }
    return [...this.items.values()].filter((item) =>
      item.visible !== false && (item.contexts ?? ["page"]).some((context) => contexts.has(context))
    );
  }

  #parent(id: Id): void {
    if ((this.find(id).type ?? "normal") !== "normal") throw new Error(NO_PARENT);
  }

  /** Whether an item is the other one, or somewhere inside it. */
  #within(item: Item, outer: Item): boolean {
    for (let at: Item | undefined = item; at !== undefined; at = this.items.get(at.parentId ?? NaN)) {
      if (at === outer) return true;
    }
    return false;
  }
}

function checkPatterns({ documentUrlPatterns = [], targetUrlPatterns = [] }: Partial<Item>): void {
  for (const pattern of [...documentUrlPatterns, ...targetUrlPatterns]) {
    if (!PATTERN.test(pattern)) throw new Error(`Invalid url pattern '${pattern}'`);
  }
}
