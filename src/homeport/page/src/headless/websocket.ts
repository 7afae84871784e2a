// WebSocket, by way of the parent, which connects if the app may.

import { LinkTable, type TableLink } from "./link_table.ts";
import type { Payload } from "../wire/frames.ts";
import { HandlerTarget } from "../handlers.ts";

/** What a socket hears from the parent. */
export interface Heard {
  opened(protocol: string): void;
  message(isText: boolean, body: Payload): void;
  closed(code: number, reason: string, clean: boolean): void;
}

/** All WebSockets of the app. */
export class WebSocketTable extends LinkTable<Heard> {
  /** `failed` hears what could not be connected, and why. */
  constructor(link: TableLink, readonly failed: (url: string, reason: string) => void) {
    super(link, "ws", (what) => what === "closed");
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Makes the class for one frame. */
export function makeWebSocket(table: WebSocketTable, resolve: (url: string) => string): typeof WebSocket {
  class Socket extends HandlerTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;

    readonly url: string;
    readyState = 0;
    protocol = "";
    readonly extensions = "";
    bufferedAmount = 0;
    binaryType: "blob" | "arraybuffer" = "blob";
    readonly #number: number;

    constructor(url: string | URL, protocols: string | string[] = []) {
      super();
      if (arguments.length === 0) {
        throw new TypeError("Failed to construct 'WebSocket': 1 argument required, but only 0 present.");
      }
      this.url = addressOf(resolve(String(url)));
      this.#number = table.add({
        opened: (protocol) => {
          if (this.readyState !== 0) return;
          this.readyState = 1;
          this.protocol = protocol;
          this.dispatchEvent(new Event("open"));
        },
        message: (isText, body) => {
          if (this.readyState > 2) return;
          const data = isText ? decoder.decode(body) : this.#binary(body);
          this.dispatchEvent(new MessageEvent("message", { data, origin: new URL(this.url).origin }));
        },
        closed: (code, reason, clean) => {
          this.readyState = 3;
          if (!clean) {
            table.failed(this.url, reason || "the connection was lost");
            this.dispatchEvent(new Event("error"));
          }
          this.dispatchEvent(new CloseEvent("close", { code, reason: clean ? reason : "", wasClean: clean }));
        },
      });
      table.link.tell("ws", this.#number, "open", this.url, [protocols].flat());
    }

    send(data: string | ArrayBuffer | ArrayBufferView | Blob): void {
      if (this.readyState === 0) {
        throw new DOMException(
          "Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.",
          "InvalidStateError",
        );
      }
      if (this.readyState > 1) return;
      if (data instanceof Blob) {
        void data.arrayBuffer().then((buffer) => this.#send(new Uint8Array(buffer), false));
      } else if (data instanceof ArrayBuffer) this.#send(new Uint8Array(data), false);
      else if (ArrayBuffer.isView(data)) {
        this.#send(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength), false);
      } else this.#send(encoder.encode(String(data)), true);
    }

    close(code = 1000, reason = ""): void {
      if (code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException(
          `Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`,
          "InvalidAccessError",
        );
      }
      if (this.readyState > 1) return;
      this.readyState = 2;
      table.link.tell("ws", this.#number, "close", code, String(reason));
    }

    #send(bytes: Uint8Array, isText: boolean): void {
      table.link.tellBytes(["ws", this.#number, "send", isText], bytes);
    }

    #binary(body: Payload): Blob | ArrayBuffer {
      const own = body.slice();
      return this.binaryType === "blob" ? new Blob([own]) : own.buffer;
    }
  }
  Socket.define(["open", "message", "error", "close"]);
  for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })) {
    Object.defineProperty(Socket.prototype, name, { value, enumerable: true });
  }
  Object.defineProperty(Socket, "name", { value: "WebSocket" });
  return Socket as unknown as typeof WebSocket;
}

function addressOf(text: string): string {
  const url = new URL(text);
  if (url.protocol === "http:") url.protocol = "ws:";
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw new DOMException(
      `Failed to construct 'WebSocket': The URL's scheme must be either 'http', 'https', 'ws', or 'wss'. '${
        url.protocol.slice(0, -1)
      }' is not allowed.`,
      "SyntaxError",
    );
  }
  return url.href;
}
