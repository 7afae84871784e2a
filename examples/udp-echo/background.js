// UDP both ways: one socket that answers, one that asks.
'use strict';

const ADDRESS = '127.0.0.1';
const PORT = 7007;
let server, client;

chrome.sockets.udp.onReceive.addListener((info) => {
  if (info.socketId === server) {
    chrome.sockets.udp.send(server, info.data, info.remoteAddress, info.remotePort, (sendInfo) => {
      if (sendInfo) console.log(`answered ${info.remoteAddress}:${info.remotePort} with ${sendInfo.bytesSent} bytes`);
    });
  } else if (info.socketId === client) {
    console.log(`the echo said: ${new TextDecoder().decode(info.data)}`);
    chrome.sockets.udp.close(client);
  }
});

chrome.sockets.udp.onReceiveError.addListener((info) => {
  // A datagram larger than bufferSize is lost and pauses the socket: go on with the next.
  console.warn(`socket ${info.socketId}: error ${info.resultCode}`);
  chrome.sockets.udp.setPaused(info.socketId, false);
});

chrome.app.runtime.onLaunched.addListener(() => {
  if (server !== undefined) return;
  chrome.sockets.udp.create({ name: 'echo', bufferSize: 65536 }, (socketInfo) => {
    server = socketInfo.socketId;
    chrome.sockets.udp.bind(server, ADDRESS, PORT, (result) => {
      if (result < 0) {
        console.error(`Cannot bind ${ADDRESS}:${PORT}: ${chrome.runtime.lastError.message}`);
        return;
      }
      console.log(`Echoing datagrams on ${ADDRESS}:${PORT}`);
      askOnce();
    });
  });
});

function askOnce() {
  chrome.sockets.udp.create({}, (socketInfo) => {
    client = socketInfo.socketId;
    chrome.sockets.udp.bind(client, ADDRESS, 0, () => {
      const data = new TextEncoder().encode('hello').buffer;
      chrome.sockets.udp.send(client, data, ADDRESS, PORT, (sendInfo) => console.log(`sent ${sendInfo.bytesSent}`));
    });
  });
}
