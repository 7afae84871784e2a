// The app's `console`: each call becomes one message to the parent, which prints it.

import { caller } from "./callsite.ts";

export type Level = "debug" | "log" | "info" | "warn" | "error";

/** Prints one line: level, `file:line`, text. */
export type Print = (level: Level, where: string, text: string) => void;

// Kept from the app; `Deno` itself is gone once it runs.
const inspect = Deno.inspect;
const now = performance.now.bind(performance);
const SHOWN = {
  colors: false,
  depth: 6,
  strAbbreviateSize: Infinity,
  iterableLimit: 1000,
  compact: true,
  breakLength: Infinity,
};

/** The text of a console call, with `%s %d %i %f %o %O %c` filled in. */
export function format(args: readonly unknown[]): string {
  let rest = args;
  let text = "";
  if (typeof args[0] === "string") {
    let used = 1;
    text = args[0].replace(/%[sdifoOc%]/g, (directive) => {
      if (directive === "%%") return args.length > 1 ? "%" : directive;
      if (used >= args.length) return directive;
      return filled(directive, args[used++]);
    });
    rest = args.slice(used);
    if (rest.length > 0) text += " ";
  }
  return text + rest.map(shown).join(" ");
}

function filled(directive: string, value: unknown): string {
  switch (directive) {
    case "%s":
      return shown(value);
    case "%d":
    case "%i":
      return typeof value === "symbol" ? "NaN" : String(parseInt(String(value), 10));
    case "%f":
      return typeof value === "symbol" ? "NaN" : String(parseFloat(String(value)));
    case "%c":
      return "";
    default:
      return shown(value);
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return inspect(value, SHOWN);
  } catch {
    return "(a value that cannot be shown)";
  }
}

/** Makes a console for one frame. `echo` is the debugger's own console, if there is one. */
export function makeConsole(print: Print, echo?: Console): Console {
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indent = "";
  const methods: Record<string, (...args: unknown[]) => void> = {};

  const add = (
    name: string,
    run: (write: (level: Level, text: string) => void, args: unknown[]) => void,
  ): void => {
    const heard = (echo as unknown as Record<string, ((...args: unknown[]) => void) | undefined> | undefined)
      ?.[name];
    const method = {
      [name](...args: unknown[]): void {
        run((level, text) => print(level, caller(method), indent + text), args);
        heard?.(...args);
      },
    }[name]!;
    methods[name] = method;
  };

  for (const level of ["debug", "log", "info", "warn", "error"] as const) {
    add(level, (write, args) => write(level, format(args)));
  }
  add("trace", (write, args) => write("log", `${format(["Trace:", ...args])}`));
  add("dir", (write, [value]) => write("log", shown(value)));
  add("dirxml", (write, args) => write("log", format(args)));
  add("table", (write, [value]) => write("log", shown(value)));
  add("assert", (write, [condition, ...args]) => {
    if (condition) return;
    write("error", args.length === 0 ? "Assertion failed" : `Assertion failed: ${format(args)}`);
  });
  add("group", (write, args) => {
    if (args.length > 0) write("log", format(args));
    indent += "  ";
  });
  methods.groupCollapsed = methods.group!;
  add("groupEnd", () => {
    indent = indent.slice(2);
  });
  add("count", (write, [label = "default"]) => {
    const n = (counts.get(String(label)) ?? 0) + 1;
    counts.set(String(label), n);
    write("log", `${label}: ${n}`);
  });
  add("countReset", (_, [label = "default"]) => void counts.delete(String(label)));
  add("time", (_, [label = "default"]) => void timers.set(String(label), now()));
  const elapsed = (label: unknown): string =>
    `${label}: ${(now() - (timers.get(String(label)) ?? now())).toFixed(3)} ms`;
  add("timeLog", (write, [label = "default", ...args]) => write("log", format([elapsed(label), ...args])));
  add("timeEnd", (write, [label = "default"]) => {
    write("log", elapsed(label));
    timers.delete(String(label));
  });
  for (const name of ["clear", "profile", "profileEnd", "timeStamp"]) add(name, () => {});
  return methods as unknown as Console;
}
