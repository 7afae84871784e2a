// The little of HTTP and of RFC 6455 that a WebSocket server needs. Nothing here knows of sockets.
'use strict';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const MAX_HEAD = 16384;
const MAX_MESSAGE = 65535;

/** Collects bytes, and gives them back in the pieces that are asked for. */
class Bytes {
  constructor() {
    this.data = new Uint8Array(0);
  }

  add(buffer) {
    const more = new Uint8Array(this.data.length + buffer.byteLength);
    more.set(this.data);
    more.set(new Uint8Array(buffer), this.data.length);
    this.data = more;
  }

  take(length) {
    const taken = this.data.slice(0, length);
    this.data = this.data.slice(length);
    return taken;
  }
}

/** The head of a request that is whole: `{path, headers}`; `null` while it is not. Throws when it is no request. */
function takeHead(bytes) {
  const text = String.fromCharCode(...bytes.data.subarray(0, MAX_HEAD));
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) {
    if (text.length === MAX_HEAD) throw new Error('the head is too long');
    return null;
  }
  bytes.take(end + 4);
  const [first, ...lines] = text.slice(0, end).split('\r\n');
  const request = /^GET (\S+) HTTP\/1\.1$/.exec(first);
  if (request === null) throw new Error('not a GET');
  const headers = new Map(lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { path: request[1], headers };
}

/** The answer that turns a connection into a WebSocket. */
async function accepting(key) {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + GUID));
  const accept = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return encode(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** The frames that are whole now: `{opcode, payload}`. Throws when a client breaks the protocol. */
function takeFrames(bytes) {
  const frames = [];
  for (;;) {
    const { data } = bytes;
    if (data.length < 2) return frames;
    if ((data[0] & 0x70) !== 0 || (data[1] & 0x80) === 0) throw new Error('a client masks, and has no extensions');
    if ((data[0] & 0x80) === 0) throw new Error('messages in fragments are not for this example');
    let length = data[1] & 0x7f;
    if (length === 127) throw new Error(`a message of more than ${MAX_MESSAGE} bytes`);
    const start = length === 126 ? 4 : 2;
    if (length === 126) {
      if (data.length < start) return frames;
      length = data[2] << 8 | data[3];
    }
    if (data.length < start + 4 + length) return frames;
    const frame = bytes.take(start + 4 + length);
    const mask = frame.subarray(start, start + 4);
    const payload = frame.subarray(start + 4).map((byte, index) => byte ^ mask[index % 4]);
    frames.push({ opcode: frame[0] & 0x0f, payload });
  }
}

/** One frame from the server, which does not mask. */
function frame(opcode, payload) {
  const long = payload.length > 125;
  const bytes = new Uint8Array((long ? 4 : 2) + payload.length);
  bytes[0] = 0x80 | opcode;
  bytes[1] = long ? 126 : payload.length;
  if (long) new DataView(bytes.buffer).setUint16(2, payload.length);
  bytes.set(payload, long ? 4 : 2);
  return bytes.buffer;
}

function encode(text) {
  return new TextEncoder().encode(text).buffer;
}
