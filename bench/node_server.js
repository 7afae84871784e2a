// node's net as a server that is measured: node node_server.js echo|sink. Prints its port.
'use strict';

const echo = process.argv[2] === 'echo';
const server = require('net').createServer({ allowHalfOpen: false }, (socket) => {
  socket.on('data', echo ? (data) => socket.write(data) : () => {});
  socket.on('error', () => {});
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));
