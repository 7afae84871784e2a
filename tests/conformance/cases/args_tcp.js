// Arguments of chrome.sockets.tcp: odd values in each place, too few, too many.
// @app sockets
const none = 99999;
await forms("create", tcp.create, {});
await forms("update", tcp.update, none, {});
await forms("setPaused", tcp.setPaused, none, true);
await forms("setKeepAlive", tcp.setKeepAlive, none, true, 5);
await forms("setNoDelay", tcp.setNoDelay, none, true);
await forms("connect", tcp.connect, none, "127.0.0.1", 80, "any");
await forms("disconnect", tcp.disconnect, none);
await forms("secure", tcp.secure, none, {});
await forms("send", tcp.send, none, bytes(1));
await forms("close", tcp.close, none);
await forms("getInfo", tcp.getInfo, none);
await form("getSockets(1)", tcp.getSockets, 1);
await form("getSockets(callback, 1)", tcp.getSockets, CALLBACK, 1);
await form("getSockets(callback, callback)", tcp.getSockets, CALLBACK, CALLBACK);
await form("getSockets(null)", tcp.getSockets, null);
