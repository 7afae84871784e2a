// Calls that the page can answer by itself, exactly as the daemon would: they cost a turn instead of a journey.
//
// Chromium answers some calls from its own memory, in the order of the calls; the others when the network has
// answered, in any order. A call of the first kind may be answered here if none of that kind waits for the daemon.

import type { Reply } from "../seam.ts";
import type { SocketNamespace } from "../wire/ops.ts";
import type { PendingCall } from "./calls.ts";
import type { Hub } from "./hub.ts";
import type { Socket } from "./sockets.ts";

/** Of the socket functions, those that wait for the network or a look at it. */
const SLOW = /\.(connect|secure|send|bind|listen|joinGroup|leaveGroup|setNoDelay|setKeepAlive|setBroadcast)$/;

export function isPrompt(name: string): boolean {
  return name.startsWith("sockets.") && !SLOW.test(name);
}

/** Whether the page may answer calls for this socket. */
function answerable(hub: Hub, socket: Socket | undefined): socket is Socket {
  return socket !== undefined && !socket.deaf && socket.securing === 0 && !hub.calls.anyPrompt;
}

/** A call that cannot fail for a socket that is there, and has no result: the daemon is told, not asked. */
export function tell(
  hub: Hub,
  name: string,
  args: readonly unknown[],
  socket: Socket | undefined,
  call: Omit<PendingCall, "prompt">,
): void {
  const { reply, heard, ...rest } = call;
  if (!answerable(hub, socket)) return hub.send(name, args, { ...call, prompt: true });
  hub.tell(name, args, rest);
  hub.answer(reply, [], null, heard ?? null);
}

/** `getInfo`: what it said before, while nothing has happened that could change it. */
export function getInfo(namespace: SocketNamespace) {
  return (hub: Hub, args: readonly unknown[], reply: Reply): void => {
    const socket = hub.sockets.find(namespace, args[0] as number);
    if (answerable(hub, socket) && socket.info !== null) return hub.answer(reply, [socket.info], null);
    const version = socket?.version;
    const arrived = ([info]: readonly unknown[]) => {
      if (socket !== undefined && socket.version === version) socket.info = info as Socket["info"];
    };
    hub.send(`sockets.${namespace}.getInfo`, args, { reply, arrived, prompt: true });
  };
}
