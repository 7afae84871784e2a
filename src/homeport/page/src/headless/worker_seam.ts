// What a page and a worker of its own say to each other: arrays by the workers' own `postMessage`. Neither trusts
// the other with more than it could do itself: what a worker asks for, the page asks the parent for.

import { toJson } from "../wire/json.ts";

/** The worker's first message. */
export interface WorkerBoot {
  readonly url: string;
  readonly source: string;
  readonly isModule: boolean;
  readonly name: string;
  readonly baseUrl: string;
  readonly evalAllowed: boolean;
  readonly languages: readonly string[];
  readonly os: string;
}

/**
 * A synchronous request: two numbers that the worker sleeps on. The first is 0 until the answer's length is in the
 * second; then the worker hands over memory for it, and the first becomes 2 when it is there.
 */
export const WAITING = 0;
export const MEASURED = 1;
export const THERE = 2;

/** An answer in one piece: `u32` length, JSON of that length, then the body. */
export function packAnswer(status: number, details: unknown, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(toJson([status, details]));
  const packed = new Uint8Array(4 + head.length + body.length);
  new DataView(packed.buffer).setUint32(0, head.length, true);
  packed.set(head, 4);
  packed.set(body, 4 + head.length);
  return packed;
}

export function unpackAnswer(packed: Uint8Array<ArrayBuffer>): {
  status: number;
  details: Readonly<Record<string, unknown>>;
  body: Uint8Array<ArrayBuffer>;
} {
  const length = new DataView(packed.buffer).getUint32(0, true);
  const [status, details] = JSON.parse(new TextDecoder().decode(packed.subarray(4, 4 + length)));
  return { status, details, body: packed.subarray(4 + length) };
}
