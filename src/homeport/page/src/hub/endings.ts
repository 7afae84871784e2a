// How sockets end: by the app, and all at once when a session cannot be resumed.

import type { Reply } from "../seam.ts";
import { nobody } from "./calls.ts";
import type { EventDelivery } from "./deliveries.ts";
import type { Hub } from "./hub.ts";
import type { Socket } from "./sockets.ts";

const CONNECTION_CLOSED = -100;
const LOST = "The connection to Homeport was lost.";
const NOT_FOUND = "Socket not found";

/** What the functions that say "Socket not found" with a code say. */
const NOT_FOUND_CODES: Readonly<Record<string, number>> = {
  "sockets.tcp.setKeepAlive": -2,
  "sockets.tcp.setNoDelay": -2,
  "sockets.tcp.secure": -4,
};

/**
 * The app closed or disconnected the socket. Data that it has not had is dropped. Connections that a paused server
 * holds and the app was never told of are closed, as nobody else could.
 */
export function silence(hub: Hub, socket: Socket): void {
  socket.active = false;
  socket.changed();
  if (socket.namespace !== "tcpServer") {
    socket.silence();
    socket.paused = false;
    hub.queue.takeInFront(socket.held); // stale by now: they give back their credit and are gone
    return;
  }
  socket.deaf = true; // what becomes of it the daemon says; until then the page answers nothing for it
  for (let held = socket.held.shift(); held !== null; held = socket.held.shift()) {
    const info = (held as EventDelivery).args[0] as { clientSocketId?: number };
    if (info.clientSocketId === undefined) continue;
    hub.send("sockets.tcp.close", [info.clientSocketId], { reply: nobody, prompt: false });
  }
}

/**
 * Tells the app that every open call has failed and every socket is gone, after what is already queued. A persistent
 * socket may have survived: that is for `restore` to say, in the next session.
 */
export function endSession(hub: Hub): void {
  hub.forgetCredit();
  hub.sockets.forgetIds();
  for (const { reply } of hub.calls.takeAll()) hub.enqueue(() => reply.lost(LOST));
  for (const socket of hub.sockets.all()) {
    if (!socket.persistent) endSocket(hub, socket);
  }
}

/** The socket is gone from the daemon: what is held for it comes first, then its error event. */
export function endSocket(hub: Hub, socket: Socket): void {
  hub.sockets.forget(socket);
  socket.ended = true;
  socket.paused = false;
  hub.queue.takeInFront(socket.held);
  if (!socket.active) return;
  const event = socket.namespace === "tcpServer" ? "onAcceptError" : "onReceiveError";
  hub.emit(`sockets.${socket.namespace}.${event}`, [{ resultCode: CONNECTION_CLOSED, socketId: socket.id }]);
}

/** While there is no session: answers a call, as nobody knows whether there will be one again. */
export function answerLost(hub: Hub, name: string, args: readonly unknown[], reply: Reply): void {
  const namespace = /^sockets\.(tcp|udp|tcpServer)\./.exec(name)?.[1] as Socket["namespace"] | undefined;
  const id = args[0];
  if (namespace === undefined || typeof id !== "number" || hub.sockets.find(namespace, id)) {
    return hub.enqueue(() => reply.lost(LOST));
  }
  const code = NOT_FOUND_CODES[name];
  hub.answer(reply, code === undefined ? [] : [code], NOT_FOUND, null);
}
