// A worker's first and only module of ours: the global of a dedicated worker, in which the app's script runs. The
// thread has no permissions; what it loads it asks its page for.

import { named, placeIn, setBase, tidy } from "./callsite.ts";
import { makeConsole } from "./console.ts";
import { windowMethods } from "./dom_events.ts";
import { makeEventSource } from "./event_source.ts";
import { makeFetch } from "./fetch.ts";
import { Frame, type Global } from "./frame.ts";
import { handler, hideRuntime } from "./globals.ts";
import type { Answer } from "./link.ts";
import { makeNavigator, PageLocation } from "./location.ts";
import { Modules } from "./modules.ts";
import { Resources } from "./resources.ts";
import { Sending, type Transfers } from "./sending.ts";
import { TimerTable } from "./timers.ts";
import { watchErrors } from "./uncaught.ts";
import { WebTable } from "./web_table.ts";
import { makeWebSocket, WebSocketTable } from "./websocket.ts";
import { unpackAnswer, WAITING, type WorkerBoot } from "./worker_seam.ts";
import { makeXMLHttpRequest, XMLHttpRequestUpload } from "./xhr.ts";

// The runtime's own, before the app gets others.
const scope: Global = globalThis;
const post: (message: unknown, transfer?: Transferable[]) => void = scope.postMessage.bind(scope);
const { MessageEvent, MessagePort, SharedArrayBuffer, Int32Array, Uint8Array, TextDecoder } = globalThis;
const { wait, load } = Atomics;
const later = globalThis.setImmediate;
const { defineProperty } = Object;

type Told = [op: string, ...args: unknown[]];
type Request = [what: string, args: unknown[], body?: Uint8Array];

/** What resources ask, by way of the page. */
class PageLink {
  readonly #open = new Map<number, (answer: Answer) => void>();
  readonly #handlers = new Map<string, (...args: never[]) => void>();
  #last = 0;

  on(op: string, handler: (...args: never[]) => void): void {
    this.#handlers.set(op, handler);
  }

  heard([op, ...args]: Told): void {
    (this.#handlers.get(op) as ((...args: unknown[]) => void) | undefined)?.(...args);
  }

  tell(...message: Told): void {
    post(message);
  }

  tellBytes(message: Told, body: Uint8Array): void {
    post([...message, body.slice()]);
  }

  request(...request: Request): Promise<Answer> {
    const id = ++this.#last;
    post(["request", id, request]);
    return new Promise((resolve) => this.#open.set(id, resolve));
  }

  /** Asks with this thread asleep until the answer is there. */
  requestNow(...request: Request): Answer {
    const id = ++this.#last;
    const control = new Int32Array(new SharedArrayBuffer(8));
    post(["requestNow", id, request, control]);
    wait(control, 0, WAITING);
    const memory = new Uint8Array(new SharedArrayBuffer(load(control, 1)));
    const state = load(control, 0);
    post(["take", id, memory]);
    wait(control, 0, state);
    return unpackAnswer(memory.slice());
  }

  answer(id: number, status: number, details: Answer["details"], body: Uint8Array<ArrayBuffer>): void {
    this.#open.get(id)?.({ status, details, body });
    this.#open.delete(id);
  }
}

post(["up"]);
const link = new PageLink();
let frame: Frame | null = null;

scope.addEventListener("message", ({ data: message }: MessageEvent) => {
  if (message[0] === "boot") start(message[1]);
  else if (message[0] === "answer") link.answer(...(message.slice(1) as Parameters<PageLink["answer"]>));
  else if (message[0] === "ws" || message[0] === "web") link.heard(message);
  else if (frame !== null) {
    const ports = message[2].filter((each: unknown) => each instanceof MessagePort);
    frame.global.dispatchEvent(new MessageEvent("message", { data: message[1], ports }));
  }
});

function start(boot: WorkerBoot): void {
  setBase(boot.baseUrl);
  const own = frame = new Frame(
    {
      baseUrl: boot.baseUrl,
      evalAllowed: boot.evalAllowed,
      print: (level, where, text) => {
        // A promise that nobody waits for is no error of the page's.
        if (text.startsWith("Uncaught (in promise)")) print(level, where, text);
        else uncaught(boot, where === "app:0" ? placeIn(text) : where, text);
      },
    },
    globalThis,
    true,
    boot.url,
  );
  const resources = new Resources(link, new WebTable(link), boot.baseUrl, (url, reason) => {
    print("error", "app:0", `Failed to load resource: ${reason} (${named(url)})`);
  });
  hideRuntime(scope);
  dress(own, resources, boot);
  watchErrors(own);
  const modules = new Modules(own, resources);
  if (boot.isModule) void modules.run(boot.url, boot.source);
  else own.runScript(boot.source, boot.url);
}

/** Tells the page of an error, with the script and line: those of a blob's script only the stack knows. */
function uncaught({ baseUrl, url }: WorkerBoot, where: string, text: string): void {
  const at = text.indexOf(`${url}:`);
  const [, file, line] = /^(.*):(\d+)$/.exec(where) ?? [];
  const [filename, lineno] = at >= 0
    ? [url, parseInt(text.slice(at + url.length + 1))]
    : [where === "app:0" ? "" : baseUrl + file, Number(line)];
  post(["uncaught", where, tidy(text), filename, lineno]);
}

function print(level: string, where: string, text: string): void {
  post(["console", level, where === "app:0" ? placeIn(text) : where, tidy(text)]);
}

function dress(frame: Frame, resources: Resources, boot: WorkerBoot): void {
  const resolve = (url: string): string => new URL(url, boot.url).href;
  const location = new PageLocation(() => boot.url, () => {});
  const sending = new Sending("DedicatedWorkerGlobalScope", scope);
  const {
    requestAnimationFrame,
    cancelAnimationFrame,
    setTimeout,
    setInterval,
    clearTimeout,
    clearInterval,
  } = new TimerTable().functions(
    frame,
    (callable, args) => frame.run(callable, args),
    (code) => frame.compile(code),
  );
  const failed = (url: string, reason: string) =>
    print("error", "app:0", `WebSocket connection to '${url}' failed: ${reason}`);
  const values: Record<string, unknown> = {
    WebSocket: makeWebSocket(new WebSocketTable(link, failed), resolve),
    ...windowMethods(scope),
    ...makeFetch(resources, resolve),
    EventSource: makeEventSource(resources, resolve),
    ...{ requestAnimationFrame, cancelAnimationFrame, setTimeout, setInterval, clearTimeout, clearInterval },
    self: scope,
    console: makeConsole(print),
    navigator: makeNavigator(boot.languages, boot.os),
    XMLHttpRequest: makeXMLHttpRequest({ resources, resolve, parseDocument: () => null }),
    XMLHttpRequestUpload,
    location,
    origin: location.origin,
    isSecureContext: true,
    name: boot.name,
    postMessage(message: unknown, ...[transfers]: [Transfers?]): void {
      sending.check(arguments as unknown as unknown[]);
      const transfer = sending.list(transfers);
      sending.cloning(() => post(["message", message, transfer], transfer));
    },
    close: (): void => void later(() => post(["close"])), // what the script says until its end is still heard
    importScripts: (...urls: unknown[]): void =>
      urls.forEach((url) => importScript(frame, resources, boot.url, `${url}`)),
  };
  for (const [name, value] of Object.entries(values)) {
    defineProperty(scope, name, { value, writable: true, configurable: true, enumerable: true });
  }
  for (const type of ["message", "messageerror", "error", "unhandledrejection", "rejectionhandled"]) {
    handler(scope, type);
  }
}

/** Loads and runs a script before it returns. */
function importScript(frame: Frame, resources: Resources, from: string, text: string): void {
  const fail = (name: string, why: string): never => {
    throw new DOMException(`Failed to execute 'importScripts' on 'WorkerGlobalScope': ${why}`, name);
  };
  if (!URL.canParse(text, from)) fail("SyntaxError", `The URL '${text}' is invalid.`);
  const url = new URL(text, from).href;
  const loaded = url.startsWith(frame.host.baseUrl)
    ? resources.loadNow({ method: "GET", url, headers: [], body: null })
    : null;
  if (loaded?.status !== 200) fail("NetworkError", `The script at '${url}' failed to load.`);
  frame.evaluate(new TextDecoder().decode(loaded!.body), url);
}
