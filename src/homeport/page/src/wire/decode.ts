// Takes the daemon's session messages apart. Nothing is made for a record but what its receiver makes.

import { Chunk } from "./chunk.ts";
import { DATAGRAM, ITEM, ITEMS, KEPT, ProtocolError, RECEIVE, SENT } from "./ops.ts";

/** Who hears what the daemon says, in its order. */
export interface Incoming {
  /** Bytes of `chunk`, which holds more, from `start` to `end` came in at a TCP socket. */
  receive(socketId: number, chunk: Chunk, start: number, end: number): void;
  datagram(
    socketId: number,
    address: string,
    port: number,
    chunk: Chunk,
    start: number,
    end: number,
  ): void;
  /** A send was accepted whole. */
  sent(callId: number, bytes: number): void;
  result(callId: number, args: unknown[], error: string | null): void;
  abandoned(callId: number): void;
  /** So many bytes of a socket that the page has answered for are sent. */
  kept(socketId: number, bytes: number): void;
  /** Some were not. */
  broken(socketId: number): void;
  event(name: string, args: unknown[]): void;
}

const decoder = new TextDecoder();

/** One item, such as `["result", 7, [0], null]`. */
export function takeItem(item: unknown, to: Incoming): void {
  const [op, first, second, third] = item as [unknown, never, never, never];
  if (op === "result") to.result(first, second, third);
  else if (op === "event") to.event(first, second);
  else if (op === "abandoned") to.abandoned(first);
  else if (op === "broken") to.broken(first);
  else throw new ProtocolError(`unknown item ${JSON.stringify(op)}`);
}

/** A BINARY message, which lies in `chunk`. Throws when a record does not end within it. */
export function takeRecords(
  message: Uint8Array<ArrayBuffer>,
  to: Incoming,
  chunk = new Chunk(message.buffer),
): void {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  while (at < message.byteLength) {
    const op = view.getUint8(at);
    if (op === RECEIVE) at = takeReceive(view, at + 1, to, chunk);
    else if (op === SENT) {
      to.sent(view.getUint32(at + 1, true), view.getUint32(at + 5, true));
      at += 9;
    } else if (op === KEPT) {
      to.kept(view.getUint32(at + 1, true), view.getUint32(at + 5, true));
      at += 9;
    } else if (op === DATAGRAM) at = takeDatagram(view, at + 1, to, chunk);
    else if (op === ITEMS) at = takeItems(view, at + 1, to);
    else if (op === ITEM) at = takeItemWithBytes(view, at + 1, to);
    else throw new ProtocolError(`unknown record ${op}`);
  }
}

function takeReceive(view: DataView, at: number, to: Incoming, chunk: Chunk): number {
  const end = within(view, at + 8 + view.getUint32(at + 4, true));
  const base = view.byteOffset;
  to.receive(view.getUint32(at, true), chunk, base + at + 8, base + end);
  return end;
}

function takeDatagram(view: DataView, at: number, to: Incoming, chunk: Chunk): number {
  const addressLength = view.getUint8(at + 6);
  const start = within(view, at + 11 + addressLength);
  const end = within(view, start + view.getUint32(at + 7, true));
  const address = text(view, at + 11, addressLength);
  to.datagram(
    view.getUint32(at, true),
    address,
    view.getUint16(at + 4, true),
    chunk,
    view.byteOffset + start,
    view.byteOffset + end,
  );
  return end;
}

function takeItems(view: DataView, at: number, to: Incoming): number {
  const length = view.getUint32(at, true);
  const end = within(view, at + 4 + length);
  for (const item of JSON.parse(text(view, at + 4, length))) takeItem(item, to);
  return end;
}

/** An item whose binary values come behind it; they are put where it has `null` for them. */
function takeItemWithBytes(view: DataView, at: number, to: Incoming): number {
  const headLength = view.getUint32(at, true);
  let start = within(view, at + 8 + headLength);
  const end = within(view, start + view.getUint32(at + 4, true));
  const [item, holes] = JSON.parse(text(view, at + 8, headLength));
  for (const [path, length] of holes) {
    // A copy, for the memory may serve again before this is told.
    put(item, path, new Uint8Array(view.buffer, view.byteOffset + start, length).slice());
    start += length;
  }
  takeItem(item, to);
  return end;
}

// deno-lint-ignore no-explicit-any
function put(item: any, path: readonly (string | number)[], bytes: Uint8Array): void {
  let holder = item;
  for (const step of path.slice(0, -1)) holder = holder[step];
  holder[path[path.length - 1]!] = bytes;
}

function within(view: DataView, end: number): number {
  if (end > view.byteLength) throw new ProtocolError("a record is longer than its message");
  return end;
}

function text(view: DataView, start: number, length: number): string {
  return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + start, length));
}
