// Dictionaries as arguments: odd properties, getters, proxies, prototypes; and what sockets keep of them.
// @app sockets
const odd = {
  undefined: undefined, null: null, true: true, 0: 0, "-0": -0, 1.5: 1.5, NaN: NaN, "2**31": 2 ** 31, '"x"': "x", "{}": {}, "[]": [],
  "function": () => {}, "7n": 7n, "Symbol()": Symbol(), "new String": new String("s"), "new Boolean": new Boolean(true), ArrayBuffer: new ArrayBuffer(1),
};
for (const key of ["persistent", "name", "bufferSize"]) {
  for (const [label, value] of Object.entries(odd)) {
    await form("tcp.create({" + key + ": " + label + "})", tcp.create, { [key]: value }, CALLBACK);
  }
}
for (const [label, value] of Object.entries(odd)) {
  await form("tcp.secure({tlsVersion: " + label + "})", tcp.secure, 99999, { tlsVersion: value }, CALLBACK);
  await form("tcp.secure({tlsVersion: {min: " + label + "}})", tcp.secure, 99999, { tlsVersion: { min: value } }, CALLBACK);
}
await form("tcp.secure, unknown inner property", tcp.secure, 99999, { tlsVersion: { least: "tls1.2" } }, CALLBACK);
await form("udp.create, unknown property", udp.create, { nope: 1 }, CALLBACK);
await form("udp.create, two unknown properties", udp.create, { b: 1, a: 2 }, CALLBACK);
await form("tcpServer.create has no bufferSize", tcpServer.create, { bufferSize: 1 }, CALLBACK);
await form("tcpServer.create, bufferSize undefined", tcpServer.create, { bufferSize: undefined }, CALLBACK);
await form("unknown property that is undefined", tcp.create, { nope: undefined }, CALLBACK);
await form("first of two bad properties", tcp.create, { name: 1, persistent: 1 }, CALLBACK);
await form("bad known before unknown", tcp.create, { nope: 1, name: 1 }, CALLBACK);
await form("a symbol as a key", tcp.create, { [Symbol("s")]: 1 }, CALLBACK);
await form("a number as a key", tcp.create, { 1: 1 }, CALLBACK);
await form("a getter that throws", tcp.create, { get name() { throw new Error("mine"); } }, CALLBACK);
await form("a getter", tcp.create, { get name() { return "got"; } }, CALLBACK);
await form("a getter of an unknown property", tcp.create, { get nope() { return 1; } }, CALLBACK);
await form("a frozen object", tcp.create, Object.freeze({ name: "frozen" }), CALLBACK);
await form("inherited properties", tcp.create, Object.create({ name: "inherited" }), CALLBACK);
await form("inherited bad properties", tcp.create, Object.create({ name: 1 }), CALLBACK);
await form("an instance of a class", tcp.create, new (class { name = "instance"; })(), CALLBACK);
await form("not enumerable", tcp.create, Object.defineProperty({}, "name", { value: 1 }), CALLBACK);
await form("a Map", tcp.create, new Map([["name", "x"]]), CALLBACK);
await form("a proxy", tcp.create, new Proxy({ name: "proxied" }, {}), CALLBACK);
await form("a proxy that throws on get", tcp.create, new Proxy({ name: 1 }, { get() { throw new Error("trap"); } }), CALLBACK);
await form("a proxy that throws on ownKeys", tcp.create, new Proxy({}, { ownKeys() { throw new Error("trap"); } }), CALLBACK);
let reads = 0;
await form("how often a getter is read", tcp.create, { get name() { return "read " + ++reads; } }, CALLBACK);
note("a getter was read", reads);

const names = {
  empty: "", nul: "a\0b", "lone surrogate": "\ud800", emoji: "\u{1f50c}", long: "n".repeat(70000), newline: "a\nb", spaces: "  x  ",
};
for (const [label, name] of Object.entries(names)) {
  const id = await make(tcp, { name });
  const info = await call(tcp.getInfo, id);
  note("name " + label, info.name === undefined ? "absent" : info.name === name ? "kept" : [info.name.length, info.name.slice(0, 20)]);
}
for (const bufferSize of [1, 0, -1, 2 ** 31 - 1, -(2 ** 31)]) {
  for (const [space, api] of Object.entries({ tcp, udp })) {
    const info = await call(api.getInfo, await make(api, { bufferSize }));
    note(space + " bufferSize " + bufferSize, info.bufferSize === undefined ? "absent" : info.bufferSize);
  }
}
const properties = { name: "before" };
const begun = begin(tcp.create, properties);
properties.name = "after";
note("arguments are copied at the call", (await call(tcp.getInfo, (await begun).raw.socketId)).name);
