// The state of form controls, which the DOM library has not: values, choices, what belongs to which form. State is kept
// in the attributes, so that selectors such as `:checked` see it; so what a control had at first is not kept.

import { give, method, plain, type Property, prototypeOf } from "./dom_define.ts";
import { elementsOf, listed } from "./dom_names.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const CONTROLS = "button,fieldset,input,object,output,select,textarea";
const SUBMITTED = "button,input,select,textarea";
/** The types of an input whose value is "on" where none is given. */
const CHECKABLE = new Set(["checkbox", "radio"]);

/** Gives the prototypes of `document`'s form elements their properties. */
export function patchForms(document: Any): void {
  const patch = (tag: string, properties: Record<string, Property>): void => give(document, tag, properties);
  const control = { form: { get: formOf }, name: text("name"), ...validity() };
  patch("input", { ...control, ...input() });
  patch("textarea", { ...control, type: { get: () => "textarea" }, value: content(), ...flags("required") });
  patch("button", {
    ...control,
    type: { get: (e) => typeOf(e, "submit"), set: set("type") },
    value: text("value"),
  });
  patch("select", { ...control, ...select() });
  patch("option", option());
  patch("fieldset", {
    ...control,
    ...flags("disabled"),
    elements: { get: (e) => listed(e, CONTROLS) },
  });
  patch("label", { form: { get: formOf }, htmlFor: text("for"), control: { get: labelled } });
  patch("form", form());
  methods(document);
}

const set = (name: string) => (element: Any, value: unknown): void =>
  element.setAttribute(name, String(value));

function text(name: string): Property {
  return { get: (element) => element.getAttribute(name) ?? "", set: set(name) };
}

function flag(name: string): Property {
  return {
    get: (element) => element.hasAttribute(name),
    set: (element, value) => element.toggleAttribute(name, Boolean(value)),
  };
}

const flags = (...names: string[]): Record<string, Property> =>
  Object.fromEntries(names.map((name) => [name, flag(name.toLowerCase())]));

const content = (): Property => ({
  get: (element) => element.textContent,
  set: (element, value) => void (element.textContent = String(value ?? "")),
});

const typeOf = (element: Any, usual: string): string => (element.getAttribute("type") || usual).toLowerCase();

const formOf = (element: Any): Any => {
  const id = element.getAttribute("form");
  return id === null ? element.closest("form") : element.ownerDocument.getElementById(id);
};

const labelled = (label: Any): Any => {
  const id = label.getAttribute("for");
  return id === null ? label.querySelector(SUBMITTED) : label.ownerDocument.getElementById(id);
};

const validity = (): Record<string, Property> => ({
  validity: { get: () => ({ valid: true }) },
  validationMessage: { get: () => "" },
  willValidate: { get: () => true },
});

function input(): Record<string, Property> {
  const value: Property = {
    get: (element) => element.getAttribute("value") ?? (CHECKABLE.has(element.type) ? "on" : ""),
    set: (element, given) => element.setAttribute("value", String(given ?? "")),
  };
  return {
    type: { get: (element) => typeOf(element, "text"), set: set("type") },
    value,
    defaultValue: value,
    valueAsNumber: {
      get: (element) => element.value === "" ? NaN : Number(element.value),
      set: (element, given) => void (element.value = given),
    },
    checked: { get: (element) => element.hasAttribute("checked"), set: check },
    defaultChecked: flag("checked"),
    ...flags("disabled", "required", "readOnly", "multiple"),
    files: { get: () => null },
    ...Object.fromEntries(["min", "max", "step", "pattern", "placeholder"].map((name) => [name, text(name)])),
  };
}

/** Of the radio buttons of one name in a form, one is checked. */
function check(element: Any, on: unknown): void {
  if (on && element.type === "radio" && element.name !== "") {
    const others: Any[] = [...(element.form ?? element.ownerDocument).querySelectorAll("input[checked]")];
    for (const other of others) {
      if (other.type === "radio" && other.name === element.name && other.form === element.form) {
        other.removeAttribute("checked");
      }
    }
  }
  element.toggleAttribute("checked", Boolean(on));
}

const optionsOf = (element: Any): Any[] => [...element.querySelectorAll("option")];

/** A list that takes one choice always has one: the first that can be chosen. */
function chosen(element: Any): Any[] {
  const options = optionsOf(element);
  const marked = options.filter((each) => each.hasAttribute("selected"));
  if (element.multiple) return marked;
  return marked.slice(-1).concat(options.filter((each) => !each.hasAttribute("disabled"))).slice(0, 1);
}

function choose(element: Any, which: (option: Any, index: number) => boolean): void {
  optionsOf(element).forEach((each, index) => each.toggleAttribute("selected", which(each, index)));
}

function shorten(list: Any, length: unknown): void {
  for (const option of optionsOf(list).slice(Number(length))) option.remove();
}

/** `options`: as the list is at any time, which can be changed through it. */
function optionsList(list: Any): Any {
  const now = (): Any => listed(list, "option");
  const own: Record<string, unknown> = {
    add: (option: Any, before?: Any) => list.add(option, before),
    remove: (index: number) => optionsOf(list)[index]?.remove(),
  };
  return new Proxy({}, {
    get: (_, name) => name === "selectedIndex" ? list.selectedIndex : own[name as string] ?? now()[name],
    has: (_, name) => name in own || name in now(),
    set(_, name, value) {
      const there = optionsOf(list)[Number(name)];
      if (name === "length") shorten(list, value);
      else if (name === "selectedIndex") list.selectedIndex = value;
      else if (value === null) there?.remove();
      else if (there !== undefined) there.replaceWith(value);
      else list.add(value);
      return true;
    },
    ownKeys: () => optionsOf(list).map((_, index) => String(index)),
    getOwnPropertyDescriptor: (_, name) => {
      const value = optionsOf(list)[Number(name)];
      return value && { value, writable: true, enumerable: true, configurable: true };
    },
  });
}

function select(): Record<string, Property> {
  return {
    type: { get: (element) => element.multiple ? "select-multiple" : "select-one" },
    ...flags("disabled", "required", "multiple"),
    options: { get: optionsList, set: () => {} },
    length: { get: (element) => optionsOf(element).length, set: shorten },
    selectedOptions: { get: chosen },
    selectedIndex: {
      get: (element) => optionsOf(element).indexOf(chosen(element)[0]),
      set: (element, wanted) => choose(element, (_, index) => index === Number(wanted)),
    },
    value: {
      get: (element) => chosen(element)[0]?.value ?? "",
      set: (element, value) => {
        const first = optionsOf(element).find((each) => each.value === String(value));
        choose(element, (each) => each === first);
      },
    },
  };
}

function option(): Record<string, Property> {
  const words = (element: Any): string => element.textContent.trim().replace(/\s+/g, " ");
  return {
    value: { get: (element) => element.getAttribute("value") ?? words(element), set: set("value") },
    text: { get: words, set: (element, value) => void (element.textContent = String(value)) },
    label: { get: (element) => element.getAttribute("label") ?? words(element), set: set("label") },
    index: { get: (element) => optionsOf(element.closest("select") ?? element).indexOf(element) },
    form: { get: formOf },
    ...flags("disabled"),
    defaultSelected: flag("selected"),
    selected: {
      get: (element) => {
        const list = element.closest("select");
        return list === null ? element.hasAttribute("selected") : chosen(list).includes(element);
      },
      set: (element, on) => {
        const list = element.closest("select");
        if (on && list !== null && !list.multiple) choose(list, (each) => each === element);
        else element.toggleAttribute("selected", Boolean(on));
      },
    },
  };
}

function form(): Record<string, Property> {
  return {
    ...plain("enctype", "application/x-www-form-urlencoded"),
    elements: { get: elementsOf },
    length: { get: (element) => elementsOf(element).length },
  };
}

function methods(document: Any): void {
  const add = (tags: string, name: string, value: (this: Any, ...args: Any[]) => unknown): void =>
    give(document, tags, method(name, value));
  const all = "input,textarea,select,button,form";
  for (const name of ["checkValidity", "reportValidity"]) add(all, name, () => true);
  add(all, "setCustomValidity", () => {});
  for (const name of ["select", "setSelectionRange"]) add("input,textarea", name, () => {});
  add("select", "add", function (given: Any, before: Any = null) {
    this.insertBefore(given, typeof before === "number" ? this.options[before] ?? null : before);
  });
  add("select", "item", function (index: number) {
    return this.options[index] ?? null;
  });
  const { remove } = prototypeOf(document, "div");
  add("select", "remove", function (index?: number) {
    const removed = index === undefined ? this : this.options[index];
    if (removed !== undefined) remove.call(removed);
  });
  // A packaged app's form goes nowhere.
  add("form", "submit", () => {});
  add("form", "requestSubmit", function (submitter: Any = null) {
    const event = new Event("submit", { bubbles: true, cancelable: true });
    this.dispatchEvent(Object.assign(event, { submitter }));
  });
  add("form", "reset", function () {
    this.dispatchEvent(new Event("reset", { bubbles: true, cancelable: true }));
  });
}
