// What stands under a name: controls in their form, `form.user.value`, and forms and pictures in their document,
// `document.login`. Names come behind all that is declared or built in, but for what a form says of itself.

import { give } from "./dom_define.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const CONTROLS = "button,fieldset,input,object,output,select,textarea";
const IN_DOCUMENT = ["embed", "form", "iframe", "img", "object"];
const ELEMENT = 1;
const DOCUMENT = 9;

/** Lets names be found in the elements and documents of `document`'s classes. */
export function patchNames(document: Any): void {
  let last = Object.getPrototypeOf(document);
  for (let next = last; next !== Object.prototype; next = Object.getPrototypeOf(next)) last = next;
  const names = new Proxy(Object.create(Object.prototype), {
    get: (target, name, receiver) =>
      name in target || typeof name !== "string" ? Reflect.get(target, name, receiver) : find(receiver, name),
  });
  Object.setPrototypeOf(last, names);
  // A form's own properties give way to its controls.
  for (const name of ["action", "method", "name", "target"]) {
    give(document, "form", {
      [name]: {
        get: (element) => inForm(element, name) ?? element.getAttribute(name) ?? "",
        set: (element, value) => element.setAttribute(name, String(value)),
      },
    });
  }
}

function find(receiver: Any, name: string): unknown {
  if (!Object.hasOwn(receiver, "nodeType")) return undefined;
  if (receiver.nodeType === DOCUMENT) return inDocument(receiver, name);
  return receiver.nodeType === ELEMENT && receiver.localName === "form" ? inForm(receiver, name) : undefined;
}

const inForm = (form: Any, name: string): unknown => several(called(controlsOf(form), name));

function inDocument(document: Any, name: string): unknown {
  const found = called([...document.querySelectorAll(IN_DOCUMENT.join())], name, "name");
  return found.length > 1 ? found : found[0];
}

/** What fits below an element, found by number and by name. */
export function listed(element: Any, selector: string): Any {
  return withNames([...element.querySelectorAll(selector)], (name, found) => called(found, name)[0]);
}

/** A form's controls, wherever they are, likewise; radio buttons of one name are one thing. */
export function elementsOf(form: Any): Any {
  return withNames(controlsOf(form), (name, found) => several(called(found, name)));
}

/** Those in it, and those elsewhere that say they are its. */
function controlsOf(form: Any): Any[] {
  const id = form.getAttribute("id");
  const all: Any[] = [...(id ? form.ownerDocument : form).querySelectorAll(CONTROLS)];
  return all.filter((each) => each.type !== "image" && each.form === form);
}

function withNames(found: Any[], get: (name: string, found: Any[]) => unknown): Any {
  const give = (name: string, value: unknown): void =>
    void Object.defineProperty(found, name, { value, configurable: true });
  give("item", (index: number) => found[index] ?? null);
  give("namedItem", (name: string) => get(String(name), found) ?? null);
  for (const name of found.flatMap((each) => [each.getAttribute("name"), each.getAttribute("id")])) {
    if (name && !(name in found)) give(name, get(name, found));
  }
  return found;
}

const called = (found: readonly Any[], name: string, ...only: string[]): Any[] =>
  name === ""
    ? []
    : found.filter((each) =>
      (only.length ? only : ["id", "name"]).some((attribute) => each.getAttribute(attribute) === name)
    );

/** One of a kind is itself; several are a list that has the value of its checked radio button. */
function several(found: Any[]): unknown {
  if (found.length < 2) return found[0];
  const radios = (): Any[] => found.filter((each) => each.type === "radio");
  return Object.defineProperty(found, "value", {
    get: () => radios().find((each) => each.checked)?.value ?? "",
    set: (value) => {
      const wanted = radios().find((each) => each.value === String(value));
      if (wanted !== undefined) wanted.checked = true;
    },
  });
}
