// What the API looks like to a script: names, order, property descriptors, enums, event objects.
// @app sockets
const kind = (v) => v === null ? "null" : typeof v;
const describe = (holder, key) => {
  const d = Object.getOwnPropertyDescriptor(holder, key);
  if (!d) return "absent";
  const flags = ["writable", "enumerable", "configurable"].filter((f) => d[f]).join(" ");
  return ("value" in d ? kind(d.value) : "accessor") + ": " + flags;
};

noteKeys("chrome.sockets", chrome.sockets);
for (const space of ["tcp", "udp", "tcpServer"]) {
  const api = chrome.sockets[space];
  noteKeys(space + ": keys", api);
  note(space + ": own property names", Object.getOwnPropertyNames(api).sort());
  note(space + ": tag", Object.prototype.toString.call(api));
  note(space + ": its descriptor", describe(chrome.sockets, space));
  note(space + ": extensible", Object.isExtensible(api));
  for (const key of Object.keys(api).sort()) {
    note(space + "." + key + ": descriptor", describe(api, key));
    if (typeof api[key] === "function") {
      note(space + "." + key + ": name and length", [api[key].name, api[key].length]);
    }
  }
}
note("chrome: descriptor", describe(globalThis, "chrome"));
note("chrome.sockets: descriptor", describe(chrome, "sockets"));
note("chrome.runtime: descriptor", describe(chrome, "runtime"));

note("tcp.DnsQueryType", chrome.sockets.tcp.DnsQueryType);
noteKeys("tcp.DnsQueryType: keys", chrome.sockets.tcp.DnsQueryType);
note("udp.DnsQueryType", chrome.sockets.udp.DnsQueryType);
note("tcpServer.DnsQueryType", chrome.sockets.tcpServer.DnsQueryType);
note("DnsQueryType: frozen", Object.isFrozen(chrome.sockets.tcp.DnsQueryType));
note("DnsQueryType: the same object for both", chrome.sockets.tcp.DnsQueryType === chrome.sockets.udp.DnsQueryType);

const event = chrome.sockets.tcp.onReceive;
note("event: tag", Object.prototype.toString.call(event));
const names = ["addListener", "removeListener", "hasListener", "hasListeners", "dispatch", "addRules", "removeRules", "getRules"];
for (const name of names) note("event." + name, [kind(event[name]), event[name] && event[name].length]);
noteKeys("event: own keys", event);
note("event: the same object each time", chrome.sockets.tcp.onReceive === event);

note("function.toString", String(chrome.sockets.tcp.create));
note("a function is not a constructor", (() => { try { new chrome.sockets.tcp.create({}); return "constructed"; } catch (e) { return String(e); } })());
note("functions work without their object", typeof (0, chrome.sockets.tcp.getSockets)(() => chrome.runtime.lastError));
attempt("overwriting a function", () => { const old = tcp.create; tcp.create = 1; const now = typeof tcp.create; tcp.create = old; return now; });
attempt("deleting a function", () => { const old = udp.create; const done = delete udp.create; const now = typeof udp.create; udp.create = old; return [done, now]; });
attempt("adding a property", () => { tcpServer.extra = 1; const now = tcpServer.extra; delete tcpServer.extra; return now; });
