// What a bare WebSocket of this browser does, in a page or in a worker:
//   await bareBench(name, {base, websockify}, scale)
// "bare:rtt:SIZE:WINDOW" and "bare:recv:MESSAGE" speak with the bench's own server; "websockify:rtt:SIZE:WINDOW" and
// "websockify:recv" go through websockify to the peer that the other faces use.
'use strict';

(() => {
  const connect = (url) => new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`no WebSocket at ${url}`));
  });
  const rate = (n, t) => {
    const s = (performance.now() - t) / 1000;
    return { per_s: +(n / s).toFixed(1), n, seconds: +s.toFixed(3) };
  };
  const shut = (socket) => new Promise((resolve) => { socket.onclose = resolve; socket.close(); });

  const rtt = async (socket, size, window, n) => {
    const data = new Uint8Array(size).fill(120);
    const run = (total) => new Promise((resolve) => {
      let begun = 0, done = 0, got = 0;
      const go = () => { begun++; socket.send(data); };
      socket.onmessage = (event) => {
        for (got += event.data.byteLength; got >= size; got -= size) {
          if (begun < total) go();
          if (++done >= total) resolve();
        }
      };
      while (begun < Math.min(window, total)) go();
    });
    await run(Math.min(200, n));
    const t = performance.now();
    await run(n);
    const figures = rate(n, t);
    await shut(socket);
    return figures;
  };

  const recv = async (socket, bytes) => {
    const ask = new ArrayBuffer(8);
    new DataView(ask).setBigUint64(0, BigInt(bytes));
    let got = 0, events = 0, sum = 0;
    const t = performance.now();
    await new Promise((resolve) => {
      socket.onmessage = (event) => {
        got += event.data.byteLength;
        events++;
        sum = (sum + new Uint8Array(event.data)[0]) >>> 0;
        if (got >= bytes) resolve();
      };
      socket.send(ask);
    });
    const s = (performance.now() - t) / 1000;
    await shut(socket);
    return { MB_per_s: +(bytes / 1e6 / s).toFixed(2), MiB: bytes / 1048576, seconds: +s.toFixed(3), events };
  };

  globalThis.bareBench = async (name, { base, websockify }, scale) => {
    const N = (x) => Math.max(1, Math.round(x * scale));
    const [from, kind, ...words] = name.split(':');
    const num = words.map(Number);
    const bare = from === 'bare';
    switch (kind) {
      case 'rtt': {
        const url = bare ? `${base}/echo` : `ws://127.0.0.1:${websockify.echo}/`;
        return rtt(await connect(url), num[0], num[1], N(5000));
      }
      case 'recv': {
        const url = bare ? `${base}/source/${num[0]}` : `ws://127.0.0.1:${websockify.source}/`;
        return recv(await connect(url), N(268435456));
      }
      default: throw new Error(`no measurement ${name}`);
    }
  };

  if (typeof WorkerGlobalScope !== 'undefined') {
    globalThis.onmessage = async ({ data: [name, where, scale] }) => {
      postMessage(await bareBench(name, where, scale).catch((error) => ({ error: String(error) })));
    };
  }
})();
