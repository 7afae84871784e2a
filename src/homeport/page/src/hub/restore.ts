// Sockets that were there before this page, or that may have outlived a lost session: asks the daemon which there
// are, and what the page must know of them.

import type { Reply } from "../seam.ts";
import type { SocketNamespace } from "../wire/ops.ts";
import { nobody } from "./calls.ts";
import { endSocket } from "./endings.ts";
import type { Hub } from "./hub.ts";
import type { Properties } from "./sockets.ts";

interface Info extends Properties {
  readonly socketId: number;
  readonly connected?: boolean;
  readonly localAddress?: string;
}

/** Makes the daemon's sockets known; those that the page knew and the daemon does not have ended. */
export function restore(hub: Hub): Promise<void> {
  const known = new Set(hub.sockets.all());
  const asked = (["tcp", "udp", "tcpServer"] as const).map((namespace) => {
    return ask(hub, namespace, (info) => {
      const socket = hub.sockets.know(namespace, info.socketId);
      if (namespace === "tcpServer") hub.sockets.accepts();
      socket.update(info);
      socket.active = info.connected ?? info.localAddress !== undefined;
      known.delete(socket);
    });
  });
  return Promise.all(asked).then(() => known.forEach((socket) => endSocket(hub, socket)));
}

function ask(hub: Hub, namespace: SocketNamespace, take: (info: Info) => void): Promise<void> {
  return new Promise((resolve) => {
    const arrived = ([infos]: readonly unknown[]) => (infos as Info[] | undefined)?.forEach(take);
    const reply: Reply = { ...nobody, finish: () => resolve(), lost: () => resolve() };
    hub.send(`sockets.${namespace}.getSockets`, [], { reply, arrived, prompt: false });
  });
}
