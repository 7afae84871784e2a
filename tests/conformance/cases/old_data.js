// chrome.socket: what reads, accepts and writes bring, one after another and several at once.
// @app old_any
// @offline
const { socket } = chrome;
const portOf = async (id) => (await answer("getInfo", id)).raw.localPort;
function clean(value) {
  if (value instanceof ArrayBuffer) return value.byteLength > 40 ? { bytes: value.byteLength } : new TextDecoder().decode(value);
  if (!value || typeof value !== "object" || Array.isArray(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, key === "socketId" ? "a socket" : /port$/i.test(key) && v > 1 ? "a port" : clean(v)]));
}
function answer(name, ...args) {
  return new Promise((done) => socket[name](...args, (...results) => {
    const error = chrome.runtime.lastError;
    done({ raw: results[0], seen: { args: results.map(clean), ...(error ? { lastError: error.message } : {}) } });
  }));
}
async function told(what, answered) {
  const late = new Promise((done) => setTimeout(() => done({ seen: { never: true } }), 1500));
  note(what, (await Promise.race([answered, late])).seen);
}
const tell = (what, ...call) => told(what, answer(...call));
const settled = () => new Promise((done) => setTimeout(done, 100));
const create = async (type) => (await answer("create", type, {})).raw.socketId;
async function listening() {
  const id = await create("tcp");
  await answer("listen", id, "127.0.0.1", 0);
  return id;
}
async function pair() {
  const server = await listening(), client = await create("tcp"), accepting = answer("accept", server);
  await answer("connect", client, "127.0.0.1", await portOf(server));
  return [client, (await accepting).raw.socketId];
}
async function bound(address = "127.0.0.1") {
  const id = await create("udp");
  await answer("bind", id, address, 0);
  return id;
}

let [a, b] = await pair();
let waiting = answer("read", a);
await tell("a second read", "read", a);
await tell("a second read of nothing", "read", a, 0);
await answer("write", b, text("hello world"));
await told("the first read", waiting);
await answer("write", b, text("hello world"));
await settled();
await tell("read 3", "read", a, 3);
await tell("read 0 of what waits", "read", a, 0);
await tell("read -5 of what waits", "read", a, -5);
await tell("read the rest", "read", a, 100);
waiting = answer("read", a);
await settled();
socket.disconnect(a);
await told("a read that disconnect ends", waiting);
await tell("a read after it", "read", a);
await tell("the other end's read", "read", b);
await tell("the other end's next read", "read", b);
[a, b] = await pair();
waiting = answer("read", a);
await settled();
socket.destroy(a);
await told("a read that destroy ends", waiting);
await tell("a destroyed socket's read", "read", a);
await tell("the other end's read after destroy", "read", b);
[a, b] = await pair();
const writes = [answer("write", a, bytes(100)), answer("write", a, text("abc"))];
await told("the first of two writes", writes[0]);
await told("the second of two writes", writes[1]);
await settled();
await tell("read 60 of 103", "read", b, 60);
await tell("read 60 of 43", "read", b, 60);
await answer("write", a, text("last"));
socket.destroy(a);
await settled();
await tell("read 2 after the end", "read", b, 2);
await tell("read 2 more", "read", b, 2);
await tell("read 2 at the end", "read", b, 2);
await tell("read 2 behind the end", "read", b, 2);

let server = await listening();
waiting = answer("accept", server);
await tell("a second accept", "accept", server);
a = await create("tcp");
await answer("connect", a, "127.0.0.1", await portOf(server));
await told("the first accept", waiting);
await answer("connect", await create("tcp"), "127.0.0.1", await portOf(server));
await settled();
await tell("accept what waits", "accept", server);
waiting = answer("accept", server);
await settled();
socket.disconnect(server);
await told("an accept that disconnect ends", waiting);
await tell("accept after it", "accept", server);
await tell("listen again", "listen", server, "127.0.0.1", 0);
server = await listening();
waiting = answer("accept", server);
await settled();
socket.destroy(server);
await told("an accept that destroy ends", waiting);
server = await listening();
const before = await portOf(server);
await tell("listen once more on the same port", "listen", server, "127.0.0.1", before);
await tell("listen once more on another", "listen", server, "127.0.0.1", 0);
note("it is another port", (await portOf(server)) !== before);
for (const address of ["localhost", "", "x", "::1", "0.0.0.0", "192.0.2.1", "[::1]"]) await tell("listen at " + JSON.stringify(address), "listen", await create("tcp"), address, 0);
for (const address of ["localhost", "", "x y", "::1", "no.such.invalid", "[::1]", "127.1"]) {
  await tell("connect to " + JSON.stringify(address), "connect", await create("tcp"), address, await portOf(server));
}

// UDP
[a, b] = [await bound(), await bound()];
waiting = answer("recvFrom", a);
await tell("a second recvFrom", "recvFrom", a);
await tell("a read beside it", "read", a);
await tell("sendTo", "sendTo", b, text("datagram"), "127.0.0.1", await portOf(a));
await told("the first recvFrom", waiting);
for (const [what, size, wanted] of [["3 of 8", 8, 3], ["8 of 8", 8, 8], ["what is empty", 0], ["4096 by default", 4096], ["5000 by default", 5000], ["5000 of 6000", 5000, 6000], ["65507 of 70000", 65507, 70000], ["0 of 4", 4, 0], ["0 of 4096", 4096, 0], ["0 of nothing", 0, 0]]) {
  a = await bound();
  waiting = answer("recvFrom", a, ...(wanted === undefined ? [] : [wanted]));
  await answer("sendTo", b, bytes(size), "127.0.0.1", await portOf(a));
  await told("recvFrom " + what, waiting);
}
a = await bound();
waiting = answer("recvFrom", a);
await settled();
socket.disconnect(a);
await told("a recvFrom that disconnect ends", waiting);
await tell("bind again", "bind", a, "127.0.0.1", 0);
await tell("bind twice", "bind", a, "127.0.0.1", 0);
waiting = answer("recvFrom", a);
await settled();
socket.destroy(a);
await told("a recvFrom that destroy ends", waiting);

// UDP with one peer
a = await bound();
const c = await create("udp");
await tell("connect UDP", "connect", c, "127.0.0.1", await portOf(a));
await tell("write", "write", c, text("from c"));
await tell("the peer gets it", "recvFrom", a);
waiting = answer("read", c);
await tell("a second read of UDP", "read", c);
await tell("recvFrom beside it", "recvFrom", c);
await answer("sendTo", a, text("to c"), "127.0.0.1", await portOf(c));
await told("read UDP", waiting);
await answer("sendTo", b, text("a stranger"), "127.0.0.1", await portOf(c));
await settled();
waiting = answer("read", c, 100);
await settled();
await answer("sendTo", a, text("the peer"), "127.0.0.1", await portOf(c));
await told("only the peer is read", waiting);
for (const wanted of [2, 0]) {
  waiting = answer("read", c, wanted);
  await answer("sendTo", a, text("the peer"), "127.0.0.1", await portOf(c));
  await told("read " + wanted + " of 8", waiting);
}
await tell("sendTo of a connected one", "sendTo", c, text("x"), "127.0.0.1", await portOf(a));
await tell("write nothing", "write", c, bytes(0));
await tell("the peer gets nothing", "recvFrom", a);
await tell("write 65507", "write", c, bytes(65507));
await tell("write 65508", "write", c, bytes(65508));
waiting = answer("read", c);
await settled();
socket.disconnect(c);
await told("a read of UDP that disconnect ends", waiting);
await tell("write after it", "write", c, text("x"));
await tell("connect UDP again", "connect", c, "127.0.0.1", await portOf(a));
await tell("info of it", "getInfo", c);
for (const host of ["::1", "localhost", "no.such.invalid", "192.0.2.1", "0.0.0.0", "[::1]", ""]) {
  const id = await create("udp");
  await tell("connect UDP to " + JSON.stringify(host), "connect", id, host, await portOf(a));
  await tell("info of UDP to " + JSON.stringify(host), "getInfo", id);
}
const lonely = await create("udp");
await tell("connect to nobody", "connect", lonely, "127.0.0.1", 1);
waiting = answer("read", lonely);
await tell("write to nobody", "write", lonely, text("x"));
await told("read from nobody", waiting);
await tell("write to nobody again", "write", lonely, text("x"));
await settled();
await tell("read from nobody again", "read", lonely);
for (const host of ["localhost", "no.such.invalid", "", "::1", "[::1]", "127.1", "255.255.255.255", "192.0.2.1"]) {
  await tell("sendTo " + JSON.stringify(host), "sendTo", b, text("x"), host, await portOf(a));
}

// Groups
const member = await create("udp");
await tell("joinGroup before bind", "joinGroup", member, "237.1.2.3");
await tell("setMulticastTimeToLive 256", "setMulticastTimeToLive", member, 256);
await answer("bind", member, "0.0.0.0", 0);
await tell("joinGroup", "joinGroup", member, "237.1.2.3");
await tell("joinGroup again", "joinGroup", member, "237.1.2.3");
await tell("getJoinedGroups", "getJoinedGroups", member);
socket.disconnect(member);
await tell("getJoinedGroups after disconnect", "getJoinedGroups", member);
await answer("bind", member, "0.0.0.0", 0);
await tell("getJoinedGroups after it was bound again", "getJoinedGroups", member);
await tell("setMulticastTimeToLive after all that", "setMulticastTimeToLive", member, 2);

// A handshake that fails
[a, b] = await pair();
socket.destroy(b);
await settled();
await tell("secure when the peer is gone", "secure", a);
await tell("its info", "getInfo", a);
[a, b] = await pair();
waiting = answer("read", a);
const ends = [waiting.then(() => "read"), answer("secure", a).then(({ seen }) => ["secure", seen])];
note("what ends first when secure finds a read under way", await Promise.race(ends));
await told("secure while a read is under way", ends[1].then(([, seen]) => ({ seen })));
await told("a read that secure ends", waiting);
