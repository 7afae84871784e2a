// The transport, against a server that speaks HTTP and WebSocket.

import assert from "node:assert/strict";
import { readsInPlace, type TurnSource } from "../../src/homeport/page/src/wire/stream.ts";
import { webSocket } from "../../src/homeport/page/src/wire/transport.ts";
import { framed } from "./daemon.ts";

const encoder = new TextEncoder();

/** A daemon with one page: its WebSocket, and its stream where it gives one. */
class Server implements AsyncDisposable {
  readonly asked: { url: string; body?: unknown }[] = [];
  readonly said: unknown[] = [];
  socket!: WebSocket;
  stream!: ReadableStreamDefaultController<Uint8Array>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly opened: Promise<void>;

  constructor(streams: boolean) {
    let opened!: () => void;
    this.opened = new Promise((resolve) => (opened = resolve));
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const url = new URL(request.url);
      if (url.pathname === "/_homeport/stream") {
        this.asked.push({ url: request.url, body: await request.json() });
        if (!streams) return new Response(null, { status: 404 });
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => void (this.stream = controller),
        });
        queueMicrotask(opened);
        return new Response(body);
      }
      this.asked.push({ url: request.url });
      const { socket, response } = Deno.upgradeWebSocket(request);
      this.socket = socket;
      socket.onmessage = (event) => this.said.push(event.data);
      if (!streams) socket.onopen = opened;
      return response;
    });
  }

  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket?.close();
    await this.#server.shutdown();
  }
}

/** What a page hears, and a promise for the next news. */
class Page {
  readonly heard: unknown[] = [];
  #news: () => void = () => {};
  readonly turns: TurnSource = {
    attach: (target, type, first) => target.addEventListener(type, first),
    during: (first) => Promise.resolve(first()),
  };
  readonly events = {
    opened: () => this.#note("opened"),
    message: (data: string | Uint8Array) => this.#note(typeof data === "string" ? data : [...data]),
    closed: () => this.#note("closed"),
  };

  async until(what: unknown): Promise<void> {
    while (!this.heard.some((each) => JSON.stringify(each) === JSON.stringify(what))) {
      await new Promise<void>((resolve) => (this.#news = resolve));
    }
  }

  #note(what: unknown): void {
    this.heard.push(what);
    this.#news();
  }
}

const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test("what comes over the WebSocket is heard before what comes by the stream", options, async () => {
  await using server = new Server(true);
  const page = new Page();
  const transport = webSocket({ host: server.host, secret: "s", streams: true }, page.turns)(page.events);
  await server.opened;
  server.stream.enqueue(framed(0, encoder.encode("third")));
  server.socket.send("first");
  server.socket.send(Uint8Array.of(2));
  server.socket.send('[["stream"]]');
  server.stream.enqueue(framed(1, Uint8Array.of(4, 4)));
  await page.until([4, 4]);
  assert.deepEqual(page.heard, ["opened", "first", [2], "third", [4, 4]]);
  const [wire, stream] = server.asked;
  const name = new URL(wire!.url).searchParams.get("transport");
  assert.match(name!, /^[0-9a-f-]{36}$/);
  assert.deepEqual(stream!.body, { secret: "s", transport: name });
  transport.close();
});

Deno.test("the last word of a stream is heard though its WebSocket closed before", options, async () => {
  await using server = new Server(true);
  const page = new Page();
  webSocket({ host: server.host, secret: "s", streams: true }, page.turns)(page.events);
  await server.opened;
  server.socket.send('[["stream"]]');
  server.socket.close();
  await new Promise((resolve) => (server.socket.onclose = resolve));
  server.stream.enqueue(framed(0, encoder.encode("bye")));
  server.stream.close();
  await page.until("closed");
  assert.deepEqual(page.heard, ["opened", "bye", "closed"]);
});

Deno.test("when the stream is cut the transport has closed, and so does its WebSocket", options, async () => {
  await using server = new Server(true);
  const page = new Page();
  webSocket({ host: server.host, secret: "s", streams: true }, page.turns)(page.events);
  await server.opened;
  const closed = new Promise((resolve) => (server.socket.onclose = resolve));
  server.socket.send('[["stream"]]');
  server.stream.error(new Error("cut"));
  await page.until("closed");
  await closed;
  assert.deepEqual(page.heard, ["opened", "closed"]);
});

Deno.test("where there is no stream everything comes over the WebSocket", options, async () => {
  for (const streams of [true, false]) {
    await using server = new Server(false);
    const page = new Page();
    const transport = webSocket({ host: server.host, secret: "s", streams }, page.turns)(page.events);
    await page.until("opened");
    await server.opened;
    server.socket.send("text");
    server.socket.send(Uint8Array.of(1, 2));
    await page.until([1, 2]);
    assert.deepEqual(page.heard, ["opened", "text", [1, 2]]);
    if (!streams) assert.equal(new URL(server.asked[0]!.url).search, "");
    transport.close();
  }
});

Deno.test("after close nothing is told any more", options, async () => {
  await using server = new Server(true);
  const page = new Page();
  const transport = webSocket({ host: server.host, secret: "s", streams: true }, page.turns)(page.events);
  await server.opened;
  const closed = new Promise((resolve) => (server.socket.onclose = resolve));
  server.socket.send('[["stream"]]');
  server.stream.enqueue(framed(0, encoder.encode("heard")));
  await page.until("heard");
  transport.close();
  await closed;
  assert.deepEqual(page.heard, ["opened", "heard"]);
});

Deno.test("a stream is wanted only where a body can be read into given memory", () => {
  const { getReader } = ReadableStream.prototype;
  const modes: unknown[] = [];
  let able = true;
  ReadableStream.prototype.getReader = ((options?: { mode: string }) => {
    modes.push(options?.mode);
    if (!able) throw new TypeError("not a byte stream");
  }) as typeof getReader;
  try {
    assert.equal(readsInPlace(), true);
    able = false;
    assert.equal(readsInPlace(), false);
  } finally {
    ReadableStream.prototype.getReader = getReader;
  }
  assert.deepEqual(modes, ["byob", "byob"]);
});
