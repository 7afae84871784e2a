// What a test wants to know of the first line, and tools for the rest.

var first = {
  sockets: typeof chrome.sockets.tcp.send,
  launched: chrome.app.runtime.onLaunched.hasListeners(),
  body: document.body !== null,
};
var launches = [];
var errors = [];
chrome.app.runtime.onLaunched.addListener((data) => launches.push(data));
chrome.sockets.tcp.onReceiveError.addListener((info) => errors.push(info));

const { tcp, tcpServer } = chrome.sockets;

/** A connected pair: the client's id, the accepted one's, and the server's. */
async function pair(properties = {}) {
  const server = (await tcpServer.create()).socketId;
  await new Promise((done) => tcpServer.listen(server, '127.0.0.1', 0, done));
  const { localPort } = await tcpServer.getInfo(server);
  const accepted = new Promise((done) => {
    tcpServer.onAccept.addListener(function hear(info) {
      if (info.socketId !== server) return;
      tcpServer.onAccept.removeListener(hear);
      done(info.clientSocketId);
    });
  });
  const client = (await tcp.create(properties)).socketId;
  await new Promise((done) => tcp.connect(client, '127.0.0.1', localPort, done));
  return { server, client, accepted: await accepted };
}

function send(id, data) {
  return new Promise((done) => tcp.send(id, data, done));
}
