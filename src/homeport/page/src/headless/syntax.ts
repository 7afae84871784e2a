// Whether scripts compile, and where they do not. Compiling runs nothing of them.

import vm from "node:vm";

/** What a script may be: what the page loads it as, or as either if that is not known. */
export type Kind = "classic" | "module" | "either";

export interface Fault {
  readonly line: number;
  readonly message: string;
}

type Compile = (source: string) => unknown;

const classic: Compile = (source) => new vm.Script(source);
const module: Compile = (source) => new vm.SourceTextModule(source);

/** What is wrong with a script; `null` if it compiles as one of what it may be. */
export function faultOf(kind: Kind, source: string): Fault | null {
  const ways = kind === "classic" ? [classic] : kind === "module" ? [module] : [classic, module];
  const errors = ways.map((compile) => errorOf(compile, source));
  if (errors.includes(null)) return null;
  // Of a module that is none of both, the first complaint is about its first `import`.
  const last = errors.length - 1;
  const which = /\b(?:import|export|module)\b/.test(errors[0]!.message) ? last : 0;
  return { line: lineOf(ways[which]!, source, errors[which]!), message: errors[which]!.message };
}

/**
 * The line of a script that the engine refuses to compile; it keeps that to itself. It is the last line without
 * which the script fails in another way, or not at all.
 */
export function lineOfSyntaxError(source: string, error: unknown): number {
  return lineOf(classic, source, error as Error);
}

function lineOf(compile: Compile, source: string, error: Error): number {
  const message = String(error.message);
  const lines = source.split("\n");
  let good = 0;
  let bad = lines.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (errorOf(compile, lines.slice(0, middle).join("\n"))?.message === message) bad = middle;
    else good = middle;
  }
  return bad;
}

function errorOf(compile: Compile, source: string): Error | null {
  try {
    compile(source);
    return null;
  } catch (error) {
    return error as Error;
  }
}
