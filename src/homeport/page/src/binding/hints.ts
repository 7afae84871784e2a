// One line for the console where a call throws because of a plain mistake: what was probably meant.
// The error itself stays Chromium's.

import type { ApiFunction } from "../schema.gen.ts";
import { isInteger } from "./types.ts";

type Hint = (name: string, shape: ApiFunction, args: readonly unknown[]) => string | null;

/** What was probably meant by a call that was refused, or `null` when that is not plain. */
export function hint(name: string, shape: ApiFunction, args: readonly unknown[]): string | null {
  for (const guess of GUESSES) {
    const text = guess(name, shape, args);
    if (text !== null) return `homeport: ${name}: ${text}`;
  }
  return null;
}

const infoForId: Hint = (name, shape, args) => {
  const info = args[0];
  if (!takesId(shape) || typeof info !== "object" || info === null) return null;
  const key = ["socketId", "clientSocketId"].find((key) => isInteger((info as Record<string, unknown>)[key]));
  return key === undefined
    ? null
    : `the first argument is the object around the id; pass its ${key}: ${call(name)}(info.${key}, …)`;
};

const missingId: Hint = (name, shape, args) => {
  const [first] = args;
  if (!takesId(shape) || typeof first === "number") return null;
  if (typeof first === "string" && /^\d+$/.test(first)) {
    return `the socket id is a string here; pass a number: ${call(name)}(${first}, …)`;
  }
  if (args.length > 0 && (first === undefined || first === null)) return `the socket id is ${first}`;
  const shown = ["socketId", ...args.map(show)].join(", ");
  return `the socket id is missing; did you mean ${call(name)}(${shown})?`;
};

const textForBytes: Hint = (_name, shape, args) => {
  const at = shape.params.findIndex((param) => param.type.kind === "binary");
  if (at < 0 || typeof args[at] !== "string") return null;
  return "data must be an ArrayBuffer or a view; did you mean new TextEncoder().encode(text)?";
};

const textForPort: Hint = (_name, shape, args) => {
  const at = shape.params.findIndex((param) => /port$/i.test(param.name));
  const port = args[at];
  if (at < 0 || typeof port !== "string" || !/^\d+$/.test(port)) return null;
  return `${shape.params[at]!.name} must be a number; did you mean ${port} instead of "${port}"?`;
};

const serverBufferSize: Hint = (name, _shape, args) => {
  if (!/^sockets\.tcpServer\.(create|update)$/.test(name)) return null;
  const given = args.some((arg) => typeof arg === "object" && arg !== null && "bufferSize" in arg);
  return given
    ? "a server socket has no bufferSize; set it on each accepted one, with chrome.sockets.tcp.update"
    : null;
};

const GUESSES = [infoForId, missingId, textForBytes, textForPort, serverBufferSize];

function takesId(shape: ApiFunction): boolean {
  return shape.params[0]?.name === "socketId";
}

function call(name: string): string {
  return `chrome.${name}`;
}

function show(value: unknown): string {
  if (typeof value === "function") return "callback";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "…" : String(value);
}
