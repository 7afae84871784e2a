// Takes jobs, a JSON line each, from the bench's control port, and answers each with a JSON line.
// It uses nothing but the public API, so the same files run in every face that is measured.
'use strict';

(() => {
  const tcp = chrome.sockets.tcp;
  const call = (f, ...args) => new Promise((resolve) => f(...args, resolve));

  const run = async ({ api, name, scale }) => {
    const measure = api === 'direct' ? globalThis.directBench : globalThis.socketsBench;
    try {
      return await measure(name, globalThis.benchPorts, scale);
    } catch (error) {
      return { error: String(error && error.stack || error) };
    }
  };

  const take = async (port) => {
    const { socketId } = await call(tcp.create, { name: 'control', bufferSize: 65536 });
    const decoder = new TextDecoder();
    let text = '';
    const answer = (value) =>
      call(tcp.send, socketId, new TextEncoder().encode(`${JSON.stringify(value)}\n`).buffer);
    tcp.onReceive.addListener(async (info) => {
      if (info.socketId !== socketId) return;
      text += decoder.decode(info.data, { stream: true });
      for (let end; (end = text.indexOf('\n')) >= 0;) {
        const job = JSON.parse(text.slice(0, end));
        text = text.slice(end + 1);
        await answer({ id: job.id, ...await run(job) });
      }
    });
    const result = await call(tcp.connect, socketId, '127.0.0.1', port);
    if (result !== 0) throw new Error(`no control port: ${result}`);
    await answer({ hello: navigator.userAgent });
  };

  chrome.app.runtime.onLaunched.addListener(async () => {
    if (chrome.app.window) chrome.app.window.create('index.html');
    const config = await (await fetch('config.json')).json();
    globalThis.benchPorts = config.ports;
    await take(config.control);
  });
})();
