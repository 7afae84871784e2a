var heard = [];
chrome.sockets.tcp.onReceive.addListener((info) => {
  heard.push(info.data instanceof ArrayBuffer, info instanceof Object, new Uint8Array(info.data)[0]);
  new Uint8Array(info.data).fill(0);
});
