// Arguments of chrome.sockets.udp: odd values in each place, too few, too many.
// @app sockets
const none = 99999;
await forms("create", udp.create, {});
await forms("update", udp.update, none, {});
await forms("setPaused", udp.setPaused, none, true);
await forms("bind", udp.bind, none, "127.0.0.1", 0);
await forms("send", udp.send, none, bytes(1), "127.0.0.1", 9, "any");
await forms("close", udp.close, none);
await forms("getInfo", udp.getInfo, none);
await forms("joinGroup", udp.joinGroup, none, "237.1.2.3");
await forms("leaveGroup", udp.leaveGroup, none, "237.1.2.3");
await forms("setMulticastTimeToLive", udp.setMulticastTimeToLive, none, 1);
await forms("setMulticastLoopbackMode", udp.setMulticastLoopbackMode, none, true);
await forms("getJoinedGroups", udp.getJoinedGroups, none);
await forms("setBroadcast", udp.setBroadcast, none, true);
await form("getSockets(1)", udp.getSockets, 1);
await form("getSockets({}, callback)", udp.getSockets, {}, CALLBACK);
