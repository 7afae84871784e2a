// TLS: secure in each state, with real certificates that are good, wrong, expired and unknown.
// @app sockets
// @peer
const peer = await connectPeer();

/** A paused, connected socket and a peer that shakes hands in the meantime. */
async function ready(as, tls, { host = "127.0.0.1", properties = {}, type } = {}) {
  const { port } = await peer({ do: "listen", as: "server " + as, tls });
  const id = await make(tcp, properties);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, host, port, ...(type ? [type] : []));
  return { id, port, shake: peer({ do: "handshake", on: "server " + as, as }) };
}

const none = await make(tcp);
await see("unknown socket", tcp.secure, 99999);
await see("not connected", tcp.secure, none);
await see("still there", tcp.getInfo, none);

let { id, shake, port } = await ready("good", { certificate: "good" }, { properties: { name: "named", bufferSize: 1000, persistent: true } });
await see("good", tcp.secure, id);
note("the peer's view", await shake);
await see("info afterwards", tcp.getInfo, id);
await see("secure again", tcp.secure, id);
await see("setNoDelay", tcp.setNoDelay, id, true);
await see("setKeepAlive", tcp.setKeepAlive, id, true, 1);
await see("connect", tcp.connect, id, "127.0.0.1", port);
await see("send", tcp.send, id, text("over TLS"));
note("the peer gets it", await peer({ do: "expect", on: "good", count: 8 }));
await peer({ do: "send", on: "good", text: "answer over TLS" });
await quiet("still paused");
await see("unpause", tcp.setPaused, id, false);
await stream("the answer", id, 15);
await see("send 300000 bytes", tcp.send, id, bytes(300000));
note("the peer gets 300000 bytes", await peer({ do: "expect", on: "good", count: 300000 }));
await peer({ do: "send", on: "good", count: 200000 });
await stream("200000 bytes", id, 200000);
await see("send nothing", tcp.send, id, bytes(0));
await see("update", tcp.update, id, { name: "renamed" });
await peer({ do: "close", on: "good" });
await take("the peer closes", 1);
await see("info after the end", tcp.getInfo, id);
await see("send after the end", tcp.send, id, bytes(1));
await see("connect after the end", tcp.connect, id, "127.0.0.1", port);
await see("secure after the end", tcp.secure, id);
await see("close", tcp.close, id);

async function once(what, tls, options = {}, ...secureArgs) {
  const { id, shake } = await ready(what, tls, options);
  await see(what, tcp.secure, id, ...secureArgs);
  const { failed, ...view } = await shake;
  note(what + ": the peer's view", failed ? "failed" : view);
  await see(what + ": info", tcp.getInfo, id);
  await see(what + ": close", tcp.close, id);
}
await once("by name", { certificate: "good" }, { host: "localhost" });
await once("by a name in capitals", { certificate: "good" }, { host: "LOCALHOST" });
await once("by a name with a dot", { certificate: "good" }, { host: "localhost." });
await once("the address is not in the certificate", { certificate: "name-only" });
await once("the name is in the certificate", { certificate: "name-only" }, { host: "localhost" });
await once("another name", { certificate: "wrong-name" });
await once("another name, by name", { certificate: "wrong-name" }, { host: "localhost" });
await once("expired", { certificate: "expired" });
await once("not yet valid", { certificate: "not-yet" });
await once("unknown CA", { certificate: "unknown-ca" });
await once("a spelling of the address", { certificate: "good" }, { host: "127.1" });

const good = { certificate: "good" };
await once("options null", good, {}, null);
await once("options {}", good, {}, {});
await once("tlsVersion {}", good, {}, { tlsVersion: {} });
for (const version of [{ min: "tls1.2" }, { min: "tls1.3" }, { max: "tls1.2" }, { max: "tls1.3" }, { min: "tls1.2", max: "tls1.2" }, { min: "tls1.3", max: "tls1.2" },
  { min: "tls1" }, { max: "tls1" }, { max: "tls1.1" }, { min: "ssl3" }, { max: "nonsense" }, { min: "" }]) {
  await once("tlsVersion " + JSON.stringify(version), good, {}, { tlsVersion: version });
}
await once("the peer has no TLS 1.3", { ...good, max: "tls1.2" }, {}, { tlsVersion: { min: "tls1.3" } });
await once("the peer has only TLS 1.3", { ...good, min: "tls1.3" }, {}, { tlsVersion: { max: "tls1.2" } });
await once("the peer has only TLS 1.2", { ...good, max: "tls1.2" });
await once("the peer asks for a certificate, TLS 1.2", { ...good, max: "tls1.2", client: true });
await once("no common cipher", { ...good, max: "tls1.2", ciphers: "ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA384" });
await quiet("none of this is an event");

async function plain(as, setUp = { paused: true }) {
  const { port } = await peer({ do: "listen", as: "server " + as });
  const id = await make(tcp);
  if (setUp.paused) await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "127.0.0.1", port);
  await peer({ do: "accept", on: "server " + as, as });
  return id;
}
id = await plain("not TLS");
let securing = begin(tcp.secure, id);
await peer({ do: "expect", on: "not TLS", count: 5 });
await peer({ do: "send", on: "not TLS", text: "220 this is not TLS at all\r\n" });
await end("the peer does not speak TLS", securing);
await see("the peer does not speak TLS: info", tcp.getInfo, id);

id = await plain("talks first");
await peer({ do: "send", on: "talks first", text: "220 a greeting\r\n" });
await quiet("a greeting that is not read");
securing = begin(tcp.secure, id);
await end("plain bytes that were not read before secure", securing, 400);
await see("close after that", tcp.close, id);

id = await plain("closes");
securing = begin(tcp.secure, id);
await peer({ do: "expect", on: "closes", count: 5 });
await peer({ do: "shutdown", on: "closes" });
await end("the peer closes during the handshake", securing);
id = await plain("resets");
securing = begin(tcp.secure, id);
await peer({ do: "expect", on: "resets", count: 5 });
await peer({ do: "reset", on: "resets" });
await end("the peer resets during the handshake", securing);
id = await plain("silent");
securing = begin(tcp.secure, id);
await peer({ do: "expect", on: "silent", count: 5 });
await see("close during the handshake", tcp.close, id);
await end("that handshake", securing, 400);
id = await plain("twice");
securing = begin(tcp.secure, id);
const second = begin(tcp.secure, id);
await end("a second secure during the handshake", second);
await see("info during the handshake", tcp.getInfo, id);
await see("send during the handshake", tcp.send, id, bytes(1));
await see("setPaused during the handshake", tcp.setPaused, id, false);
await see("disconnect during the handshake", tcp.disconnect, id);
await end("the first handshake", securing, 400);
await quiet("events of broken handshakes");

id = await plain("reading", { paused: false });
await see("secure while reading", tcp.secure, id);
await quiet("events of securing while reading");
await see("secure while reading: info", tcp.getInfo, id);
await see("secure while reading: close", tcp.close, id);

// STARTTLS: pause before the answer comes, read it, secure, go on.
id = await plain("starttls", { paused: false });
await call(tcp.send, id, text("STARTTLS\r\n"));
await peer({ do: "expect", on: "starttls", count: 10 });
await call(tcp.setPaused, id, true);
await peer({ do: "send", on: "starttls", text: "220 go\r\n" });
if (!await until(1, 500)) await call(tcp.setPaused, id, false);
await take("the answer to STARTTLS", 1);
await call(tcp.setPaused, id, true);
const upgrade = peer({ do: "starttls", on: "starttls", tls: good });
await see("secure after STARTTLS", tcp.secure, id);
note("secure after STARTTLS: the peer's view", await upgrade);
await call(tcp.setPaused, id, false);
await peer({ do: "send", on: "starttls", text: "secret" });
await stream("over TLS after STARTTLS", id, 6);
await see("disconnect a TLS socket", tcp.disconnect, id);
await take("events of disconnecting a TLS socket", 1);
await see("info of a disconnected TLS socket", tcp.getInfo, id);
await see("connect a disconnected TLS socket", tcp.connect, id, "127.0.0.1", 1);

const { accepted, client } = await connected();
await see("secure an accepted socket", tcp.secure, accepted);
await see("secure an accepted socket: info", tcp.getInfo, accepted);
await takeFrom("its other end", "tcp", client, 1);

// The name that counts is that of the last connect, even one that failed.
({ id, shake } = await ready("renamed", good));
await see("a second connect with another name (offline)", tcp.connect, id, "other.example", 1);
await see("secure after it", tcp.secure, id);
note("secure after it: the peer's view", (await shake).sni);
({ id, shake } = await ready("TLS close", good));
await call(tcp.secure, id);
await shake;
await call(tcp.setPaused, id, false);
await peer({ do: "reset", on: "TLS close" });
await takeFrom("the peer resets a TLS connection", "tcp", id, 1);

// The peer goes before the handshake begins.
for (const [as, last, how] of [["gone", "", "close"], ["reset", "", "reset"], ["gone after a word", "220 a greeting\r\n", "close"]]) {
  id = await plain(as);
  if (last) await peer({ do: "send", on: as, text: last });
  await peer({ do: how, on: as });
  await quiet(as + ": before secure");
  await see(as + ": secure", tcp.secure, id);
  await see(as + ": close", tcp.close, id);
}
await quiet("events of peers that are gone");

// What is asked while secure is under way takes effect after it.
id = await plain("asked meanwhile", { paused: false });
const refused = begin(tcp.secure, id), renamed = begin(tcp.update, id, { name: "late" });
await end("secure while reading, before an update", refused);
await end("the update behind it", renamed);
await take("the end of that socket", 1);
