// An app in a page whose daemon is played by a test.

import { Daemon, settled } from "./daemon.ts";
import { realmOf } from "./support.ts";

/** A page with a session, its `chrome`, and a log. */
export async function page() {
  const daemon = await Daemon.started();
  // deno-lint-ignore no-explicit-any
  const chrome = realmOf(daemon.hub).chrome as any;
  const log: unknown[] = [];
  const text = (buffer: ArrayBuffer) => new TextDecoder().decode(buffer);
  return { daemon, chrome, tcp: chrome.sockets.tcp, udp: chrome.sockets.udp, log, text };
}

/** Makes a socket known: the daemon answers `create`. */
export async function created(
  daemon: Daemon,
  namespace: { create: (...args: unknown[]) => unknown },
  properties = {},
) {
  const info = namespace.create(properties) as Promise<{ socketId: number }>;
  await settled();
  const [, id] = daemon.said().at(-1)!;
  daemon.say(["result", id, [{ socketId: 1 }], null]);
  return (await info).socketId;
}
