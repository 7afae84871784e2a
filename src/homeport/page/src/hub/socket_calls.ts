// The socket functions of which the page knows more than their names: those that change what it delivers, and
// those with a record of their own on the wire. All others are plain calls.

import type { Reply } from "../seam.ts";
import { MOST_SEND, type SocketNamespace } from "../wire/ops.ts";
import { nobody } from "./calls.ts";
import type { Hub } from "./hub.ts";
import type { Properties } from "./sockets.ts";

/** Makes the call; `args` are complete and right. */
export type CallMaker = (hub: Hub, args: readonly never[], reply: Reply) => void;

const NAMESPACES: readonly SocketNamespace[] = ["tcp", "udp", "tcpServer"];
const LARGEST_DATAGRAM = 256 * 1024;

/** Functions whose answer waits for the network; others may pass them. */
const SLOW = /\.(connect|secure|send|bind|listen|joinGroup|leaveGroup)$/;

export function isPrompt(name: string): boolean {
  return !SLOW.test(name);
}

export const SOCKET_CALLS: ReadonlyMap<string, CallMaker> = new Map<string, CallMaker>([
  ["sockets.tcp.send", sendTcp],
  ["sockets.udp.send", sendUdp],
  ["sockets.tcp.secure", secure],
  ...NAMESPACES.flatMap((namespace): [string, CallMaker][] => [
    [`sockets.${namespace}.create`, create(namespace)],
    [`sockets.${namespace}.update`, update(namespace)],
    [`sockets.${namespace}.setPaused`, setPaused(namespace)],
    [`sockets.${namespace}.close`, close(namespace)],
  ]),
  ["sockets.tcp.connect", activate("tcp", "connect")],
  ["sockets.udp.bind", activate("udp", "bind")],
  ["sockets.tcpServer.listen", activate("tcpServer", "listen")],
  ["sockets.tcp.disconnect", disconnect("tcp")],
  ["sockets.tcpServer.disconnect", disconnect("tcpServer")],
]);

function sendTcp(hub: Hub, [id, data]: readonly never[], reply: Reply): void {
  const bytes: Uint8Array = data!;
  if (bytes.length > MOST_SEND) return hub.answer(reply, [], "Exceeded write quota.");
  hub.batch.send(hub.calls.add({ reply, prompt: false }), id!, bytes);
  hub.written();
}

function sendUdp(hub: Hub, [id, data, ...target]: readonly never[], reply: Reply): void {
  const bytes: Uint8Array = data!;
  if (bytes.length > MOST_SEND) return hub.answer(reply, [], "Exceeded write quota.");
  if (bytes.length > LARGEST_DATAGRAM) {
    return hub.answer(reply, [{ resultCode: -142 }], "net::ERR_MSG_TOO_BIG");
  }
  hub.batch.sendTo(hub.calls.add({ reply, prompt: false }), id!, bytes, target);
  hub.written();
}

function create(namespace: SocketNamespace): CallMaker {
  return (hub, args: readonly unknown[], reply) => {
    const properties = args[0] as Properties | null;
    const arrived = (result: readonly unknown[]) => {
      const id = (result[0] as { socketId?: number } | undefined)?.socketId;
      if (id !== undefined) hub.sockets.know(namespace, id).update(properties ?? {});
    };
    hub.send(`sockets.${namespace}.create`, args, { reply, arrived, prompt: true });
  };
}

function update(namespace: SocketNamespace): CallMaker {
  return (hub, args: readonly unknown[], reply) => {
    const [id, properties] = args as [number, Properties];
    hub.sockets.find(namespace, id)?.update(properties);
    hub.send(`sockets.${namespace}.update`, args, { reply, prompt: true });
  };
}

/**
 * Pausing is strict: from the call on nothing is delivered, and after the unpause's callback comes what was held.
 * A socket that is there cannot refuse, so the page answers by itself, unless an answer is still due that the
 * app would have had before.
 */
function setPaused(namespace: SocketNamespace): CallMaker {
  const name = `sockets.${namespace}.setPaused`;
  return (hub, args, reply) => {
    const [id, paused] = args as unknown as [number, boolean];
    const socket = hub.sockets.find(namespace, id);
    if (socket === undefined) return hub.send(name, args, { reply, prompt: true });
    const count = ++socket.pauses;
    if (paused) socket.paused = true;
    const heard = (error: string | null) => {
      if (paused || error !== null || count !== socket.pauses) return;
      socket.paused = false;
      hub.queue.takeInFront(socket.held);
    };
    if (socket.deaf || hub.calls.anyPrompt) return hub.send(name, args, { reply, heard, prompt: true });
    hub.send(name, args, { reply: nobody, prompt: false });
    hub.answer(reply, [], null, heard);
  };
}

/** Nothing that came before is told once the app has closed. */
function close(namespace: SocketNamespace): CallMaker {
  return (hub, args, reply) => {
    const socket = hub.sockets.find(namespace, args[0]!);
    if (socket !== undefined) hub.silence(socket);
    const arrived = () => socket && hub.sockets.forget(socket);
    hub.send(`sockets.${namespace}.close`, args, { reply, arrived, prompt: true });
  };
}

/** As `close`, but the socket hears again afterwards: it may be connected anew. */
function disconnect(namespace: SocketNamespace): CallMaker {
  return (hub, args, reply) => {
    const socket = hub.sockets.find(namespace, args[0]!);
    if (socket !== undefined) hub.silence(socket);
    const arrived = () => {
      if (socket !== undefined) socket.deaf = false;
    };
    hub.send(`sockets.${namespace}.disconnect`, args, { reply, arrived, prompt: true });
  };
}

function activate(namespace: SocketNamespace, verb: string): CallMaker {
  return (hub, args, reply) => {
    const arrived = ([code]: readonly unknown[]) => {
      if (code === 0) hub.sockets.know(namespace, args[0]!).active = true;
    };
    hub.send(`sockets.${namespace}.${verb}`, args, { reply, arrived, prompt: false });
  };
}

/** A secured socket has forgotten its bufferSize; one that could not be secured is gone. */
function secure(hub: Hub, args: readonly never[], reply: Reply): void {
  const socket = hub.sockets.find("tcp", args[0]!);
  const arrived = ([code]: readonly unknown[], error: string | null) => {
    if (socket === undefined) return;
    if (code === 0) socket.bufferSize = 0;
    else if (error !== null && code !== -4) hub.sockets.forget(socket);
  };
  hub.send("sockets.tcp.secure", args, { reply, arrived, prompt: false });
}
