// A TCP client: create, connect, listen to onReceive, send, disconnect.
'use strict';

const byId = (id) => document.getElementById(id);
const decoder = new TextDecoder();
let socketId;

function show(text) {
  byId('screen').textContent += text;
  byId('screen').scrollTop = byId('screen').scrollHeight;
}

function setConnected(connected, why) {
  byId('state').textContent = why;
  byId('connect').textContent = connected ? 'Disconnect' : 'Connect';
  byId('line').disabled = byId('send').disabled = !connected;
}

function disconnect(why) {
  if (socketId === undefined) return;
  chrome.sockets.tcp.close(socketId);
  socketId = undefined;
  setConnected(false, why);
}

chrome.sockets.tcp.onReceive.addListener((info) => {
  if (info.socketId === socketId) show(decoder.decode(info.data, { stream: true }));
});

chrome.sockets.tcp.onReceiveError.addListener((info) => {
  if (info.socketId === socketId) disconnect(`closed by the other side (${info.resultCode})`);
});

byId('where').addEventListener('submit', (event) => {
  event.preventDefault();
  if (socketId !== undefined) {
    disconnect('disconnected');
    return;
  }
  const host = byId('host').value.trim();
  const port = Number(byId('port').value);
  chrome.sockets.tcp.create({ name: 'client' }, (createInfo) => {
    socketId = createInfo.socketId;
    chrome.sockets.tcp.connect(socketId, host, port, (result) => {
      if (chrome.runtime.lastError) {
        disconnect(chrome.runtime.lastError.message);
        return;
      }
      setConnected(result === 0, `connected to ${host}:${port}`);
      byId('line').focus();
    });
  });
});

byId('what').addEventListener('submit', (event) => {
  event.preventDefault();
  const line = byId('line').value;
  chrome.sockets.tcp.send(socketId, new TextEncoder().encode(`${line}\r\n`).buffer, (sendInfo) => {
    if (chrome.runtime.lastError || sendInfo.resultCode < 0) disconnect('sending failed');
  });
  byId('line').value = '';
});
