// The workers of a page, and theirs, are led as it is. The daemon puts our script before theirs, or we where a worker's
// script is a blob; what that has to know comes in the worker's name, since it is needed before any message.

import type { Asker } from "./ask.ts";
import type { Lead } from "./lead.ts";

/** Our script, as `homeport.server._workers` knows it. */
const SCRIPT = "/_homeport/web_worker.js";
/** What is no script: to a worker of another server Chromium does not say no at once. */
const NOTHING = "/_homeport/missing";
const MARK = "homeport:";
/** A script that says to be strict, behind whatever comments: what is put first must say so as well. */
const STRICT = /^(?:\s|\/\/[^\n\r]*|\/\*[^]*?\*\/)*(["'])use strict\1/;

/** Leads the workers that are made here. */
export function leadWorkers(how: Lead, asker: Asker): void {
  const { Blob, URL, XMLHttpRequest, String } = globalThis; // an app may put others in their place
  const script = self.origin + SCRIPT;

  /** The address of a blob's script with ours before it. */
  function led(address: string, isModule: boolean): string {
    const xhr = new XMLHttpRequest();
    xhr.open("GET", address, false);
    xhr.overrideMimeType("text/plain; charset=utf-8"); // as workers are read
    xhr.send();
    const text = xhr.responseText;
    const ours = JSON.stringify(script);
    const strict = STRICT.test(text) ? '"use strict";' : "";
    const first = isModule ? `import ${ours};` : `${strict}importScripts(${ours});`;
    return URL.createObjectURL(new Blob([first, text], { type: "text/javascript" }));
  }

  for (const name of ["Worker", "SharedWorker"] as const) {
    const Native = globalThis[name] as unknown as new (...args: unknown[]) => object;
    if (Native === undefined) continue;
    const construct = (_: unknown, args: unknown[], target: new () => object): object => {
      const [given, options] = args;
      const known = options === undefined || options === null || typeof options === "object" ||
        name === "SharedWorker";
      if (args.length === 0 || !known) return Reflect.construct(Native, args, target);
      const told = typeof options === "object" && options !== null
        ? options as WorkerOptions
        : { name: options === undefined || options === null ? "" : String(options) };
      const { name: own = "", type } = told;
      const url = asker.address(given) === null ? String(given) : self.origin + NOTHING;
      // A page's own policies are those of its blobs too, and of nothing else.
      const policies = /^blob:/i.test(url) ? how.policies : [];
      const named = { __proto__: told, name: MARK + JSON.stringify({ ...how, policies, name: String(own) }) };
      if (!url.startsWith(`blob:${self.origin}/`)) return Reflect.construct(Native, [url, named], target);
      let address = url;
      try {
        address = led(url, String(type) === "module");
      } catch {
        // The blob is gone: a worker that fails.
      }
      const worker = Reflect.construct(Native, [address, named], target);
      if (address !== url) URL.revokeObjectURL(address);
      return worker;
    };
    const value = new Proxy(Native, { construct });
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}

/** Takes what the worker's name says, if its page leads it, and gives it its own name. */
export function takeLead(): Lead | null {
  const { name } = self;
  if (!name.startsWith(MARK)) return null;
  const { name: value, ...how } = JSON.parse(name.slice(MARK.length));
  Object.defineProperty(self, "name", { value, writable: true, configurable: true, enumerable: true });
  return how;
}
