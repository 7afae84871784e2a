// A page with nothing between the pipe and one listener: answers each record with one of 64 bytes. Says on
// standard error when it begins to count, and how many that were a second; goes on until it is ended.
//
//   deno run relay_page.js N SECONDS

import net from 'node:net';

const [count, seconds] = Deno.args.map(Number);
const FRAME = 5;
const RECORD = 9;
const memory = new Uint8Array(1 << 20);
const view = new DataView(memory.buffer);
const out = new Uint8Array(1 << 20);
const outView = new DataView(out.buffer);
const payload = new Uint8Array(64).fill(120).buffer;
const write = Deno.stdout.writeSync.bind(Deno.stdout);
let held = 0;
let end = FRAME;
let received = 0;

function send(socketId, data) {
  out[end] = 1;
  outView.setUint32(end + 1, socketId, true);
  outView.setUint32(end + 5, data.byteLength, true);
  out.set(new Uint8Array(data), end + RECORD);
  end += RECORD + data.byteLength;
}

function flush() {
  if (end === FRAME) return;
  out[0] = 1;
  outView.setUint32(1, end - FRAME, true);
  out[end] = 10;
  for (let at = 0; at <= end;) at += write(out.subarray(at, end + 1));
  end = FRAME;
}

function onReceive({ socketId }) {
  received++;
  send(socketId, payload);
}

function take(chunk) {
  memory.set(chunk, held);
  held += chunk.length;
  let at = 0;
  while (held - at >= FRAME) {
    const stop = at + FRAME + view.getUint32(at + 1, true);
    if (held < stop) break;
    for (let record = at + FRAME; record < stop;) {
      const data = record + RECORD;
      const size = view.getUint32(record + 5, true);
      onReceive({ socketId: view.getUint32(record + 1, true), data: memory.slice(data, data + size).buffer });
      record = data + size;
    }
    at = stop;
  }
  memory.copyWithin(0, at, held);
  held -= at;
  flush();
}

const buffer = new Uint8Array(256 << 10);
const callback = (length) => {
  take(buffer.subarray(0, length));
  return true;
};
new net.Socket({ fd: 0, readable: true, writable: false, onread: { buffer, callback } });
for (let id = 0; id < count; id++) send(id, payload);
flush();
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// Processes start late on a busy machine, and the first exchanges are slow.
for (const latest = performance.now() + 30_000; received < 200 * count; await wait(20)) {
  if (performance.now() > latest) throw new Error('nothing is relayed');
}
const before = received;
const begin = performance.now();
console.error('begin');
await wait(seconds * 1000);
console.error((received - before) / (performance.now() - begin) * 1000);
