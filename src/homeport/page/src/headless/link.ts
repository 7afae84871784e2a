// What the headless host says to its parent besides the wire: files, console lines, its state.
//
// Messages are JSON arrays in frames of kind HOST; a frame of kind HOST_BINARY has `u32` length, JSON of that
// length, then bytes. The list of messages is in src/homeport/host/_messages.py.

import type { Payload } from "../wire/frames.ts";
import { toJson } from "../wire/json.ts";
import { HOST, HOST_BINARY, type Pipe } from "./pipe.ts";

/** The answer to a request: a status as in HTTP (0: refused or unreachable), details, and bytes. */
export interface Answer {
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly body: Payload;
}

type Handler = (...args: never[]) => void;
type Message = [op: string, ...args: unknown[]];

const NOTHING = new Uint8Array(0);

/** The host's own conversation with its parent. */
export class Link {
  readonly #handlers = new Map<string, (message: unknown[], body: Payload) => void>();
  readonly #open = new Map<number, (answer: Answer) => void>();
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  readonly #parse = JSON.parse;
  #last = 0;

  constructor(private readonly pipe: Pipe) {
    this.on("answer", (id: number, status: number, details: Answer["details"], body: Payload) => {
      const tell = this.#open.get(id);
      this.#open.delete(id);
      tell?.({ status, details, body });
    });
  }

  /** Whether a request is still to be answered. */
  get waiting(): boolean {
    return this.#open.size > 0;
  }

  /** Handles a message: its arguments, then the bytes that came along. */
  on(op: string, handler: Handler): void {
    this.#handlers.set(op, (message, body) => (handler as (...args: unknown[]) => void)(...message, body));
  }

  /** Takes a frame of kind HOST or HOST_BINARY. */
  receive(kind: number, payload: Payload): void {
    const [[op, ...args], body] = this.#read(kind, payload);
    this.#handlers.get(op)?.(args, body);
  }

  /** Sends a message. */
  tell(...message: Message): void {
    this.pipe.sendText(HOST, toJson(message));
  }

  /** Sends a message with bytes. */
  tellBytes(message: Message, body: Uint8Array): void {
    const head = this.#encoder.encode(toJson(message));
    const payload = new Uint8Array(4 + head.length + body.length);
    new DataView(payload.buffer).setUint32(0, head.length, true);
    payload.set(head, 4);
    payload.set(body, 4 + head.length);
    this.pipe.send(HOST_BINARY, payload);
  }

  /** Asks for something and is told later. */
  request(what: string, args: unknown[], body?: Uint8Array): Promise<Answer> {
    return new Promise((resolve) => {
      this.#open.set(this.#ask(what, args, body), resolve);
    });
  }

  /** Asks for something with the page's JavaScript stopped until the answer is there. */
  requestNow(what: string, args: unknown[], body?: Uint8Array): Answer {
    const id = this.#ask(what, args, body);
    let answer: Answer = { status: 0, details: {}, body: NOTHING };
    this.pipe.waitFor((kind, payload) => {
      if (kind !== HOST && kind !== HOST_BINARY) return false;
      const [[op, of, status, details], bytes] = this.#read(kind, payload);
      if (op !== "answer" || of !== id) return false;
      answer = { status: status as number, details: details as Answer["details"], body: bytes };
      return true;
    });
    return answer;
  }

  #ask(what: string, args: unknown[], body?: Uint8Array): number {
    const id = ++this.#last;
    if (body === undefined) this.tell("request", id, what, args);
    else this.tellBytes(["request", id, what, args], body);
    return id;
  }

  #read(kind: number, payload: Payload): [Message, Payload] {
    if (kind === HOST) return [this.#parse(this.#decoder.decode(payload)), NOTHING];
    const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
    const head = this.#decoder.decode(payload.subarray(4, 4 + length));
    return [this.#parse(head), payload.subarray(4 + length)];
  }
}
