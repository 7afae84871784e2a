// chrome.socket: what a socket is and does once it is secured.
// @app both
// @peer
const { socket } = chrome;
const peer = await connectPeer();
function answer(name, ...args) {
  return new Promise((done) => socket[name](...args, (...results) => {
    const error = chrome.runtime.lastError;
    done({ args: results.map(shown), ...(error ? { lastError: error.message } : {}) });
  }));
}
function shown(value) {
  if (value instanceof ArrayBuffer) return new TextDecoder().decode(value);
  if (!value || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, /port$/i.test(key) && v > 0 ? "a port" : shown(v)]));
}
const tell = async (what, ...call) => note(what, await answer(...call));

const { port } = await peer({ do: "listen", as: "server", tls: { certificate: "good" } });
const { socketId } = await new Promise((done) => socket.create("tcp", {}, done));
await tell("connect", "connect", socketId, "127.0.0.1", port);
await tell("info of a plain one", "getInfo", socketId);
const shake = peer({ do: "handshake", on: "server", as: "c" });
await tell("secure", "secure", socketId);
await shake;
await tell("info", "getInfo", socketId);
await tell("secure again", "secure", socketId);
await tell("listen", "listen", socketId, "127.0.0.1", 0);
for (const [name, ...args] of [["setNoDelay", true], ["setKeepAlive", true, 1], ["accept"], ["recvFrom"], ["joinGroup", "237.1.2.3"], ["getJoinedGroups"], ["sendTo", text("x"), "127.0.0.1", port], ["read", 0]]) {
  await tell("secured: " + name, name, socketId, ...args);
}
await tell("write", "write", socketId, text("over TLS"));
note("the peer gets it", await peer({ do: "expect", on: "c", count: 8 }));
const reading = answer("read", socketId, 100);
await tell("a second read", "read", socketId, 100);
await peer({ do: "send", on: "c", text: "answer" });
note("read", await reading);
socket.disconnect(socketId);
await tell("info after disconnect", "getInfo", socketId);
await tell("secure after disconnect", "secure", socketId);
await tell("listen after disconnect", "listen", socketId, "127.0.0.1", 0);
await tell("read after disconnect", "read", socketId);
await tell("write after disconnect", "write", socketId, text("x"));
socket.destroy(socketId);
await tell("info after destroy", "getInfo", socketId);
