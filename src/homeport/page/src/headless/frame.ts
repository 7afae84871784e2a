// A frame: one global object with its document, in which the app's scripts run. The background page is the main
// context of the runtime, each window is a context of its own.

import vm from "node:vm";
import { describe, place, placeOf } from "./callsite.ts";
import type { Level } from "./console.ts";
import { lineOfSyntaxError } from "./syntax.ts";

/** A global object, seen as a bag of properties. */
// deno-lint-ignore no-explicit-any
export type Global = any;

/** What all frames of the app have in common. */
export interface Host {
  /** `chrome-extension://<id>/`. */
  readonly baseUrl: string;
  readonly evalAllowed: boolean;
  print(level: Level, where: string, text: string): void;
}

export class Frame {
  /** The address of the page, with `baseUrl` in front. */
  url: string;
  closed = false;
  /** Loads a module of the app's for `import()` in the script at `from`. */
  importModule: (specifier: string, from: string) => Promise<vm.Module> = nothing;
  /** The addresses of the scripts and modules that it has run. */
  readonly scripts = new Set<string>();
  /** The frame whose scripts run, or ran last. */
  static latest: Frame | null = null;
  static #running: Frame | null = null;
  /** The error that the frame's listeners are being told. */
  #report: Event | null = null;

  constructor(readonly host: Host, readonly global: Global, readonly isMain: boolean, url: string) {
    this.url = new URL(url).href;
  }

  /** Runs a classic script and reports what it throws; whether it came to its end. */
  runScript(source: string | vm.Script, url: string): boolean {
    try {
      this.evaluate(source, url);
      return true;
    } catch (error) {
      const where = typeof source === "string" && isSyntaxError(error) && placeOf(error) === "app:0"
        ? place(url, lineOfSyntaxError(source, error))
        : undefined;
      this.report(error, where);
      return false;
    }
  }

  /** Runs a classic script; top-level `let`, `const` and functions are shared by all scripts of the frame. */
  evaluate(source: string | vm.Script, url: string): void {
    this.scripts.add(url);
    const outer = this.#enter();
    try {
      const script = typeof source === "string" ? this.#compileScript(source, url) : source;
      if (this.isMain) script.runInThisContext({ displayErrors: false });
      else script.runInContext(this.global, { displayErrors: false });
    } finally {
      Frame.#leave(outer);
    }
  }

  #compileScript(source: string, filename: string): vm.Script {
    if (!IMPORTS.test(source)) return new vm.Script(source, { filename });
    // The runtime forgets neither the script nor this function, and would never forget a window that has gone.
    const here = new WeakRef(this);
    const importModuleDynamically = (specifier: string): Promise<vm.Module> =>
      here.deref()?.importModule(specifier, filename) ?? nothing();
    return new vm.Script(source, { filename, importModuleDynamically });
  }

  /** Makes a function of source text, as `setTimeout("…")` does where the app's CSP allows it. */
  compile(source: string): (() => unknown) | null {
    if (!this.host.evalAllowed) {
      this.host.print(
        "error",
        placeOf(new Error()),
        "Refused to evaluate a string as JavaScript because 'unsafe-eval' is not an allowed source of script in the app's Content Security Policy.",
      );
      return null;
    }
    return () => this.global.eval(source);
  }

  /** Calls a function of the app and reports what it throws. */
  run(
    callable: (...args: unknown[]) => unknown,
    args: readonly unknown[] = [],
    self: unknown = this.global,
  ): void {
    const outer = this.#enter();
    try {
      Reflect.apply(callable, self, args);
    } catch (error) {
      this.report(error);
    } finally {
      Frame.#leave(outer);
    }
  }

  /** Its scripts run from now on; what is to be given to `#leave`. */
  #enter(): Frame | null {
    const outer = Frame.#running;
    Frame.#running = Frame.latest = this;
    return outer;
  }

  /** Promises that run when no script does belong to what ran last. */
  static #leave(outer: Frame | null): void {
    Frame.#running = outer;
    if (outer !== null) Frame.latest = outer;
  }

  /** An uncaught error: told to the frame's listeners, then printed with the app's own line. */
  report(error: unknown, where = placeOf(error)): void {
    const message = `Uncaught ${firstLine(error)}`;
    const [, file, line] = /^(.*):(\d+)$/.exec(where) ?? [];
    const event = new ErrorEvent("error", {
      message,
      filename: file === undefined ? "" : this.host.baseUrl + file,
      lineno: Number(line ?? 0),
      error,
      cancelable: true,
    });
    if (!this.#told(event)) this.host.print("error", where, `Uncaught ${describe(error)}`);
  }

  /** Whether `event` is what `report` tells the frame's listeners just now. */
  reports(event: Event): boolean {
    return this.#report === event;
  }

  /** Whether a listener of the frame says that the error is dealt with. */
  #told(event: ErrorEvent): boolean {
    const outer = this.#report;
    this.#report = event;
    try {
      return !this.global.dispatchEvent(event);
    } catch (error) {
      this.host.print("error", placeOf(error), `Uncaught ${describe(error)}`);
      return false;
    } finally {
      this.#report = outer;
    }
  }
}

/** In such a script `import()` may be called; nothing else need be ready for it, see `#compileScript`. */
export const IMPORTS = /\bimport\s*[(/]/;

/** What imports where there is nothing to import from. */
function nothing(): Promise<never> {
  return Promise.reject(new TypeError("Nothing can be imported here."));
}

function firstLine(error: unknown): string {
  return describe(error).split("\n", 1)[0]!;
}

function isSyntaxError(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === "SyntaxError";
}
