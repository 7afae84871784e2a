// Sends back whatever a client sends. Try it:
//
//     homeport run examples/echo-server --headless
//     nc 127.0.0.1 7007

const PORT = 7007;
const { tcp, tcpServer } = chrome.sockets;

let serverId = null;

tcpServer.onAccept.addListener(({ socketId, clientSocketId }) => {
  // Other servers of this app would have other ids. A new connection waits until it is unpaused.
  if (socketId === serverId) tcp.setPaused(clientSocketId, false);
});

tcp.onReceive.addListener(({ socketId, data }) => {
  tcp.send(socketId, data, ({ resultCode }) => {
    if (resultCode < 0) tcp.close(socketId);
  });
});

tcp.onReceiveError.addListener(({ socketId }) => tcp.close(socketId));

chrome.app.runtime.onLaunched.addListener(() => {
  tcpServer.create({}, (created) => {
    serverId = created.socketId;
    tcpServer.listen(serverId, '127.0.0.1', PORT, (result) => {
      if (result < 0) console.error(`Cannot listen on port ${PORT}:`, chrome.runtime.lastError.message);
      else console.log(`Listening on 127.0.0.1:${PORT}`);
    });
  });
});
