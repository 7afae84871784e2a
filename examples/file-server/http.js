// The little of HTTP/1.1 that a file server needs: a request's head in, an answer's bytes out.
'use strict';

const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

const MAX_HEAD = 16384;

/** Collects what a connection sends until the blank line that ends a request's head. */
class RequestReader {
  constructor() {
    this.text = '';
    this.decoder = new TextDecoder('latin1');
  }

  /** Returns the requests that are complete now: {method, path, keepAlive}, or {bad: true}. */
  feed(data) {
    this.text += this.decoder.decode(data, { stream: true });
    const requests = [];
    for (;;) {
      const end = this.text.indexOf('\r\n\r\n');
      if (end < 0) break;
      requests.push(RequestReader.parse(this.text.slice(0, end)));
      this.text = this.text.slice(end + 4);
    }
    if (this.text.length > MAX_HEAD) requests.push({ bad: true });
    return requests;
  }

  static parse(head) {
    const lines = head.split('\r\n');
    const match = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(lines[0]);
    if (!match) return { bad: true };
    const wish = lines.find((line) => /^connection:/i.test(line)) || '';
    const keepAlive = match[3] === '1' ? !/close/i.test(wish) : /keep-alive/i.test(wish);
    return { method: match[1], path: match[2].split('?')[0], keepAlive };
  }
}

/** Builds one answer: status line, headers and body in a single buffer. */
function buildAnswer(status, type, body, keepAlive, withBody) {
  const head = new TextEncoder().encode(
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.byteLength}\r\n` +
      `Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\nX-Content-Type-Options: nosniff\r\n\r\n`,
  );
  const answer = new Uint8Array(head.length + (withBody ? body.byteLength : 0));
  answer.set(head);
  if (withBody) answer.set(new Uint8Array(body), head.length);
  return answer.buffer;
}
