// `Worker` for a page: a thread of the runtime, which has no permission either, and no `chrome`. The app's script
// runs in it as it does in a page; see worker_main.ts.

import { describe } from "./callsite.ts";
import type { Frame } from "./frame.ts";
import type { Answer, Link } from "./link.ts";
import { adopt, prototypesOf } from "./post_message.ts";
import type { Resources } from "./resources.ts";
import { Sending, type Transfers } from "./sending.ts";
import type { WebTable } from "./web_table.ts";
import type { WebSocketTable } from "./websocket.ts";
import { relayRequests, relaySockets } from "./worker_relay.ts";
import { MEASURED, packAnswer, THERE, type WorkerBoot } from "./worker_seam.ts";
import { HandlerTarget } from "../handlers.ts";

// The runtime's own, before the page gets others.
const { Worker: Thread, MessageEvent, MessagePort, ErrorEvent, DOMException, URL, Blob, Int32Array } =
  globalThis;
const { notify, store } = Atomics;

type Packed = readonly ["message", unknown, Transferable[]];

/** What workers need of the app. */
export interface WorkerHost {
  readonly link: Link;
  readonly resources: Resources;
  readonly sockets: WebSocketTable;
  readonly requests: WebTable;
  readonly about: Pick<WorkerBoot, "baseUrl" | "evalAllowed" | "languages" | "os">;
  /** Hears why a worker cannot start. */
  refused(reason: string): void;
}

/** The threads of all frames. */
export class WorkerTable {
  readonly #running = new Map<{ end(): void }, Frame>();
  /** The address of the threads' own code, once it has come. */
  #code: string | null = null;

  constructor(readonly host: WorkerHost) {}

  add(worker: { end(): void }, owner: Frame): void {
    this.#running.set(worker, owner);
  }

  remove(worker: { end(): void }): void {
    this.#running.delete(worker);
  }

  /** Ends the workers of a frame that goes away. */
  dropOwner(owner: Frame): void {
    for (const [worker, of] of this.#running) if (of === owner) worker.end();
  }

  /** Asks whether a thread may start; the address of its code if it may. */
  async allowed(): Promise<string | null> {
    const { status, details, body } = await this.host.link.request("worker", []);
    if (status === 200) {
      return this.#code ??= URL.createObjectURL(new Blob([body], { type: "text/javascript" }));
    }
    this.host.refused(`${details.reason}`);
    return null;
  }

  /** A thread that was allowed runs. */
  up(): void {
    this.host.link.tell("worker", "up");
  }

  /** A thread that was allowed has ended, or was not started after all. */
  over(wasUp: boolean): void {
    this.host.link.tell("worker", "ended", wasUp);
  }
}

/** Makes the class for one frame. */
export function makeWorker(table: WorkerTable, frame: Frame, resolve: (url: string) => string): unknown {
  const { host } = table;
  const prototypes = prototypesOf(frame.global);
  const sending = new Sending("Worker", frame.global);

  class PageWorker extends HandlerTarget {
    #thread: InstanceType<typeof Thread> | null = null;
    #waiting: Packed[] = [];
    #ended = false;
    #up = false;
    readonly #memory = new Map<number, { control: Int32Array; answer: Uint8Array }>();

    readonly #owned = { end: () => this.#end() };
    readonly #tell = (message: unknown[]): void => this.#thread?.postMessage(message);
    readonly #sockets = relaySockets(host.sockets, this.#tell);
    readonly #requests = relayRequests(host.requests, this.#tell);

    constructor(url: unknown, { type = "classic", name = "" }: { type?: unknown; name?: unknown } = {}) {
      super();
      if (arguments.length === 0) {
        throw new frame.global.TypeError(
          "Failed to construct 'Worker': 1 argument required, but only 0 present.",
        );
      }
      const address = resolve(`${url}`);
      if (!address.startsWith(host.about.baseUrl) && !/^(?:blob|data):/i.test(address)) {
        throw new DOMException(
          `Failed to construct 'Worker': Script at '${address}' cannot be accessed from origin '${frame.global.origin}'.`,
          "SecurityError",
        );
      }
      table.add(this.#owned, frame);
      void this.#start(address, `${type}` === "module", `${name}`);
    }

    postMessage(message: unknown, ...[transfers]: [Transfers?]): void {
      sending.check(arguments as unknown as unknown[]);
      const packed: Packed = ["message", message, sending.list(transfers)];
      const thread = this.#thread;
      if (thread !== null) sending.cloning(() => thread.postMessage(packed, packed[2]));
      else this.#waiting.push(sending.clone(packed, packed[2]));
    }

    terminate(): void {
      this.#end();
    }

    #end(): void {
      if (this.#ended) return;
      this.#ended = true;
      this.#waiting = [];
      if (this.#thread !== null) {
        this.#thread.terminate();
        this.#thread = null;
        this.#sockets.end();
        this.#requests.end();
        table.over(this.#up);
      }
      table.remove(this.#owned);
    }

    async #start(url: string, isModule: boolean, name: string): Promise<void> {
      const source = await (/^data:/i.test(url) ? this.#refuse(url) : host.resources.text(url));
      const code = source === null ? null : await table.allowed();
      if (this.#ended || source === null || code === null) {
        if (code !== null) table.over(false);
        this.#end();
        if (code === null) this.dispatchEvent(new Event("error", { cancelable: true }));
        return;
      }
      const thread = this.#thread = new Thread(code, { type: "module" });
      thread.addEventListener("message", (event) => this.#heard((event as MessageEvent).data));
      thread.addEventListener("error", (event) => {
        event.preventDefault(); // else the whole process would end
        this.#failed("app:0", describe((event as ErrorEvent).message));
      });
      const boot: WorkerBoot = { ...host.about, url, source, isModule, name };
      thread.postMessage(["boot", boot]);
      for (const packed of this.#waiting.splice(0)) thread.postMessage(packed, packed[2]);
    }

    #refuse(url: string): null {
      host.refused(`'${url}' violates the app's Content Security Policy`);
      return null;
    }

    #heard(message: unknown[]): void {
      if (this.#ended) return;
      switch (message[0]) {
        case "up":
          this.#up = true;
          table.up();
          break;
        case "message": {
          const ports = (message[2] as unknown[]).filter((each) => each instanceof MessagePort);
          const data = adopt(message[1], prototypes);
          this.dispatchEvent(new MessageEvent("message", { data, ports }));
          break;
        }
        case "console":
          frame.host.print(message[1] as "log", `${message[2]}`, `${message[3]}`);
          break;
        case "uncaught":
          this.#failed(`${message[1]}`, `${message[2]}`, `${message[3]}`, Number(message[4]));
          break;
        case "request":
          void this.#request(message[1] as number, message[2] as unknown[]);
          break;
        case "requestNow":
          void this.#requestNow(message[1] as number, message[2] as unknown[], message[3] as Int32Array);
          break;
        case "ws":
          this.#sockets.heard(message[1] as number, message.slice(2));
          break;
        case "web":
          this.#requests.heard(message[1] as number, message.slice(2));
          break;
        case "take":
          this.#give(message[1] as number, message[2] as Uint8Array);
          break;
        case "close":
          this.#end();
      }
    }

    /** What nobody in the worker has caught: told to its listeners here, then printed. */
    #failed(where: string, text: string, filename = "", lineno = 0): void {
      const message = text.split("\n", 1)[0]!;
      const event = new ErrorEvent("error", { message, filename, lineno, cancelable: true });
      if (this.dispatchEvent(event)) frame.host.print("error", where, text);
    }

    async #request(id: number, request: unknown[]): Promise<void> {
      const { status, details, body } = await ask(host.link, request);
      this.#thread?.postMessage(["answer", id, status, details, body]);
    }

    async #requestNow(id: number, request: unknown[], control: Int32Array): Promise<void> {
      if (!(control instanceof Int32Array) || control.length !== 2) return;
      const { status, details, body } = await ask(host.link, request);
      const answer = packAnswer(status, details, body);
      this.#memory.set(id, { control, answer });
      store(control, 1, answer.length);
      wake(control, MEASURED);
    }

    #give(id: number, memory: Uint8Array): void {
      const waiting = this.#memory.get(id);
      this.#memory.delete(id);
      if (waiting === undefined || memory?.length !== waiting.answer.length) return;
      memory.set(waiting.answer);
      wake(waiting.control, THERE);
    }
  }
  PageWorker.define(["message", "error"]);
  Object.defineProperty(PageWorker.prototype, Symbol.toStringTag, { value: "Worker", configurable: true });
  Object.defineProperty(PageWorker, "name", { value: "Worker" });
  return PageWorker;
}

/** Asks the parent for what a worker may load: the same as its page. */
function ask(link: Link, [what, args, body]: unknown[]): Promise<Answer> {
  return link.request(`${what}`, args as unknown[], body as Uint8Array | undefined);
}

function wake(control: Int32Array, state: number): void {
  store(control, 0, state);
  notify(control, 0);
}
