// XMLHttpRequest to another server by way of the daemon: the browser's own, which is led there and back.

import { type Asker, readTold, replace, TOLD, type Told } from "./ask.ts";
import { normalMethod } from "./request.ts";

interface Pending {
  readonly method: string;
  readonly url: string;
  sent: boolean;
  /** Once the head of the answer is there. */
  told?: Told;
}

/** Leads the requests of this page's `XMLHttpRequest` that the daemon is to make. */
export function leadRequests(asker: Asker): void {
  const Native = XMLHttpRequest; // an app may put another in its place
  const { prototype } = Native;
  const { open, setRequestHeader, getResponseHeader } = prototype;
  const pending = new WeakMap<object, Pending>();

  /** What was told of the answer to a request of ours; `null` where there is none yet, `undefined` if it is none of ours. */
  function told(self: unknown): Told | null | undefined {
    const request = pending.get(self as object);
    if (request === undefined) return undefined;
    const xhr = self as XMLHttpRequest;
    // After an error Firefox still shows the headers of what there was.
    const header = xhr.status === 0 ? null : getResponseHeader.call(xhr, TOLD);
    return header === null ? null : request.told ??= readTold(header, request.url)!;
  }

  replace(prototype, "open", (native) => (self, args) => {
    const [method, given, sync, user, password] = args;
    const url = args.length < 2 ? null : asker.address(given);
    if (url === null || !(self instanceof Native)) {
      pending.delete(self as object);
      return Reflect.apply(native, self, args);
    }
    open.call(new Native(), String(method), url.href, true); // throws what there is to throw
    if (user !== undefined && user !== null) url.username = String(user);
    if (password !== undefined && password !== null) url.password = String(password);
    pending.set(self, { method: String(method), url: url.href, sent: false });
    return Reflect.apply(native, self, ["POST", asker.route(url.href), args.length < 3 || sync]);
  });

  replace(prototype, "send", (native) => (self, args) => {
    const request = pending.get(self as object);
    if (request === undefined || request.sent || (self as XMLHttpRequest).readyState !== 1) {
      return Reflect.apply(native, self, args);
    }
    request.sent = true;
    const { method, url } = request;
    const known = normalMethod(method);
    const ask = { method: known, url, mode: "cors", credentials: true, redirect: "follow" };
    for (const header of asker.headers(ask)) setRequestHeader.apply(self as XMLHttpRequest, header);
    return Reflect.apply(native, self, known === "GET" || known === "HEAD" ? [null] : args);
  });

  replace(prototype, "responseURL", (native) => (self, args) => {
    const seen = told(self);
    if (seen === undefined) return Reflect.apply(native, self, args);
    return seen?.url ?? "";
  });

  replace(prototype, "getResponseHeader", (native) => (self, args) => {
    const seen = told(self);
    if (seen === undefined || args.length === 0) return Reflect.apply(native, self, args);
    return seen?.headers.get(String(args[0])) ?? null;
  });

  replace(prototype, "getAllResponseHeaders", (native) => (self, args) => {
    const seen = told(self);
    if (seen === undefined) return Reflect.apply(native, self, args);
    return [...seen?.headers ?? []].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  });
}
