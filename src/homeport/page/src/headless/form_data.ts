// `new FormData(form)`: the runtime's own class knows no forms.

// deno-lint-ignore no-explicit-any
type Any = any;
type Entry = [name: string, value: string | File];

// The runtime's own, before the page gets others.
const { Event, File, FormData: Plain, Proxy, Reflect, TypeError, DOMException } = globalThis;

const FAILED = "Failed to construct 'FormData': ";
const SUBMITTED = new Set(["button", "input", "select", "textarea"]);
const BUTTONS = new Set(["submit", "image", "reset", "button"]);

/** The same class, which takes a form. */
export function makeFormData(): typeof FormData {
  return new Proxy(Plain, {
    construct(target, [form, submitter = null], newTarget) {
      const data = Reflect.construct(target, [], newTarget) as FormData;
      if (form !== undefined) fill(data, form, submitter);
      return data;
    },
  });
}

function fill(data: FormData, form: Any, submitter: Any): void {
  if (form?.nodeType !== 1 || form.localName !== "form") {
    throw new TypeError(`${FAILED}parameter 1 is not of type 'HTMLFormElement'.`);
  }
  if (submitter !== null) checkSubmitter(form, submitter);
  const pictures = submitter?.type === "image" ? [submitter] : []; // a form's list of its elements lacks them
  for (const control of [...form.elements, ...pictures]) {
    for (const [name, value] of entriesOf(control, submitter)) data.append(name, value as string);
  }
  form.dispatchEvent(Object.assign(new Event("formdata", { bubbles: true }), { formData: data }));
}

function checkSubmitter(form: Any, submitter: Any): void {
  const sends = submitter.type === "submit" || submitter.type === "image";
  if (!sends) throw new TypeError(`${FAILED}The specified element is not a submit button.`);
  if (submitter.form !== form) {
    throw new DOMException(
      `${FAILED}The specified element is not owned by this form element.`,
      "NotFoundError",
    );
  }
}

function entriesOf(control: Any, submitter: Any): Entry[] {
  const { type } = control;
  const name = control.getAttribute("name") ?? "";
  if (control !== submitter && BUTTONS.has(type)) return [];
  if (!SUBMITTED.has(control.localName) || isDisabled(control)) return [];
  if (type === "image") return ["x", "y"].map((each) => [name === "" ? each : `${name}.${each}`, "0"]);
  if (name === "") return [];
  if (control.localName === "select") {
    const chosen: Any[] = [...control.selectedOptions];
    return chosen.filter((each) => !isDisabled(each)).map((each) => [name, each.value]);
  }
  if ((type === "checkbox" || type === "radio") && !control.checked) return [];
  if (type === "file") return [[name, new File([], "", { type: "application/octet-stream" })]];
  return [[name, control.value]];
}

/** Disabled itself, or by a set or group around it; what is in a set's legend is not. */
function isDisabled(element: Any): boolean {
  if (element.hasAttribute("disabled")) return true;
  if (element.localName === "option") return element.closest("optgroup[disabled]") !== null;
  const set = element.parentNode?.closest?.("fieldset[disabled]") ?? null;
  if (set === null) return false;
  const legend = [...set.children].find(({ localName }) => localName === "legend");
  return !legend?.contains(element) || isDisabled(set);
}
