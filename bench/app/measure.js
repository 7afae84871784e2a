// Measurements of a chrome.sockets implementation, written against the public API only, so
// the same file runs in Chromium's own background page and in any other implementation.
// Usage: await socketsBench("rtt:64", ports, scale), which gives one object of figures.
// Callbacks (not promises) are used throughout.
(() => {
const call = (f, ...a) => new Promise((res, rej) => f(...a, (r) => {
  const e = chrome.runtime && chrome.runtime.lastError;
  e ? rej(new Error(e.message)) : res(r);
}));
const tcp = chrome.sockets.tcp, udp = chrome.sockets.udp, srv = chrome.sockets.tcpServer;
const HOST = "127.0.0.1";
const u64 = (n) => { const b = new ArrayBuffer(8); new DataView(b).setBigUint64(0, BigInt(n)); return b; };

// One listener for each event for the whole page, with a table of handlers.
const onData = new Map(), onErr = new Map(), onDgram = new Map();
let acceptHandler = null;
const unheard = {tcp: 0, err: 0, udp: 0};
tcp.onReceive.addListener((i) => { const h = onData.get(i.socketId); h ? h(i) : unheard.tcp++; });
tcp.onReceiveError.addListener((i) => { const h = onErr.get(i.socketId); h ? h(i) : unheard.err++; });
udp.onReceive.addListener((i) => { const h = onDgram.get(i.socketId); h ? h(i) : unheard.udp++; });
srv.onAccept.addListener((i) => acceptHandler && acceptHandler(i));

async function open(port, props = {}) {
  const {socketId} = await call(tcp.create, props);
  const rc = await call(tcp.connect, socketId, HOST, port);
  if (rc !== 0) throw new Error("connect " + rc);
  return socketId;
}
async function shut(id) { onData.delete(id); onErr.delete(id); await call(tcp.close, id); }
function quantiles(us) {
  us.sort((a, b) => a - b);
  const q = (p) => +us[Math.min(us.length - 1, Math.floor(p * us.length))].toFixed(1);
  return {p50_us: q(0.5), p99_us: q(0.99)};
}

// Sequential request/response over one socket.
async function rtt(ports, size, n) {
  const id = await open(ports.echo);
  await call(tcp.setNoDelay, id, true);
  const buf = new Uint8Array(size).fill(120).buffer;
  const us = [];
  const run = (count, record) => new Promise((res, rej) => {
    let done = 0, got = 0, t0 = 0;
    const go = () => { t0 = performance.now(); tcp.send(id, buf, () => {}); };
    onErr.set(id, (i) => rej(new Error("receive error " + i.resultCode)));
    onData.set(id, (i) => {
      got += i.data.byteLength;
      if (got < size) return;
      got -= size;
      if (record) us.push((performance.now() - t0) * 1000);
      ++done < count ? go() : res();
    });
    go();
  });
  await run(Math.min(200, n), false);
  const t = performance.now();
  await run(n, true);
  const s = (performance.now() - t) / 1000;
  await shut(id);
  return {per_s: +(n / s).toFixed(1), n, seconds: +s.toFixed(3), ...quantiles(us)};
}

// Like rtt, but the next request also waits for send's own callback.
async function rttAwaited(ports, size, n) {
  const id = await open(ports.echo);
  await call(tcp.setNoDelay, id, true);
  const buf = new Uint8Array(size).fill(120).buffer;
  let wake;
  onData.set(id, () => wake());
  const once = async () => {
    const got = new Promise((r) => { wake = r; });
    await Promise.all([call(tcp.send, id, buf), got]);
  };
  for (let i = 0; i < Math.min(200, n); i++) await once();
  const t = performance.now();
  for (let i = 0; i < n; i++) await once();
  const s = (performance.now() - t) / 1000;
  await shut(id);
  return {per_s: +(n / s).toFixed(1), n, seconds: +s.toFixed(3)};
}

// Bulk receive; bufferSize 0 means: not given.
async function recv(ports, bufferSize, bytes) {
  const id = await open(ports.source, bufferSize ? {bufferSize} : {});
  let got = 0, events = 0, biggest = 0, first = 0, sum = 0;
  const t = performance.now();
  const end = new Promise((res, rej) => {
    onErr.set(id, (i) => got >= bytes ? res() : rej(new Error("receive error " + i.resultCode + " at " + got)));
    onData.set(id, (i) => {
      if (!first) first = performance.now();
      const n = i.data.byteLength;
      got += n; events++;
      if (n > biggest) biggest = n;
      sum = (sum + new Uint8Array(i.data)[0]) >>> 0;
      if (got >= bytes) res();
    });
  });
  await call(tcp.send, id, u64(bytes));
  await end;
  const s = (performance.now() - t) / 1000;
  await shut(id);
  return {MB_per_s: +(bytes / 1e6 / s).toFixed(2), MiB: bytes / 1048576, seconds: +s.toFixed(3), events,
          events_per_s: Math.round(events / s), biggest_event: biggest};
}

// Bulk send in pieces of `piece` bytes with `depth` sends under way; ends on the peer's word.
async function send(ports, piece, depth, bytes) {
  const id = await open(ports.sink);
  const acked = new Promise((res, rej) => {
    onErr.set(id, (i) => rej(new Error("receive error " + i.resultCode)));
    onData.set(id, () => res());
  });
  await call(tcp.send, id, u64(bytes));
  const buf = new Uint8Array(piece).fill(7).buffer;
  let left = bytes, short = 0, sends = 0;
  const t = performance.now();
  const lane = async () => {
    while (left > 0) {
      const want = Math.min(piece, left);
      left -= want;
      const part = want === piece ? buf : buf.slice(0, want);
      const r = await call(tcp.send, id, part);
      sends++;
      if (r.resultCode !== 0) throw new Error("send " + r.resultCode);
      if (r.bytesSent !== want) short++;
    }
  };
  await Promise.all(Array.from({length: depth}, lane));
  await acked;
  const s = (performance.now() - t) / 1000;
  await shut(id);
  return {MB_per_s: +(bytes / 1e6 / s).toFixed(2), MiB: bytes / 1048576, seconds: +s.toFixed(3), sends, short_sends: short};
}

// UDP: sequential (window 1) or windowed datagram round trips.
async function dgram(ports, size, window, n) {
  const {socketId: id} = await call(udp.create, {});
  const rc = await call(udp.bind, id, HOST, 0);
  if (rc !== 0) throw new Error("bind " + rc);
  const buf = new Uint8Array(size).fill(120).buffer;
  let sent = 0, got = 0;
  const tryUntil = (count) => new Promise((res, rej) => {
    const base = got;
    let last = performance.now();
    const guard = setInterval(() => {
      if (performance.now() - last > 2000) { clearInterval(guard); res(false); }
    }, 250);
    const go = () => { sent++; udp.send(id, buf, HOST, ports.udp, () => {}); };
    const goal = sent + count;
    onDgram.set(id, () => {
      got++; last = performance.now();
      if (got - base >= count) { clearInterval(guard); res(true); return; }
      if (sent < goal) go();
    });
    for (let i = 0; i < Math.min(window, count); i++) go();
  });
  await tryUntil(Math.min(200, n));
  const before = got, t = performance.now();
  const whole = await tryUntil(n);
  let s = (performance.now() - t) / 1000;
  if (!whole) s -= 2;
  onDgram.delete(id);
  await call(udp.close, id);
  return {per_s: +((got - before) / s).toFixed(1), n, received: got - before, seconds: +s.toFixed(3)};
}

// tcpServer: how many short connections a second are accepted and answered.
// mode "close": close the accepted socket at once; mode "echo": wait for 1 byte, send it back.
async function accept(ports, mode, parallel, n) {
  const {socketId: sid} = await call(srv.create, {});
  const rc = await call(srv.listen, sid, HOST, 0, 128);
  if (rc !== 0) throw new Error("listen " + rc);
  const port = (await call(srv.getInfo, sid)).localPort;
  let accepted = 0;
  acceptHandler = (i) => {
    accepted++;
    const id = i.clientSocketId;
    if (mode === "close") { tcp.close(id, () => {}); return; }
    onData.set(id, (d) => tcp.send(id, d.data, () => {}));
    onErr.set(id, () => { onData.delete(id); onErr.delete(id); tcp.close(id, () => {}); });
    tcp.setPaused(id, false, () => {});
  };
  const ctl = await open(ports.flood);
  const answer = new Promise((res, rej) => {
    let text = "";
    onErr.set(ctl, (i) => rej(new Error("control " + i.resultCode)));
    onData.set(ctl, (i) => { text += new TextDecoder().decode(i.data); if (text.endsWith("\n")) res(JSON.parse(text)); });
  });
  const job = JSON.stringify({port, count: n, parallel, mode}) + "\n";
  await call(tcp.send, ctl, new TextEncoder().encode(job).buffer);
  const a = await answer;
  await shut(ctl);
  await new Promise((r) => setTimeout(r, 300));
  acceptHandler = null;
  await call(srv.close, sid);
  return {per_s: +(a.ok / a.seconds).toFixed(1), accepted, ok: a.ok, errors: a.errors, seconds: +a.seconds.toFixed(3)};
}

// Client side connect rate: create, connect, close, one after another.
async function connectRate(ports, n) {
  const t = performance.now();
  for (let i = 0; i < n; i++) await shut(await open(ports.echo));
  const s = (performance.now() - t) / 1000;
  return {per_s: +(n / s).toFixed(1), n, seconds: +s.toFixed(3)};
}

// The cost of a call that touches no network.
async function callRate(n) {
  const {socketId} = await call(tcp.create, {});
  const t = performance.now();
  for (let i = 0; i < n; i++) await call(tcp.getInfo, socketId);
  const s = (performance.now() - t) / 1000;
  await call(tcp.close, socketId);
  return {per_s: +(n / s).toFixed(1), n, seconds: +s.toFixed(3)};
}

// Round trips in all over many sockets at once, one under way on each.
async function many(ports, count, size, n) {
  const ids = [];
  for (let i = 0; i < count; i++) ids.push(await open(ports.echo));
  const buf = new Uint8Array(size).fill(120).buffer;
  let begun = 0, done = 0;
  const run = (total) => new Promise((res, rej) => {
    begun = done = 0;
    const go = (id) => { begun++; tcp.send(id, buf, () => {}); };
    for (const id of ids) {
      let got = 0;
      onErr.set(id, (i) => rej(new Error("receive error " + i.resultCode)));
      onData.set(id, (i) => {
        got += i.data.byteLength;
        if (got < size) return;
        got -= size;
        done++;
        if (begun < total) go(id);
        else if (done >= total) res();
      });
    }
    for (const id of ids.slice(0, total)) go(id);
  });
  await run(2 * count);
  const t = performance.now();
  await run(n);
  const s = (performance.now() - t) / 1000;
  for (const id of ids) await shut(id);
  return {per_s: +(n / s).toFixed(1), n, sockets: count, seconds: +s.toFixed(3)};
}

// A chatty app: receives in default pieces, pauses and asks between the reads, forwards each piece.
async function chatty(ports, bytes) {
  const from = await open(ports.source), to = await open(ports.sink);
  let got = 0, calls = 0;
  const acked = new Promise((res, rej) => {
    onErr.set(to, (i) => rej(new Error("receive error " + i.resultCode)));
    onData.set(to, () => res());
  });
  await call(tcp.send, to, u64(bytes));
  const t = performance.now();
  onErr.set(from, () => {});
  onData.set(from, (i) => {
    got += i.data.byteLength;
    calls++;
    tcp.send(to, i.data, () => {});
    if (calls % 8 === 0) {
      tcp.setPaused(from, true, () => tcp.getInfo(from, () => tcp.setPaused(from, false, () => {})));
    }
  });
  await call(tcp.send, from, u64(bytes));
  await acked;
  const s = (performance.now() - t) / 1000;
  await shut(from);
  await shut(to);
  return {MB_per_s: +(bytes / 1e6 / s).toFixed(2), MiB: bytes / 1048576, seconds: +s.toFixed(3), sends: calls};
}

// Opens idle sockets and leaves them open, so that memory can be read from outside; idle:0 closes them.
const idleIds = [];
async function idle(ports, count) {
  while (idleIds.length > count) await call(tcp.close, idleIds.pop());
  while (idleIds.length < count) idleIds.push(await open(ports.echo));
  return {sockets: idleIds.length};
}

// Peers flood many sockets while this page does not take anything in; memory is read from outside meanwhile.
async function stuffed(ports, count, ms) {
  const ids = [];
  for (let i = 0; i < count; i++) ids.push(await open(ports.source));
  const flooded = new Promise((res) => {
    const heard = new Set();
    for (const id of ids) {
      onErr.set(id, () => {});
      onData.set(id, () => { if (heard.add(id).size === count) res(); });
    }
  });
  for (const id of ids) await call(tcp.send, id, u64(2 ** 40));
  await flooded;
  for (const until = performance.now() + ms; performance.now() < until;);
  for (const id of ids) await shut(id);
  return {sockets: count, ms};
}

globalThis.socketsBench = async (name, ports, scale = 1) => {
  const N = (x) => Math.max(1, Math.round(x * scale));
  const [kind, ...a] = name.split(":");
  const num = a.map((x) => +x);
  switch (kind) {
    case "call": return callRate(N(5000));
    case "rtt": return rtt(ports, num[0], N(5000));
    case "rttawait": return rttAwaited(ports, num[0], N(5000));
    case "recv": return recv(ports, num[0], N(num[1] || 268435456));
    case "send": return send(ports, num[0], num[1], N(num[2] || 268435456));
    case "udp": return dgram(ports, num[0], num[1], N(5000));
    case "accept": return accept(ports, a[0], num[1], N(2000));
    case "connect": return connectRate(ports, N(1000));
    case "many": return many(ports, num[0], num[1], N(20000));
    case "stuffed": return stuffed(ports, num[0], num[1]);
    case "chatty": return chatty(ports, N(num[0] || 209715200));
    case "idle": return idle(ports, num[0]);
    default: throw new Error("no measurement " + name);
  }
};
globalThis.socketsBench.unheard = unheard;
return "ready";
})()
