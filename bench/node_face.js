// The measurements of app/measure.js, made with node's own net and dgram: the same names, the same answers.
// node node_face.js PORTS-JSON CONTROL-PORT
'use strict';

const net = require('net');
const dgram = require('dgram');
const readline = require('readline');

const HOST = '127.0.0.1';
const ports = JSON.parse(process.argv[2]);
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
const rate = (n, t, more) => {
  const s = (performance.now() - t) / 1000;
  return { per_s: +(n / s).toFixed(1), n, seconds: +s.toFixed(3), ...more };
};
const bulk = (bytes, t, more) => {
  const s = (performance.now() - t) / 1000;
  return { MB_per_s: +(bytes / 1e6 / s).toFixed(2), MiB: bytes / 1048576, seconds: +s.toFixed(3), ...more };
};
const open = (port) => new Promise((resolve, reject) => {
  const socket = net.connect(port, HOST, () => { socket.setNoDelay(true); resolve(socket); });
  socket.on('error', reject);
});
const shut = (socket) => new Promise((resolve) => { socket.once('close', resolve); socket.destroy(); });

async function many(count, size, n) {
  const sockets = [];
  for (let i = 0; i < count; i++) sockets.push(await open(ports.echo));
  const data = Buffer.alloc(size, 120);
  const run = (total) => new Promise((resolve) => {
    let begun = 0, done = 0;
    for (const socket of sockets) {
      let got = 0;
      socket.removeAllListeners('data').on('data', (piece) => {
        got += piece.length;
        if (got < size) return;
        got -= size;
        done++;
        if (begun < total) { begun++; socket.write(data); } else if (done >= total) resolve();
      });
    }
    for (const socket of sockets.slice(0, total)) { begun++; socket.write(data); }
  });
  await run(2 * count);
  const t = performance.now();
  await run(n);
  const figures = rate(n, t, { sockets: count });
  await Promise.all(sockets.map(shut));
  return figures;
}

async function recv(bytes) {
  const socket = await open(ports.source);
  const t = performance.now();
  await new Promise((resolve) => {
    let got = 0;
    socket.on('data', (piece) => { got += piece.length; if (got >= bytes) resolve(); });
    socket.write(u64(bytes));
  });
  const figures = bulk(bytes, t);
  await shut(socket);
  return figures;
}

async function send(piece, depth, bytes) {
  const socket = await open(ports.sink);
  const acked = new Promise((resolve) => socket.on('data', resolve));
  socket.write(u64(bytes));
  const data = Buffer.alloc(piece, 7);
  let left = bytes;
  const t = performance.now();
  const lane = async () => {
    while (left > 0) {
      const want = Math.min(piece, left);
      left -= want;
      await new Promise((resolve) => socket.write(want === piece ? data : data.subarray(0, want), resolve));
    }
  };
  await Promise.all(Array.from({ length: depth }, lane));
  await acked;
  const figures = bulk(bytes, t);
  await shut(socket);
  return figures;
}

async function udp(size, window, n) {
  const socket = dgram.createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, HOST, resolve));
  const data = Buffer.alloc(size, 120);
  const run = (total) => new Promise((resolve) => {
    let sent = 0, got = 0;
    const go = () => { sent++; socket.send(data, ports.udp, HOST); };
    socket.removeAllListeners('message').on('message', () => {
      if (++got >= total) resolve(); else if (sent < total) go();
    });
    for (let i = 0; i < Math.min(window, total); i++) go();
  });
  await run(200);
  const t = performance.now();
  await run(n);
  const figures = rate(n, t);
  socket.close();
  return figures;
}

async function accept(mode, parallel, n) {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    if (mode === 'close') socket.destroy();
    else socket.on('data', (data) => socket.write(data));
  });
  await new Promise((resolve) => server.listen(0, HOST, 128, resolve));
  const control = await open(ports.flood);
  const answer = new Promise((resolve) => readline.createInterface(control).once('line', resolve));
  control.write(`${JSON.stringify({ port: server.address().port, count: n, parallel, mode })}\n`);
  const { ok, seconds, errors } = JSON.parse(await answer);
  server.close();
  await shut(control);
  return { per_s: +(ok / seconds).toFixed(1), ok, errors, seconds: +seconds.toFixed(3) };
}

async function connect(n) {
  const t = performance.now();
  for (let i = 0; i < n; i++) await shut(await open(ports.echo));
  return rate(n, t);
}

const idleSockets = [];
async function idle(count) {
  while (idleSockets.length > count) await shut(idleSockets.pop());
  while (idleSockets.length < count) idleSockets.push(await open(ports.echo));
  return { sockets: idleSockets.length };
}

async function measure(name, scale) {
  const N = (x) => Math.max(1, Math.round(x * scale));
  const [kind, ...words] = name.split(':');
  const num = words.map(Number);
  switch (kind) {
    case 'rtt': return many(1, num[0], N(5000));
    case 'many': return many(num[0], num[1], N(20000));
    case 'recv': return recv(N(num[1] || 268435456));
    case 'send': return send(num[0], num[1], N(num[2] || 268435456));
    case 'udp': return udp(num[0], num[1], N(5000));
    case 'accept': return accept(words[0], num[1], N(2000));
    case 'connect': return connect(N(1000));
    case 'idle': return idle(num[0]);
    default: throw new Error(`no measurement ${name}`);
  }
}

const control = net.connect(+process.argv[3], HOST, () => {
  control.write(`${JSON.stringify({ hello: `node ${process.version}` })}\n`);
});
control.on('close', () => process.exit(0));
readline.createInterface(control).on('line', async (line) => {
  const job = JSON.parse(line);
  const answer = await measure(job.name, job.scale).catch((error) => ({ error: String(error) }));
  control.write(`${JSON.stringify({ id: job.id, ...answer })}\n`);
});
