// What the link needs of a connection: whole messages, in order, until it closes.

import type { Message } from "./batch.ts";
import type { Chunk } from "./chunk.ts";
import type { Payload } from "./frames.ts";
import { openStream, readStream, type TurnSource } from "./stream.ts";

export interface Transport {
  send(message: Message): void;
  /** Ends the connection; nothing is told any more. */
  close(): void;
}

/** Told by a transport. */
export interface TransportEvents {
  opened(): void;
  /** `data` may lie in a `chunk`, whose memory serves again. */
  message(data: string | Payload, chunk?: Chunk): void;
  closed(): void;
}

export type Connect = (events: TransportEvents) => Transport;

/** Where the daemon is, and how it is reached. */
export interface Address {
  /** Such as `localhost:8930`. */
  readonly host: string;
  readonly secret: string;
  /** Whether messages may come down as the body of a response: in Chromium it costs half, in Firefox more. */
  readonly streams: boolean;
}

/** What the daemon says last over the WebSocket when the stream takes over. */
const LAST = '[["stream"]]';
/** How long the stream may go on without its WebSocket: it may still hold a last word. */
const LINGER = 1000;

/** Connects by WebSocket, and takes what the daemon says from a stream beside it where there is one. */
export function webSocket(address: Address, turns: TurnSource): Connect {
  return (events) => {
    const name = crypto.randomUUID();
    const query = address.streams ? `?transport=${name}` : "";
    const socket = new WebSocket(`ws://${address.host}/_homeport/wire${query}`);
    socket.binaryType = "arraybuffer";
    const aborter = new AbortController();
    let stream: ReturnType<typeof openStream> | undefined;
    let streaming = false;
    let over = false;
    const finish = () => {
      over = true;
      aborter.abort();
      socket.close();
    };
    const end = () => {
      if (over) return;
      finish();
      events.closed();
    };
    socket.addEventListener("open", () => {
      if (over) return;
      if (address.streams) stream = openStream(address, name, aborter.signal);
      events.opened();
    });
    socket.addEventListener("close", () => streaming ? setTimeout(end, LINGER) : end());
    turns.attach(socket, "message", (event) => {
      if (over) return;
      const { data } = event as MessageEvent<string | ArrayBuffer>;
      if (data === LAST) {
        streaming = true;
        void readStream(stream!, turns, (message, chunk) => over || events.message(message, chunk)).finally(
          end,
        );
      } else events.message(typeof data === "string" ? data : new Uint8Array(data));
    });
    return { send: (message) => socket.send(message), close: finish };
  };
}
