// chrome.socket: each function in each state of a socket, and what the socket is afterwards.
// @app old_any
// @offline
const { socket } = chrome;
const promised = (name, ...args) => new Promise((done) => socket[name](...args, (result) => done([chrome.runtime.lastError, result][1])));
let made = [];
async function create(type) {
  const { socketId } = await promised("create", type, {});
  made.push(socketId);
  return socketId;
}
const portOf = async (id) => (await promised("getInfo", id)).localPort;
async function listening() {
  const id = await create("tcp");
  await promised("listen", id, "127.0.0.1", 0);
  return id;
}
async function pair() {
  const server = await listening(), client = await create("tcp"), accepting = promised("accept", server);
  await promised("connect", client, "127.0.0.1", await portOf(server));
  const accepted = (await accepting).socketId;
  made.push(accepted);
  return { client, accepted };
}
async function bound() {
  const id = await create("udp");
  await promised("bind", id, "127.0.0.1", 0);
  return id;
}
async function udpConnected() {
  const id = await create("udp");
  await promised("connect", id, "127.0.0.1", await portOf(await bound()));
  return id;
}
async function then(id, verb) {
  socket[verb](id);
  return id;
}
async function ended() {
  const { client, accepted } = await pair();
  socket.destroy(accepted);
  await promised("read", client);
  return client;
}
async function listenFailed() {
  const id = await create("tcp");
  await promised("listen", id, "127.0.0.1", await portOf(await listening()));
  return id;
}
async function refused() {
  const id = await create("tcp");
  await promised("connect", id, "127.0.0.1", 1);
  return id;
}
async function boundAndConnected() {
  const id = await bound();
  await promised("connect", id, "127.0.0.1", await portOf(await bound()));
  return id;
}
const states = {
  "tcp, fresh": () => create("tcp"), "tcp, connected": async () => (await pair()).client, "tcp, accepted": async () => (await pair()).accepted,
  "tcp, refused": refused, "tcp, disconnected": async () => then((await pair()).client, "disconnect"), "tcp, ended": ended,
  "tcp, listening": listening, "tcp, listening, disconnected": async () => then(await listening(), "disconnect"), "tcp, listen failed": listenFailed,
  "udp, fresh": () => create("udp"), "udp, bound": bound, "udp, connected": udpConnected, "udp, bound, connected": boundAndConnected,
  "udp, bound, disconnected": async () => then(await bound(), "disconnect"), "udp, connected, disconnected": async () => then(await udpConnected(), "disconnect"),
  "destroyed": async () => then(await create("tcp"), "destroy"), "unknown": async () => 99999,
};

const target = await listening(), datagrams = await bound();
const port = await portOf(target), udpPort = await portOf(datagrams);
made = [];
const calls = {
  "getInfo": ["getInfo"], "bind": ["bind", "127.0.0.1", 0], "bind to no address": ["bind", "localhost", 0], "bind, port -1": ["bind", "127.0.0.1", -1],
  "bind, port 70000": ["bind", "127.0.0.1", 70000], "listen": ["listen", "127.0.0.1", 0], "listen, backlog": ["listen", "127.0.0.1", 0, 3],
  "listen, taken": ["listen", "127.0.0.1", port], "listen to no address": ["listen", "localhost", 0],
  "connect": ["connect", "127.0.0.1", port], "connect, refused": ["connect", "127.0.0.1", 1], "connect to a name": ["connect", "localhost", port],
  "connect to no name": ["connect", "no such", port], "write": ["write", text("data")], "write nothing": ["write", bytes(0)],
  "read": ["read"], "read 0": ["read", 0], "read -1": ["read", -1], "read 5": ["read", 5],
  "recvFrom": ["recvFrom"], "recvFrom 0": ["recvFrom", 0], "recvFrom -1": ["recvFrom", -1], "recvFrom 5": ["recvFrom", 5],
  "sendTo": ["sendTo", text("data"), "127.0.0.1", udpPort], "send nothing": ["sendTo", bytes(0), "127.0.0.1", udpPort],
  "sendTo, port -1": ["sendTo", text("data"), "127.0.0.1", -1], "sendTo, port 70000": ["sendTo", text("data"), "127.0.0.1", 70000],
  "sendTo a name": ["sendTo", text("data"), "localhost", udpPort], "sendTo no name": ["sendTo", text("data"), "no such", udpPort], "accept": ["accept"],
  "setKeepAlive": ["setKeepAlive", true], "setKeepAlive 5": ["setKeepAlive", true, 5], "setKeepAlive off": ["setKeepAlive", false],
  "setNoDelay": ["setNoDelay", true], "setNoDelay off": ["setNoDelay", false], "joinGroup": ["joinGroup", "237.1.2.3"],
  "joinGroup nonsense": ["joinGroup", "x"], "leaveGroup": ["leaveGroup", "237.1.2.3"], "getJoinedGroups": ["getJoinedGroups"],
  "setMulticastTimeToLive": ["setMulticastTimeToLive", 3], "setMulticastTimeToLive -1": ["setMulticastTimeToLive", -1],
  "setMulticastLoopbackMode": ["setMulticastLoopbackMode", true], "secure": ["secure", {}],
};
function clean(value) {
  if (value instanceof ArrayBuffer) return { bytes: value.byteLength };
  if (!value || typeof value !== "object" || Array.isArray(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, key === "socketId" ? "a socket" : /port$/i.test(key) && v > 1 ? "a port" : clean(v)]));
}
function outcome(name, ...args) {
  return new Promise((done) => {
    // What waits for a peer is answered at once or not at all; what is asked behind it shows that.
    if (/^(read|recvFrom|accept)$/.test(name)) setTimeout(() => socket.getInfo(99999, () => done({ never: true })), 150);
    setTimeout(() => done({ never: true }), 4000);
    try {
      socket[name](...args, (...results) => {
        const error = chrome.runtime.lastError;
        done({ args: results.map(clean), ...(error ? { lastError: error.message } : {}) });
      });
    } catch (error) {
      done({ throws: String(error) });
    }
  });
}
for (const [state, make] of Object.entries(states)) {
  for (const [label, [name, ...args]] of Object.entries(calls)) {
    const id = await make();
    note(state + ": " + label, await outcome(name, id, ...args));
    note(state + ": info after " + label, await outcome("getInfo", id));
    for (const id of made.splice(0)) socket.destroy(id);
  }
}
