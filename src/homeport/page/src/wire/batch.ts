// Collects what one turn wants to say into one message: TEXT when it is items only, else BINARY, with runs of
// items inside it, so that everything keeps its order.

import { ByteWriter, utf8 } from "./bytes.ts";
import { toJson } from "./json.ts";
import { CALL, CREDIT, CUT, ITEMS, SEND, SENDPART, SENDTO } from "./ops.ts";

/** A message as a transport takes it. */
export type Message = string | Uint8Array<ArrayBuffer>;

export class Batch {
  #items: string[] = [];
  #itemsLength = 0;
  readonly #writer = new ByteWriter();
  readonly #full: () => void;

  /** `full` is called when the message should go before anything is added: it must `take`. */
  constructor(full: () => void) {
    this.#full = full;
  }

  get empty(): boolean {
    return this.#items.length === 0 && this.#writer.length === 0;
  }

  /** `["call", id, name, args]`; arguments may hold bytes. */
  call(id: number, name: string, args: readonly unknown[]): void {
    const holes: Hole[] = [];
    const plain = extract(args, [], holes) as unknown[];
    if (holes.length === 0) this.#item(toJson(["call", id, name, plain]));
    else this.#callWithBytes(id, name, plain, holes);
  }

  /** `["tell", id, name, args]`: a call that the page has answered; its result may come late. */
  tell(id: number, name: string, args: readonly unknown[]): void {
    this.#item(toJson(["tell", id, name, extract(args, [], [])]));
  }

  /** `sockets.tcp.send`, in parts if it is large. */
  send(id: number, socketId: number, data: Uint8Array): void {
    let at = 0;
    for (; data.length - at > CUT; at += CUT) this.#send(SENDPART, id, socketId, data.subarray(at, at + CUT));
    this.#send(SEND, id, socketId, at === 0 ? data : data.subarray(at));
  }

  /** `sockets.tcp.send` that the page answers itself; if it is large, as several of them. */
  promise(socketId: number, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += CUT) {
      this.#send(SEND, 0, socketId, data.length <= CUT ? data : data.subarray(at, at + CUT));
    }
  }

  /** `sockets.udp.send`; `target` is `[address, port, dnsQueryType or null]`. */
  sendTo(id: number, socketId: number, data: Uint8Array, target: readonly unknown[]): void {
    const head = utf8(toJson(target));
    const writer = this.#record(SENDTO);
    writer.u32(id);
    writer.u32(socketId);
    writer.u32(data.length);
    writer.u16(head.length);
    writer.bytes(head);
    writer.bytes(data);
    this.#cut();
  }

  credit(namespace: 0 | 1, socketId: number, bytes: number): void {
    const writer = this.#record(CREDIT);
    writer.u8(namespace);
    writer.u32(socketId);
    writer.u32(bytes);
    this.#cut();
  }

  /** The message, or `null` when there is nothing to say. The next one begins. */
  take(): Message | null {
    if (this.#writer.length > 0) {
      this.#closeItems();
      return this.#writer.take();
    }
    if (this.#items.length === 0) return null;
    const text = `[${this.#items.join(",")}]`;
    this.#items = [];
    this.#itemsLength = 0;
    return text;
  }

  /** Nobody needs a message any more that was taken: its memory may serve again. */
  done(message: Message): void {
    if (typeof message !== "string") this.#writer.done(message);
  }

  #send(op: number, id: number, socketId: number, data: Uint8Array): void {
    const writer = this.#record(op);
    writer.u32(id);
    writer.u32(socketId);
    writer.u32(data.length);
    writer.bytes(data);
    this.#cut();
  }

  #callWithBytes(id: number, name: string, args: readonly unknown[], holes: Hole[]): void {
    const places: unknown[] = [];
    let length = 0;
    for (const { path, bytes } of holes) {
      places.push([path, bytes.length]);
      length += bytes.length;
    }
    const head = utf8(toJson([name, args, places]));
    const writer = this.#record(CALL);
    writer.u32(id);
    writer.u32(head.length);
    writer.u32(length);
    writer.bytes(head);
    for (const hole of holes) writer.bytes(hole.bytes);
    this.#cut();
  }

  #item(json: string): void {
    this.#items.push(json);
    this.#itemsLength += json.length;
    this.#cut();
  }

  #record(op: number): ByteWriter {
    this.#closeItems();
    this.#writer.u8(op);
    return this.#writer;
  }

  #closeItems(): void {
    if (this.#items.length === 0) return;
    const json = utf8(`[${this.#items.join(",")}]`);
    this.#items = [];
    this.#itemsLength = 0;
    this.#writer.u8(ITEMS);
    this.#writer.u32(json.length);
    this.#writer.bytes(json);
  }

  #cut(): void {
    if (this.#writer.length + this.#itemsLength >= CUT) this.#full();
  }
}

interface Hole {
  readonly path: readonly (string | number)[];
  readonly bytes: Uint8Array;
}

/** A copy of the value, made of this script's own objects, with `null` where bytes were; those are added to `holes`. */
function extract(value: unknown, path: readonly (string | number)[], holes: Hole[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    holes.push({ path, bytes: value as Uint8Array });
    return null;
  }
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (let i = 0; i < value.length; i++) copy[i] = extract(value[i], [...path, i], holes);
    return copy;
  }
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value)) copy[key] = extract(member, [...path, key], holes);
  return copy;
}
