// Runs in the browser of whoever opens the page; it is no part of the app itself.
'use strict';

const socket = new WebSocket(`ws://${location.host}/chat`);
const show = (text) => {
  const line = document.createElement('li');
  line.textContent = text; // A text node: what comes from the network is not to be trusted.
  document.getElementById('said').append(line);
};
socket.onopen = () => show('You are in. Open this page once more to talk to yourself.');
socket.onmessage = (event) => show(event.data);
socket.onclose = () => show('The server is gone.');
document.getElementById('say').onsubmit = (event) => {
  event.preventDefault();
  const text = document.getElementById('text');
  if (text.value) socket.send(text.value);
  text.value = '';
};
