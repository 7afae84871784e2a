// The headless host's first and only module: a page for the app, without a browser. The parent process (the daemon)
// started this one with no permissions; all it has is the pipe.

import { Hub } from "../hub/hub.ts";
import type { App } from "../seam.ts";
import { BINARY, TEXT } from "../wire/frames.ts";
import type { Connect, TransportEvents } from "../wire/transport.ts";
import { BackgroundPage, type Boot } from "./background.ts";
import { Link } from "./link.ts";
import { HOST, Pipe } from "./pipe.ts";
import { shim } from "./texts.ts";
import { HeadlessTurns } from "./turns.ts";

const exit = Deno.exit;
const decoder = new TextDecoder();

let fromDaemon: TransportEvents["message"] | null = null;
let turns: HeadlessTurns | null = null;

const pipe = new Pipe((kind, payload, chunk) => {
  if (kind >= HOST) return link.receive(kind, payload);
  const data = kind === TEXT ? decoder.decode(payload) : payload;
  if (turns === null) fromDaemon?.(data, chunk);
  else turns.during(() => fromDaemon?.(data, chunk));
}, () => exit(0));

const link = new Link(pipe);

/** The wire's transport: the pipe, which is open from the start and never comes back. */
const connect: Connect = (events) => {
  fromDaemon = events.message;
  queueMicrotask(events.opened);
  return {
    send: (message) =>
      typeof message === "string" ? pipe.sendText(TEXT, message) : pipe.send(BINARY, message),
    close: () => {},
  };
};

let page: BackgroundPage | null = null;
let boot: Boot;

link.on("boot", (message: Boot) => {
  boot = message;
  const hub = new Hub({
    turns: (work) => turns = new HeadlessTurns(work, (busy) => pipe.busy = busy),
    connect: () => connect,
    events: {
      welcome(app: App) {
        page = new BackgroundPage(hub, link, app, boot, {
          get waits() {
            return hub.calls.any;
          },
          get turns() {
            return turns!.count;
          },
        });
        void hub.restored.then(() => page!.start());
      },
      busy() {},
      bye(code: string, reason: string) {
        link.tell("bye", code, reason);
        exit(0);
      },
      connected() {},
    },
  });
  hub.link.start();
});
link.on("hurry", (idle: number) => {
  if (boot.idle !== null && idle < boot.idle) boot.idle = idle;
});
link.on("suspend", () => page?.suspend());
link.on("ping", (n: number) => link.tell("pong", n));

if (Deno.args.includes("--plain")) void pipe.startPlain();
else pipe.start();
// The parent is loading what it needs meanwhile.
shim();
