// The app that runs programs: it connects to whoever made them, gets a JSON line {programs, quiet, ports} and answers
// with a line of what `interpreter` observed. The programs of one line run side by side.
"use strict";

globalThis.runPrograms = (port, interpreter) => {
  const { tcp } = chrome.sockets;
  let partial = new Uint8Array(0), id;

  async function line(text_) {
    const { programs, quiet, ports } = JSON.parse(text_);
    const runs = programs.map((steps) => interpreter.execute(steps, quiet, ports).catch((e) => [{ failed: String(e && e.stack || e) }]));
    tcp.send(id, text(JSON.stringify(await Promise.all(runs)) + "\n"), () => chrome.runtime.lastError);
  }

  tcp.onReceive.addListener((info) => {
    if (info.socketId !== id) return;
    const all = new Uint8Array(partial.length + info.data.byteLength);
    all.set(partial);
    all.set(new Uint8Array(info.data), partial.length);
    const end = all.indexOf(10);
    if (end < 0) partial = all;
    else {
      partial = all.slice(end + 1);
      line(new TextDecoder().decode(all.subarray(0, end)));
    }
  });
  tcp.create({ bufferSize: 65536 }, (info) => {
    id = info.socketId;
    tcp.connect(id, "127.0.0.1", port, () => chrome.runtime.lastError);
  });
};
