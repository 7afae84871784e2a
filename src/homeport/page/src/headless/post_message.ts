// `window.postMessage` between the pages of an app, which have one origin: a structured clone, with what is
// transferred, in a task of its own.

import { callerUrl } from "./callsite.ts";
import { Frame, type Global } from "./frame.ts";
import { Sending } from "./sending.ts";

// The runtime's own, before the page gets others.
const later = globalThis.setImmediate;
const { MessageEvent, MessagePort, DOMException, URL } = globalThis;
const { defineProperty, getPrototypeOf, setPrototypeOf, values } = Object;

const FAILED = "Failed to execute 'postMessage' on 'Window'";

/** What a clone is made of, whose prototypes each frame has of its own. */
const OF_THE_LANGUAGE = [
  ...["Object", "Array", "Date", "RegExp", "Map", "Set", "Boolean", "Number", "String", "BigInt"],
  ...["Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"],
];

/** Makes the function of the window `target`; `frames` are all that may call it. */
export function makePostMessage(target: Frame, frames: () => Iterable<Frame>) {
  const prototypes = prototypesOf(target.global);

  const sending = new Sending("Window", target.global);

  function postMessage(message: unknown, ...rest: unknown[]): void {
    sending.check(arguments as unknown as unknown[]);
    const [second, third] = rest;
    const options =
      (typeof second === "object" || second === undefined
        ? second ?? {}
        : { targetOrigin: second, transfer: third }) as {
          targetOrigin?: unknown;
          transfer?: Iterable<Transferable>;
        };
    const wanted = wantedOrigin(`${options.targetOrigin ?? "/"}`, target);
    const transfer = sending.list({ transfer: options.transfer! });
    const sent = transfer.filter((each) => each instanceof MessagePort);
    const [data, ports] = sending.clone([message, sent] as const, transfer);
    const source = callingFrame(frames(), callerUrl(postMessage));
    if (wanted === null) return;
    later(() => {
      if (target.closed) return;
      const event = new MessageEvent("message", { data: adopt(data, prototypes), origin: wanted, ports });
      defineProperty(event, "source", {
        value: source?.closed === false ? source.global : null,
        configurable: true,
      });
      target.global.dispatchEvent(event);
    });
  }
  return postMessage;
}

/** The target's origin if that is meant, else `null`; text that is no origin throws. */
function wantedOrigin(text: string, target: Frame): string | null {
  const own = originOf(new URL(target.url));
  if (text === "*" || text === "/") return own;
  let origin;
  try {
    origin = originOf(new URL(text));
  } catch {
    throw new DOMException(
      `${FAILED}: Invalid target origin '${text}' in a call to 'postMessage'.`,
      "SyntaxError",
    );
  }
  if (origin === own) return own;
  target.host.print(
    "error",
    "app:0",
    `Failed to execute 'postMessage' on 'DOMWindow': The target origin provided ('${origin}') does not match ` +
      `the recipient window's origin ('${own}').`,
  );
  return null;
}

/** `URL.origin` knows the web's schemes only. */
const originOf = (url: URL): string => `${url.protocol}//${url.host}`;

/** Whose script calls: the one frame that has loaded it, or of several the one that ran last; `null`: it is gone. */
function callingFrame(frames: Iterable<Frame>, url: string | null): Frame | null {
  const possible = [...frames].filter((frame) => url === null || frame.scripts.has(url));
  return possible.find((frame) => frame === Frame.latest) ?? possible[0] ?? null;
}

/** The prototypes of a frame, by those of the clones. */
export function prototypesOf(global: Global): ReadonlyMap<object, object> {
  const main = globalThis as Global;
  return new Map(OF_THE_LANGUAGE.map((name) => [main[name].prototype, global[name].prototype]));
}

/** Makes a fresh clone one of the frame's own objects, as far as its kind is not shared by all frames. */
export function adopt(
  value: unknown,
  prototypes: ReadonlyMap<object, object>,
  seen = new Set<object>(),
): unknown {
  if (typeof value !== "object" || value === null || seen.has(value)) return value;
  const own = prototypes.get(getPrototypeOf(value));
  if (own === undefined) return value;
  seen.add(value);
  // Before it is no longer one of ours.
  const members = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : [];
  setPrototypeOf(value, own);
  for (const member of [...members, ...values(value)]) adopt(member, prototypes, seen);
  return value;
}
