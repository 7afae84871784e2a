// What the page learns from the sockets' events when they arrive.

import type { SocketNamespace } from "../wire/ops.ts";
import type { Socket, SocketTable } from "./sockets.ts";

const SOCKET_EVENT = /^sockets\.(tcp|udp|tcpServer)\.(\w+)$/;

/** The socket that an event is about, or `null`; takes in what the event says about it. */
export function noteEvent(sockets: SocketTable, name: string, args: readonly unknown[]): Socket | null {
  const parts = SOCKET_EVENT.exec(name);
  const info = args[0] as { socketId?: number; clientSocketId?: number } | undefined;
  if (parts === null || info?.socketId === undefined) return null;
  const [, namespace, verb] = parts as unknown as [string, SocketNamespace, string];
  const socket = sockets.find(namespace, info.socketId);
  if (verb !== "onAccept") socket?.changed();
  if (verb === "onReceiveError" && namespace === "tcp" && socket !== undefined) socket.active = false;
  if (info.clientSocketId !== undefined) sockets.know("tcp", info.clientSocketId).active = true;
  return socket ?? null;
}
