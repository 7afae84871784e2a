// create, update, getInfo and getSockets of the three kinds of socket.
// @app sockets
for (const [space, api] of Object.entries({ tcp, udp, tcpServer })) {
  const sized = space === "tcpServer" ? {} : { bufferSize: 104 };
  const id = await make(api);
  await see(space + ": info of a fresh socket", api.getInfo, id);
  noteKeys(space + ": keys of the info", await call(api.getInfo, id));
  await see(space + ": update everything", api.update, id, { persistent: true, name: "named", ...sized });
  await see(space + ": info after the update", api.getInfo, id);
  noteKeys(space + ": keys of the full info", await call(api.getInfo, id));
  await see(space + ": update nothing", api.update, id, {});
  await see(space + ": info after updating nothing", api.getInfo, id);
  await see(space + ": update with null and undefined", api.update, id, { name: null, persistent: undefined });
  await see(space + ": info after null and undefined", api.getInfo, id);
  await see(space + ": update the name to nothing", api.update, id, { name: "", persistent: false });
  await see(space + ": info after an empty name", api.getInfo, id);
  await see(space + ": create with everything", api.create, { persistent: true, name: "whole", ...sized });
  await promise(space + ": create by promise", () => api.create(), space);
  await promise(space + ": create by promise with null", () => api.create(null), space);
  await promise(space + ": getInfo by promise", () => api.getInfo(id), space);
  await promise(space + ": update by promise", () => api.update(id, {}), space);
  await promise(space + ": setPaused by promise", () => api.setPaused(id, true), space);
  await see(space + ": info while paused", api.getInfo, id);
  await promise(space + ": getInfo of an unknown socket by promise", () => api.getInfo(99999), space);
  await promise(space + ": update of an unknown socket by promise", () => api.update(99999, {}), space);
  await promise(space + ": setPaused of an unknown socket by promise", () => api.setPaused(99999, true), space);
  await see(space + ": getSockets", api.getSockets);
  await see(space + ": close", api.close, id);
  await see(space + ": close again", api.close, id);
  await see(space + ": info of a closed socket", api.getInfo, id);
  await see(space + ": update of a closed socket", api.update, id, {});
  await promise(space + ": close of an unknown socket by promise", () => api.close(id), space);
  await promise(space + ": getSockets by promise", async () => (await api.getSockets()).length, space);
  const ids = [await make(api), await make(api), await make(api)];
  note(space + ": ids go up by one", ids.map((n) => n - ids[0]));
  await call(api.close, ids[2]);
  note(space + ": an id is not used again", await make(api) - ids[2]);
  for (const odd of [0, -1, -99999]) await see(space + ": info of socket " + odd, api.getInfo, odd);
}
note("the kinds count for themselves", [await make(tcp), await make(udp), await make(tcpServer)].every((n) => n > 0));
await see("a tcp id means nothing to udp", udp.getInfo, await make(tcp) + 5000);
