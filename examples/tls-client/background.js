// TLS the way chrome.sockets wants it: paused while connecting, then secure(), then unpaused.
'use strict';

const HOST = 'localhost';
const PORT = 8443;
const tcp = chrome.sockets.tcp;

function fetchSecurely(host, port, path) {
  const request = `GET ${path} HTTP/1.0\r\nHost: ${host}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    tcp.create({}, ({ socketId }) => {
      const decoder = new TextDecoder();
      let text = '';
      const onReceive = (info) => {
        if (info.socketId === socketId) text += decoder.decode(info.data, { stream: true });
      };
      const onReceiveError = (info) => {
        if (info.socketId === socketId) end(resolve, text);
      };
      const end = (settle, value) => {
        tcp.onReceive.removeListener(onReceive);
        tcp.onReceiveError.removeListener(onReceiveError);
        tcp.close(socketId, () => void chrome.runtime.lastError); // A failed secure() has closed it already.
        settle(value);
      };
      const failed = () => {
        if (!chrome.runtime.lastError) return false;
        end(reject, new Error(chrome.runtime.lastError.message));
        return true;
      };
      tcp.onReceive.addListener(onReceive);
      tcp.onReceiveError.addListener(onReceiveError);
      // A read under way would make secure() fail, so nothing may be read until it is done.
      tcp.setPaused(socketId, true, () => {
        tcp.connect(socketId, host, port, () => {
          if (failed()) return;
          tcp.secure(socketId, { tlsVersion: { min: 'tls1.2' } }, () => {
            if (failed()) return;
            tcp.send(socketId, new TextEncoder().encode(request).buffer, () => {
              if (!failed()) tcp.setPaused(socketId, false);
            });
          });
        });
      });
    });
  });
}

chrome.app.runtime.onLaunched.addListener(() => {
  fetchSecurely(HOST, PORT, '/').then(
    (text) => console.log(`${HOST} answered: ${text.split('\r\n')[0]}`),
    (error) => console.error(`${HOST}:${PORT}: ${error.message}`),
  );
});
