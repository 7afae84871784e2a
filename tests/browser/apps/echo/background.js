// An app as they were written: callbacks only, listeners first, a server and a client of it. It sends a text and
// keeps what it was told in `heard` and `answer`.

var tcp = chrome.sockets.tcp;
var tcpServer = chrome.sockets.tcpServer;
var heard = [];
var answer = '';
var serverId, clientId;

function bytesOf(text) {
  return new TextEncoder().encode(text).buffer;
}

function listen(done) {
  tcpServer.create({ name: 'echo' }, function (createInfo) {
    serverId = createInfo.socketId;
    tcpServer.listen(serverId, '127.0.0.1', 0, function (result) {
      if (result < 0) {
        console.error('Error listening: ' + chrome.runtime.lastError.message);
        return;
      }
      tcpServer.getInfo(serverId, function (info) {
        done(info.localPort);
      });
    });
  });
}

tcpServer.onAccept.addListener(function (info) {
  if (info.socketId != serverId) return;
  tcp.setPaused(info.clientSocketId, false);
});

tcp.onReceive.addListener(function (info) {
  if (info.socketId != clientId) {
    tcp.send(info.socketId, info.data, function () {});
    return;
  }
  answer += new TextDecoder().decode(info.data);
  if (answer == 'Hello, world!') tcp.disconnect(clientId);
});

tcp.onReceiveError.addListener(function (info) {
  heard.push((info.socketId == clientId ? 'client ' : 'server ') + info.resultCode);
});

chrome.app.runtime.onLaunched.addListener(function () {
  listen(function (port) {
    tcp.create(function (createInfo) {
      clientId = createInfo.socketId;
      tcp.connect(clientId, '127.0.0.1', port, function (result) {
        heard.push('connected ' + result);
        tcp.send(clientId, bytesOf('Hello, '), function () {
          tcp.send(clientId, bytesOf('world!'), function (info) {
            heard.push('sent ' + info.bytesSent);
          });
        });
      });
    });
  });
});
