// A chat by multicast: join a group, send to it, hear what others send.
'use strict';

const GROUP = '239.255.77.77';
const PORT = 7777;
const byId = (id) => document.getElementById(id);
const udp = chrome.sockets.udp;
let socketId;

function show(name, text) {
  const line = document.createElement('li');
  const who = document.createElement('b');
  who.textContent = name; // Text nodes only: what comes from the network is not to be trusted.
  line.append(who, text);
  byId('said').append(line);
  line.scrollIntoView();
}

function fail(step) {
  if (!chrome.runtime.lastError) return false;
  byId('state').textContent = `${step} failed: ${chrome.runtime.lastError.message}`;
  return true;
}

udp.onReceive.addListener((info) => {
  if (info.socketId !== socketId) return;
  try {
    const { name, text } = JSON.parse(new TextDecoder().decode(info.data));
    show(String(name).slice(0, 20) || info.remoteAddress, String(text).slice(0, 400));
  } catch (error) {
    console.warn(`${info.remoteAddress} sent what is not chat`);
  }
});

udp.create({ name: 'chat' }, (info) => {
  socketId = info.socketId;
  udp.setMulticastTimeToLive(socketId, 1, () => {
    udp.setMulticastLoopbackMode(socketId, true, () => {
      udp.bind(socketId, '0.0.0.0', PORT, () => {
        if (fail('Binding')) return;
        udp.joinGroup(socketId, GROUP, () => {
          if (!fail('Joining')) byId('state').textContent = `in ${GROUP}:${PORT}`;
        });
      });
    });
  });
});

chrome.storage.local.get({ name: '' }, (items) => {
  byId('name').value = items.name;
});

byId('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = byId('name').value.trim();
  const text = byId('text').value.trim();
  if (!text) return;
  chrome.storage.local.set({ name });
  const data = new TextEncoder().encode(JSON.stringify({ name, text })).buffer;
  udp.send(socketId, data, GROUP, PORT, () => fail('Sending'));
  byId('text').value = '';
});
