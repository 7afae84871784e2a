// Arguments of chrome.sockets.tcpServer: odd values in each place, too few, too many.
// @app sockets
const none = 99999;
await forms("create", tcpServer.create, {});
await forms("update", tcpServer.update, none, {});
await forms("setPaused", tcpServer.setPaused, none, true);
await forms("listen", tcpServer.listen, none, "127.0.0.1", 0, 5);
await forms("disconnect", tcpServer.disconnect, none);
await forms("close", tcpServer.close, none);
await forms("getInfo", tcpServer.getInfo, none);
await form("getSockets(1)", tcpServer.getSockets, 1);
