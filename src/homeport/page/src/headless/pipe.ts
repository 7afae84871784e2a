// The one connection of the headless host: frames on standard input and output.
//
// A frame is `u8` kind, `u32` length (little endian), that many bytes. Kinds 0 and 1 are the wire's messages
// (docs/wire.md), 2 and 3 belong to the host (protocol.ts). What goes out has a line feed behind each frame:
// Deno's standard output is written line by line, and would make two writes of a frame with one inside.

import net from "node:net";
import { Chunk, Pool } from "../wire/chunk.ts";
import { Deframer, HEAD, type OnFrame, type Payload } from "../wire/frames.ts";

export const HOST = 2;
export const HOST_BINARY = 3;

const READ = 256 << 10;
/** Memory for one message each, and how many of them wait to serve again. */
const MESSAGE = READ + (64 << 10);
const SPARE = 16;

const LINE_FEED = 10;

export type Frame = [kind: number, payload: Payload, chunk?: Chunk];

const { BrokenPipe, WouldBlock } = Deno.errors;

/** The two directions of the connection. */
export class Pipe {
  // Kept from the app, which may change the globals that these came from.
  readonly #writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
  readonly #readSync = Deno.stdin.readSync.bind(Deno.stdin);
  readonly #wait = Atomics.wait;
  readonly #encoder = new TextEncoder();
  readonly #nap = new Int32Array(new SharedArrayBuffer(4));
  readonly #deframer = new Deframer((kind, payload, chunk) => {
    // What belongs to the host is kept for as long as it likes.
    if (kind >= HOST) return void this.#frames.push([kind, payload.slice()]);
    chunk?.use();
    this.#frames.push([kind, payload, chunk]);
  }, new Pool(MESSAGE, SPARE));
  /** Frames that arrived and were not handled yet, from `#next` on. */
  #frames: Frame[] = [];
  #next = 0;
  #draining = false;
  #plain = false;
  #busy = false;
  #socket: net.Socket | null = null;
  #scratch = new Uint8Array(4096);

  /** `onEnd` is called when the parent has gone. */
  constructor(private readonly onFrame: OnFrame, private readonly onEnd: () => void) {}

  /** Begins to read. Deno's own loop watches a socket: half the cost of `Deno.stdin.read`, which uses threads. */
  start(): void {
    const pool = new Pool(READ, SPARE);
    let chunk: Chunk;
    let buffer: Uint8Array;
    let fresh = true;
    const onread = {
      /** Where the next read goes, if not where the last one went. */
      buffer: (): Uint8Array | undefined => {
        if (!fresh) return undefined;
        chunk = new Chunk(pool.take(), pool);
        return buffer = new Uint8Array(chunk.buffer);
      },
      callback: (length: number): boolean => {
        this.#take(buffer.subarray(0, length), chunk);
        fresh = chunk.shared;
        if (fresh) chunk.release();
        return !this.#busy;
      },
    };
    const options = { fd: 0, readable: true, writable: false, onread };
    const socket = this.#socket = new net.Socket(options as unknown as net.SocketConstructorOpts);
    for (const end of ["error", "end", "close"]) socket.on(end, this.onEnd);
  }

  /** While there is much to do nothing more is read: then the parent waits, and keeps it. */
  set busy(busy: boolean) {
    if (this.#busy === busy) return;
    this.#busy = busy;
    if (!busy) this.#socket?.resume();
  }

  /** Begins to read where standard input is not a socket (Windows). */
  async startPlain(): Promise<void> {
    this.#plain = true;
    const buffer = new Uint8Array(READ);
    const read = Deno.stdin.read.bind(Deno.stdin);
    for (;;) {
      const length = await read(buffer);
      if (length === null) return this.onEnd();
      this.#take(buffer.subarray(0, length));
    }
  }

  /** Sends one frame; waits while the parent is slow, so that this side never holds more than one. */
  send(kind: number, payload: Uint8Array): void {
    const frame = this.#frame(kind, payload.length);
    frame.set(payload, HEAD);
    this.#write(frame, payload.length);
  }

  /** Sends one frame of text. */
  sendText(kind: number, text: string): void {
    const frame = this.#frame(kind, text.length * 3);
    const { written } = this.#encoder.encodeInto(text, frame.subarray(HEAD));
    setLength(frame, written);
    this.#write(frame, written);
  }

  /**
   * Stops the page's JavaScript, as a synchronous request does, until a frame arrives that `take` accepts. The
   * frames before and after it keep their order and are handled later. `false`: the parent has gone, or standard
   * input is no socket: then a read is always under way, and there is no other.
   */
  waitFor(take: (kind: number, payload: Payload) => boolean): boolean {
    if (this.#plain) return false;
    const buffer = new Uint8Array(READ);
    for (let at = this.#next;; at++) {
      while (at === this.#frames.length) {
        if (!this.#readOnce(buffer)) return false;
      }
      const [kind, payload] = this.#frames[at]!;
      if (!take(kind, payload)) continue;
      this.#frames.splice(at, 1);
      if (!this.#draining) queueMicrotask(() => this.#drain());
      return true;
    }
  }

  #take(data: Uint8Array, chunk?: Chunk): void {
    this.#deframer.feed(data, chunk);
    this.#drain();
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#next < this.#frames.length) {
        const [kind, payload, chunk] = this.#frames[this.#next++]!;
        this.onFrame(kind, payload, chunk);
        chunk?.release();
      }
    } finally {
      this.#draining = false;
      if (this.#next === this.#frames.length) {
        this.#frames = [];
        this.#next = 0;
      }
    }
  }

  #readOnce(buffer: Uint8Array): boolean {
    try {
      const length = this.#readSync(buffer);
      if (length === null) return false;
      this.#deframer.feed(buffer.subarray(0, length));
    } catch (error) {
      if (!(error instanceof WouldBlock)) throw error;
      this.#wait(this.#nap, 0, 0, 1);
    }
    return true;
  }

  #frame(kind: number, length: number): Uint8Array {
    let frame = this.#scratch;
    if (frame.length < HEAD + length + 1) {
      frame = new Uint8Array(HEAD + length + 1);
      if (frame.length <= READ * 2) this.#scratch = frame;
    }
    frame[0] = kind;
    setLength(frame, length);
    return frame;
  }

  #write(frame: Uint8Array, length: number): void {
    const end = HEAD + length + 1;
    frame[end - 1] = LINE_FEED;
    try {
      for (let at = 0; at < end;) at += this.#writeSync(frame.subarray(at, end));
    } catch (error) {
      // As at the end of what comes in: nobody is there to hear of it.
      if (!(error instanceof BrokenPipe)) throw error;
      this.onEnd();
    }
  }
}

function setLength(frame: Uint8Array, length: number): void {
  frame[1] = length;
  frame[2] = length >>> 8;
  frame[3] = length >>> 16;
  frame[4] = length >>> 24;
}
