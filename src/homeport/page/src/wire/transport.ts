// What the link needs of a connection: whole messages, in order, until it closes.

import type { Message } from "./batch.ts";

export interface Transport {
  send(message: Message): void;
  /** Ends the connection; nothing is told any more. */
  close(): void;
}

/** Told by a transport. */
export interface TransportEvents {
  opened(): void;
  message(data: string | ArrayBuffer): void;
  closed(): void;
}

export type Connect = (events: TransportEvents) => Transport;

/** Hears the event that brings messages, so that deliveries can happen right in it. */
export interface TurnSource {
  attach(target: EventTarget, type: string, first: (event: Event) => void): void;
}

/** Connects by WebSocket. */
export function webSocket(url: string, turns: TurnSource): Connect {
  return (events) => {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      events.closed();
    };
    socket.addEventListener("open", () => over || events.opened());
    socket.addEventListener("close", end);
    turns.attach(socket, "message", (event) => over || events.message((event as MessageEvent).data));
    return {
      send: (message) => socket.send(message),
      close() {
        over = true;
        socket.close();
      },
    };
  };
}
