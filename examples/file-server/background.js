// A web server in a Chrome App: chrome.sockets.tcpServer accepts, chrome.sockets.tcp talks.
'use strict';

const ADDRESS = '127.0.0.1';
const PORT = 8080;
const readers = new Map(); // clientSocketId -> RequestReader
let serverSocketId;

chrome.app.runtime.onLaunched.addListener(() => {
  if (serverSocketId !== undefined) return;
  chrome.sockets.tcpServer.create({ name: 'file server' }, (createInfo) => {
    serverSocketId = createInfo.socketId;
    chrome.sockets.tcpServer.listen(serverSocketId, ADDRESS, PORT, (result) => {
      if (result < 0) {
        console.error(`Cannot listen on ${ADDRESS}:${PORT}: ${chrome.runtime.lastError.message}`);
        return;
      }
      console.log(`Serving on http://${ADDRESS}:${PORT}/`);
    });
  });
});

chrome.sockets.tcpServer.onAccept.addListener((info) => {
  if (info.socketId !== serverSocketId) return;
  readers.set(info.clientSocketId, new RequestReader());
  chrome.sockets.tcp.setPaused(info.clientSocketId, false);
});

chrome.sockets.tcp.onReceive.addListener(async (info) => {
  const reader = readers.get(info.socketId);
  if (!reader) return;
  for (const request of reader.feed(info.data)) {
    // One after the other: pipelined requests are answered in their order.
    reader.last = (reader.last || Promise.resolve()).then(() => answer(info.socketId, request));
  }
});

chrome.sockets.tcp.onReceiveError.addListener((info) => hangUp(info.socketId));

async function answer(socketId, request) {
  if (!readers.has(socketId)) return;
  const keepAlive = Boolean(request.keepAlive);
  const [status, type, body] = await lookUp(request);
  console.log(`${request.method || '?'} ${request.path || '?'} ${status}`);
  const data = buildAnswer(status, type, body, keepAlive, request.method !== 'HEAD');
  chrome.sockets.tcp.send(socketId, data, (sendInfo) => {
    if (chrome.runtime.lastError || sendInfo.resultCode < 0 || !keepAlive) hangUp(socketId);
  });
}

async function lookUp(request) {
  const text = (message) => new TextEncoder().encode(`${message}\n`).buffer;
  if (request.bad) return ['400 Bad Request', TYPES.txt, text('This is not HTTP.')];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return ['405 Method Not Allowed', TYPES.txt, text('Only GET and HEAD.')];
  }
  const path = request.path.endsWith('/') ? `${request.path}index.html` : request.path;
  try {
    const url = new URL(chrome.runtime.getURL(`www${path}`));
    // An address is made whole before it is looked at: /%2e%2e/ leads up as /../ does.
    if (!url.pathname.startsWith('/www/')) throw new Error('not one of ours');
    const file = await fetch(url);
    if (!file.ok) throw new Error('no such file');
    const type = TYPES[path.split('.').pop()] || 'application/octet-stream';
    return ['200 OK', type, await file.arrayBuffer()];
  } catch (error) {
    return ['404 Not Found', TYPES.txt, text('No such file.')];
  }
}

function hangUp(socketId) {
  if (readers.delete(socketId)) chrome.sockets.tcp.close(socketId);
}
