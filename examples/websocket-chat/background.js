// A server of two protocols on one port: a page by HTTP, and a chat by WebSocket.
'use strict';

const ADDRESS = '127.0.0.1';
const PORT = 8090;
const { tcp, tcpServer } = chrome.sockets;
const FILES = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/chat.js', ['chat.js', 'text/javascript; charset=utf-8']],
]);
const clients = new Map(); // clientSocketId -> {bytes, greeted, open}
let serverSocketId;

chrome.app.runtime.onLaunched.addListener(() => {
  if (serverSocketId !== undefined) return;
  tcpServer.create({ name: 'chat' }, (created) => {
    serverSocketId = created.socketId;
    tcpServer.listen(serverSocketId, ADDRESS, PORT, (result) => {
      if (result < 0) console.error(`Cannot listen on ${ADDRESS}:${PORT}: ${chrome.runtime.lastError.message}`);
      else console.log(`Chatting at http://${ADDRESS}:${PORT}/`);
    });
  });
});

tcpServer.onAccept.addListener((info) => {
  if (info.socketId !== serverSocketId) return;
  clients.set(info.clientSocketId, { bytes: new Bytes(), greeted: false, open: false });
  tcp.setPaused(info.clientSocketId, false);
});

tcp.onReceive.addListener(async (info) => {
  const client = clients.get(info.socketId);
  if (client === undefined) return;
  client.bytes.add(info.data);
  try {
    if (client.open) hear(info.socketId, client);
    else if (!client.greeted) await greet(info.socketId, client);
  } catch (error) {
    console.warn(`a client is sent away: ${error.message}`);
    hangUp(info.socketId);
  }
});

tcp.onReceiveError.addListener((info) => hangUp(info.socketId));

async function greet(socketId, client) {
  const head = takeHead(client.bytes);
  if (head === null) return;
  client.greeted = true; // What comes while the answer is made waits in its bytes.
  const key = head.headers.get('sec-websocket-key');
  if (key !== undefined) {
    tcp.send(socketId, await accepting(key), () => {});
    client.open = true;
    console.log(`${count()} in the chat`);
    hear(socketId, client); // What it said without waiting for the answer.
    return;
  }
  const [file, type] = FILES.get(head.path) || [];
  const body = file === undefined ? new ArrayBuffer(0) : await (await fetch(`www/${file}`)).arrayBuffer();
  const answer = `HTTP/1.1 ${file === undefined ? '404 Not Found' : '200 OK'}\r\nContent-Type: ${type || 'text/plain'}\r\n` +
    `Content-Length: ${body.byteLength}\r\nConnection: close\r\n\r\n`;
  tcp.send(socketId, encode(answer), () => {});
  tcp.send(socketId, body, () => hangUp(socketId));
}

function hear(socketId, client) {
  for (const { opcode, payload } of takeFrames(client.bytes)) {
    if (opcode === TEXT) say(payload);
    else if (opcode === PING) tcp.send(socketId, frame(PONG, payload), () => {});
    else if (opcode === CLOSE) tcp.send(socketId, frame(CLOSE, payload), () => hangUp(socketId));
  }
}

function say(payload) {
  const data = frame(TEXT, payload);
  for (const [socketId, client] of clients) {
    if (client.open) tcp.send(socketId, data, (info) => info.resultCode < 0 && hangUp(socketId));
  }
}

function count() {
  return [...clients.values()].filter((client) => client.open).length;
}

function hangUp(socketId) {
  if (!clients.delete(socketId)) return;
  tcp.close(socketId);
  console.log(`${count()} in the chat`);
}
