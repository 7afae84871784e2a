// What an app with the permission `dns` learns of names and addresses.
// @app dns @offline
const { dns } = chrome;
note("keys", Object.keys(dns));
note("length of resolve", dns.resolve.length);
for (const name of [
  ...["127.0.0.1", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1."],
  ...["localhost", "LOCALHOST", "localhost.", "a.localhost", "0.0.0.0", "::", "255.255.255.255", "fe80::1%lo", "[127.0.0.1]"],
  ...["256.0.0.1", "no-such.invalid", "no_such.invalid", "m\u00fcnchen.invalid", "a".repeat(64) + ".invalid", "a".repeat(70000)],
  ...["", ".", "..", " 127.0.0.1", "127.0.0.1 ", "127.0 .0.1", "a b", "127.0.0.1:80", "localhost:80", "http://127.0.0.1/"],
  ...["127.0.0.1\0", "localhost\0", "%31%32%37.0.0.1", "a..b", "*", "localhost/x", "user@localhost"],
  ...["-", "_", "-a", "_a", "a-", "a_", "a.-b", "a._b", "-a.b", "a.b-", "a.-b.", "1a", "a.1", "a.1b", "a.0x1", "1.2.3.4.5"],
]) {
  await see(JSON.stringify(name.slice(0, 80)), dns.resolve, name);
}
await promise("without a callback", () => dns.resolve("127.0.0.1"));
await promise("without a callback, no such name", () => dns.resolve("no-such.invalid"));
for (const [what, ...args] of [
  ...[["nothing"], ["a number", 1], ["null", null], ["undefined", undefined], ["an object", {}], ["a list", ["localhost"]]],
  ...[["a name and a number", "localhost", 1], ["a name and null", "localhost", null], ["a name and an object", "localhost", {}]],
]) {
  attempt(what, () => void dns.resolve(...args));
}
attempt("one argument more", () => void dns.resolve("localhost", () => {}, 1));
attempt("no name, a callback", () => void dns.resolve(() => {}));
