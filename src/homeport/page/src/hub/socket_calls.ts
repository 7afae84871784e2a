// The socket functions of which the page knows more than their names: those that change what it delivers, and
// those with a record of their own on the wire. All others are plain calls.

import type { Reply } from "../seam.ts";
import { MOST_SEND, ProtocolError, type SocketNamespace } from "../wire/ops.ts";
import { getInfo, tell } from "./answers.ts";
import { silence } from "./endings.ts";
import type { Hub } from "./hub.ts";
import type { Properties } from "./sockets.ts";

/** Makes the call; `args` are complete and right. */
export type CallMaker = (hub: Hub, args: readonly never[], reply: Reply) => void;

const NAMESPACES: readonly SocketNamespace[] = ["tcp", "udp", "tcpServer"];
const LARGEST_DATAGRAM = 256 * 1024;

export const SOCKET_CALLS: ReadonlyMap<string, CallMaker> = new Map<string, CallMaker>([
  ["sockets.tcp.send", sendTcp],
  ["sockets.udp.send", sendUdp],
  ["sockets.tcp.secure", secure],
  ...NAMESPACES.flatMap((namespace): [string, CallMaker][] => [
    [`sockets.${namespace}.create`, create(namespace)],
    [`sockets.${namespace}.update`, update(namespace)],
    [`sockets.${namespace}.setPaused`, setPaused(namespace)],
    [`sockets.${namespace}.close`, close(namespace)],
    [`sockets.${namespace}.getInfo`, getInfo(namespace)],
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
  const socket = hub.sockets.find("tcp", id!);
  if (socket?.mayPromise(bytes.length) && !hub.calls.anyPrompt) {
    socket.promised += bytes.length;
    hub.batch.promise(id!, bytes);
    hub.written();
    return hub.answerSent(reply, bytes.length);
  }
  if (socket !== undefined) socket.sends++;
  hub.batch.send(hub.calls.add({ reply, prompt: false, socket, send: true }), id!, bytes);
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
    const name = `sockets.${namespace}.create`;
    const properties = (args[0] ?? {}) as Properties;
    const socketId = hub.calls.anyPrompt ? null : hub.sockets.next(namespace);
    if (socketId !== null) {
      hub.sockets.made(namespace, socketId).update(properties);
      hub.tell(name, args, { arrived: (result) => foreseen(result, socketId) });
      return hub.answer(reply, [{ socketId }], null);
    }
    const arrived = (result: readonly unknown[]) => {
      const id = idOf(result);
      if (id !== undefined) hub.sockets.made(namespace, id).update(properties);
    };
    hub.send(name, args, { reply, arrived, prompt: true });
  };
}

function idOf(result: readonly unknown[]): number | undefined {
  return (result[0] as { socketId?: number } | undefined)?.socketId;
}

function foreseen(result: readonly unknown[], socketId: number): void {
  if (idOf(result) !== socketId) throw new ProtocolError(`socket ${socketId} is another one`);
}

function update(namespace: SocketNamespace): CallMaker {
  return (hub, args: readonly unknown[], reply) => {
    const [id, properties] = args as [number, Properties];
    const socket = hub.sockets.find(namespace, id);
    tell(hub, `sockets.${namespace}.update`, args, socket, { reply });
    socket?.update(properties);
    socket?.changed();
  };
}

/** Pausing is strict: from the call on nothing is delivered, and after the unpause's callback comes what was held. */
function setPaused(namespace: SocketNamespace): CallMaker {
  const name = `sockets.${namespace}.setPaused`;
  return (hub, args: readonly unknown[], reply) => {
    const [id, paused] = args as [number, boolean];
    const socket = hub.sockets.find(namespace, id);
    if (socket === undefined) return hub.send(name, args, { reply, prompt: true });
    const count = ++socket.pauses;
    if (paused) socket.paused = true;
    const heard = (error: string | null) => {
      if (paused || error !== null || count !== socket.pauses) return;
      socket.paused = false;
      hub.queue.takeInFront(socket.held);
    };
    tell(hub, name, args, socket, { reply, heard });
    socket.version++;
    if (socket.info !== null) socket.info = { ...socket.info, paused };
  };
}

/** Nothing that came before is told once the app has closed. */
function close(namespace: SocketNamespace): CallMaker {
  return (hub, args, reply) => {
    const socket = hub.sockets.find(namespace, args[0]!);
    const arrived = () => socket && hub.sockets.forget(socket);
    tell(hub, `sockets.${namespace}.close`, args, socket, { reply, arrived });
    if (socket !== undefined) silence(hub, socket);
  };
}

/** As `close`, but the socket hears again afterwards: it may be connected anew. */
function disconnect(namespace: SocketNamespace): CallMaker {
  return (hub, args, reply) => {
    const socket = hub.sockets.find(namespace, args[0]!);
    const arrived = () => {
      if (socket !== undefined) socket.deaf = false;
    };
    tell(hub, `sockets.${namespace}.disconnect`, args, socket, { reply, arrived });
    if (socket !== undefined) silence(hub, socket);
  };
}

function activate(namespace: SocketNamespace, verb: string): CallMaker {
  return (hub, args, reply) => {
    if (namespace === "tcpServer") hub.sockets.accepts();
    hub.sockets.find(namespace, args[0]!)?.changed();
    const arrived = ([code]: readonly unknown[]) => {
      const socket = code === 0
        ? hub.sockets.know(namespace, args[0]!)
        : hub.sockets.find(namespace, args[0]!);
      socket?.changed();
      if (code === 0) socket!.connected();
    };
    hub.send(`sockets.${namespace}.${verb}`, args, { reply, arrived, prompt: false });
  };
}

/** A secured socket has forgotten its bufferSize; one that could not be secured is gone. */
function secure(hub: Hub, args: readonly never[], reply: Reply): void {
  const socket = hub.sockets.find("tcp", args[0]!);
  const arrived = ([code]: readonly unknown[], error: string | null) => {
    if (socket === undefined) return;
    socket.securing--;
    socket.changed();
    if (code === 0) socket.bufferSize = 0;
    else if (error !== null && code !== -4) hub.sockets.forget(socket);
  };
  socket?.changed();
  if (socket !== undefined) {
    socket.trusted = false;
    socket.securing++;
  }
  hub.send("sockets.tcp.secure", args, { reply, arrived, prompt: false });
}
