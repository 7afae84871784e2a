// TCP: what connect answers in each state of a socket.
// @app sockets
const fresh = () => make(tcp);

await see("refused", tcp.connect, await fresh(), "127.0.0.1", 1);
await see("port 0", tcp.connect, await fresh(), "127.0.0.1", 0);
await see("port -1", tcp.connect, await fresh(), "127.0.0.1", -1);
await see("port 65536", tcp.connect, await fresh(), "127.0.0.1", 65536);
await see("no host", tcp.connect, await fresh(), "", 80);
await see("unknown host (offline)", tcp.connect, await fresh(), "no.such.host.invalid", 80);
await see("unknown socket", tcp.connect, 99999, "127.0.0.1", 80);

const { id: server, port } = await listening();
const client = await make(tcp, { name: "client" });
await see("ok", tcp.connect, client, "127.0.0.1", port);
const accepted = await nextAccept(server);
await see("info of the client", tcp.getInfo, client);
await see("info of the accepted socket", tcp.getInfo, accepted);
await see("twice", tcp.connect, client, "127.0.0.1", port);
await see("still connected after twice", tcp.getInfo, client);
