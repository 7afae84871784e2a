// UDP: multicast: joining, leaving, TTL and loopback, in each state.
// @app sockets
// @offline
const group = "237.132.100.17";
await see("joinGroup, unknown socket", udp.joinGroup, 99999, group);
await see("leaveGroup, unknown socket", udp.leaveGroup, 99999, group);
await see("getJoinedGroups, unknown socket", udp.getJoinedGroups, 99999);
await see("setMulticastTimeToLive, unknown socket", udp.setMulticastTimeToLive, 99999, 1);
await see("setMulticastLoopbackMode, unknown socket", udp.setMulticastLoopbackMode, 99999, true);
const fresh = await make(udp);
await see("joinGroup before bind", udp.joinGroup, fresh, group);
await see("joinGroup before bind, nonsense", udp.joinGroup, fresh, "nonsense");
await see("leaveGroup before bind", udp.leaveGroup, fresh, group);
await see("getJoinedGroups before bind", udp.getJoinedGroups, fresh);
for (const ttl of [0, 1, 255, 256, -1, -3, 2147483647]) await see("setMulticastTimeToLive " + ttl, udp.setMulticastTimeToLive, fresh, ttl);
for (const mode of [false, true]) await see("setMulticastLoopbackMode " + mode, udp.setMulticastLoopbackMode, fresh, mode);
await call(udp.bind, fresh, "0.0.0.0", 0);
await see("setMulticastTimeToLive after bind", udp.setMulticastTimeToLive, fresh, 4);
await see("setMulticastTimeToLive after bind, out of range", udp.setMulticastTimeToLive, fresh, -1);
await see("setMulticastLoopbackMode after bind", udp.setMulticastLoopbackMode, fresh, true);
const failed = await make(udp);
await see("a bind that fails", udp.bind, failed, "192.0.2.1", 0);
await see("setMulticastTimeToLive after that", udp.setMulticastTimeToLive, failed, 4);
await see("setMulticastLoopbackMode after that", udp.setMulticastLoopbackMode, failed, true);
const nonsense = await make(udp);
await see("a bind to nonsense", udp.bind, nonsense, "x", 0);
await see("setMulticastTimeToLive after nonsense", udp.setMulticastTimeToLive, nonsense, 4);

const a = await bound({ name: "a" }, "0.0.0.0");
for (const address of ["127.0.0.1", "0.0.0.0", "255.255.255.255", "nonsense", "", "ff02::1", "[ff02::1]", " " + group, "localhost"]) {
  await see("joinGroup " + JSON.stringify(address), udp.joinGroup, a.id, address);
}
await see("leaveGroup that was not joined", udp.leaveGroup, a.id, group);
await see("leaveGroup nonsense", udp.leaveGroup, a.id, "x");
await see("joinGroup", udp.joinGroup, a.id, group);
await see("joinGroup again", udp.joinGroup, a.id, group);
await see("joinGroup another", udp.joinGroup, a.id, "239.1.2.3");
await see("joinGroup in another spelling", udp.joinGroup, a.id, "237.132.25617");
await see("joinGroup in a spelling of the same", udp.joinGroup, a.id, "237.132.25617");
await see("getJoinedGroups", udp.getJoinedGroups, a.id);
await promise("getJoinedGroups by promise", () => udp.getJoinedGroups(a.id));

const sender = await bound({}, "0.0.0.0");
await see("send to the group", udp.send, sender.id, text("to all"), group, a.port);
await take("received by the member", 1);
await see("leaveGroup", udp.leaveGroup, a.id, group);
await see("leaveGroup again", udp.leaveGroup, a.id, group);
await see("getJoinedGroups after leaving", udp.getJoinedGroups, a.id);
await see("send to the group that was left", udp.send, sender.id, text("to none"), group, a.port);
await quiet("not received any more");

const mute = await make(udp);
await call(udp.setMulticastLoopbackMode, mute, false);
await call(udp.setMulticastTimeToLive, mute, 0);
await call(udp.bind, mute, "0.0.0.0", 0);
await call(udp.joinGroup, a.id, group);
await see("send with loopback off", udp.send, mute, text("unheard"), group, a.port);
await quiet("loopback off is not received");

const six = await bound({}, "::1");
await see("IPv6: joinGroup of IPv4", udp.joinGroup, six.id, group);
await see("IPv6: joinGroup", udp.joinGroup, six.id, "ff01::1234");
await see("IPv6: joinGroup in another spelling", udp.joinGroup, six.id, "ff01:0::1234");
await see("IPv6: getJoinedGroups", udp.getJoinedGroups, six.id);
await see("IPv6: leaveGroup", udp.leaveGroup, six.id, "FF01::1234");
await see("IPv6: not multicast", udp.joinGroup, six.id, "::1");
const narrow = await bound({}, "127.0.0.1");
await see("bound to 127.0.0.1: joinGroup", udp.joinGroup, narrow.id, group);
await see("close a member", udp.close, a.id);
await see("getJoinedGroups of a closed socket", udp.getJoinedGroups, a.id);

const member = await bound({}, "0.0.0.0");
await see("joinGroup in an odd spelling", udp.joinGroup, member.id, "237.132.25618");
await see("getJoinedGroups after it", udp.getJoinedGroups, member.id);
await see("joinGroup in the usual spelling", udp.joinGroup, member.id, "237.132.100.18");
await see("leaveGroup in a third spelling", udp.leaveGroup, member.id, "0xed.132.100.18");
await see("getJoinedGroups after leaving it", udp.getJoinedGroups, member.id);
