// A printer as the network sees one: it takes what comes on port 9100, a job a connection.
'use strict';

const PORT = 9100;
const jobs = new Map(); // clientSocketId -> {decoder, lines, rest}
const state = document.getElementById('state');
const paper = document.getElementById('paper');
let printed = 0;
let serverSocketId;

function print(line) {
  paper.textContent += `${line}\n`;
  paper.scrollTop = paper.scrollHeight;
  console.log(line);
}

function take(job, text) {
  const lines = (job.rest + text).split(/\r\n|\n|\f/);
  job.rest = lines.pop();
  for (const line of lines) print(line);
}

function finish(socketId) {
  const job = jobs.get(socketId);
  if (!job) return;
  jobs.delete(socketId);
  take(job, `${job.decoder.decode()}${job.rest ? '\n' : ''}`);
  printed += 1;
  print('- - - - - - - - - - - - - - -');
  state.textContent = `${printed} printed, ${jobs.size} printing`;
  chrome.sockets.tcp.close(socketId);
}

chrome.sockets.tcpServer.onAccept.addListener((info) => {
  if (info.socketId !== serverSocketId) return;
  jobs.set(info.clientSocketId, { decoder: new TextDecoder(), rest: '' });
  state.textContent = `${printed} printed, ${jobs.size} printing`;
  chrome.sockets.tcp.setPaused(info.clientSocketId, false);
});

chrome.sockets.tcp.onReceive.addListener((info) => {
  const job = jobs.get(info.socketId);
  if (job) take(job, job.decoder.decode(info.data, { stream: true }));
});

chrome.sockets.tcp.onReceiveError.addListener((info) => finish(info.socketId));

chrome.sockets.tcpServer.create({ name: 'printer' }, (createInfo) => {
  serverSocketId = createInfo.socketId;
  chrome.sockets.tcpServer.listen(serverSocketId, '0.0.0.0', PORT, (result) => {
    state.textContent = result < 0
      ? `cannot listen on port ${PORT}: ${chrome.runtime.lastError.message}`
      : `ready on port ${PORT}`;
    if (result === 0) console.log(`Printing what comes on port ${PORT}`);
  });
});

document.getElementById('tear').addEventListener('click', () => {
  paper.textContent = '';
});
