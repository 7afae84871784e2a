// Which line of the app's own code is running, and stacks that show the app's lines only.

interface CallSite {
  getFileName(): string | null;
  getScriptNameOrSourceURL?(): string | null;
  getLineNumber(): number | null;
}

type StackHolder = { stack?: unknown };
type Preparing = ErrorConstructor & { prepareStackTrace?: unknown };

// Kept from the app; `Deno` itself is gone once it runs.
const { captureStackTrace } = Error;
const { defineProperty } = Object;
const inspect = Deno.inspect;

let base = "";

/** From now on `url` is where the app's files are. */
export function setBase(url: string): void {
  base = url;
}

/** How a place in the app is shown: `js/main.js:12`. */
export function place(url: string | null | undefined, line: number | null | undefined): string {
  const path = url?.startsWith(base) ? url.slice(base.length) : url;
  return `${path || "app"}:${line ?? 0}`;
}

/** Where the app called the function that asks, the innermost of its own lines. */
export function caller(below: (...args: never[]) => unknown): string {
  const sites = structuredStack(below);
  const own = sites.find((site) => site.getFileName()?.startsWith(base));
  return own === undefined ? "app:0" : place(own.getFileName(), own.getLineNumber());
}

/** The address of the script that called the function that asks, if it is the app's. */
export function callerUrl(below: (...args: never[]) => unknown): string | null {
  const urls = structuredStack(below).map((site) => site.getFileName());
  return urls.find((url) => url?.startsWith(base)) ?? null;
}

function structuredStack(below: (...args: never[]) => unknown): CallSite[] {
  const preparing = Error as Preparing;
  const { prepareStackTrace, stackTraceLimit } = preparing;
  const holder: StackHolder = {};
  let sites: CallSite[] = [];
  try {
    defineProperty(Error, "stackTraceLimit", { value: 20, writable: true, configurable: true });
    preparing.prepareStackTrace = (_: unknown, found: CallSite[]): string => {
      sites = found;
      return "";
    };
    captureStackTrace(holder, below);
    void holder.stack;
  } catch {
    // The app froze `Error`: its lines are then not known.
  } finally {
    try {
      preparing.prepareStackTrace = prepareStackTrace;
      preparing.stackTraceLimit = stackTraceLimit;
    } catch {
      // Likewise.
    }
  }
  return sites;
}

const INTERNAL = /^\s+at (?:.*\(|async )?(?:ext:|node:|file:|homeport:|native)/;

const STACK = /^\s+at /;

/** Text without stack lines that are not the app's; the app's have its files named as it names them. */
export function tidy(text: string): string {
  if (!text.includes("\n")) return text;
  const lines = text.split("\n").filter((line) => !INTERNAL.test(line));
  return lines.map((line) => STACK.test(line) ? named(line) : line).join("\n");
}

/** Text with the app's files named as it names them. */
export function named(text: string): string {
  return text.replaceAll(base, "");
}

/** The text of a thrown value: its stack, or itself as a string. */
export function describe(thrown: unknown): string {
  return named(tidy(stackOf(thrown) ?? shown(thrown)));
}

/** The first place of the app in a thrown value's stack. */
export function placeOf(thrown: unknown): string {
  return placeIn(stackOf(thrown) ?? "");
}

/** The first place of the app that a text names. */
export function placeIn(text: string): string {
  const at = text.indexOf(base);
  if (base === "" || at < 0) return "app:0";
  const match = /^([^\s()]*?):(\d+)(?::\d+)?\)?(?:\n|$)/.exec(text.slice(at + base.length));
  return match === null ? "app:0" : `${match[1]}:${match[2]}`;
}

function stackOf(thrown: unknown): string | null {
  try {
    const stack = (thrown as StackHolder | null | undefined)?.stack;
    return typeof stack === "string" ? stack : null;
  } catch {
    return null;
  }
}

function shown(thrown: unknown): string {
  try {
    return typeof thrown === "object" && thrown !== null ? inspect(thrown) : String(thrown);
  } catch {
    return "(a value that cannot be shown)";
  }
}
