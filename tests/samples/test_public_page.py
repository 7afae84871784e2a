"""The samples of Chrome's page on network communications run as they were published, in every host.

What the page leaves to its reader (``IP``, ``PORT``, callbacks named but not shown) is put around them.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from tests.support.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONNECT = """
chrome.sockets.tcp.create({}, function(createInfo) {
  chrome.sockets.tcp.connect(createInfo.socketId,
    IP, PORT, onConnectedCallback);
});
"""
SEND_AND_RECEIVE = """
chrome.sockets.tcp.send(socketId, arrayBuffer, onSentCallback);

chrome.sockets.tcp.onReceive.addListener(function(info) {
  if (info.socketId != socketId)
    return;
  // info.data is an arrayBuffer.
  console.log('received ' + new TextDecoder().decode(info.data));
  disconnect();
});
"""
DISCONNECT = "chrome.sockets.tcp.disconnect(socketId);"

SEND_DATAGRAM = """
// Create the Socket
chrome.sockets.udp.create({}, function(socketInfo) {
  // The socket is created, now we can send some data
  var socketId = socketInfo.socketId;
  chrome.sockets.udp.send(socketId, arrayBuffer,
    '127.0.0.1', 1337, function(sendInfo) {
      console.log("sent " + sendInfo.bytesSent);
  });
});
"""
RECEIVE_DATAGRAMS = """
var socketId;

// Handle the "onReceive" event.
var onReceive = function(info) {
  if (info.socketId !== socketId)
    return;
  console.log(info.data);
};

// Create the Socket
chrome.sockets.udp.create({}, function(socketInfo) {
  socketId = socketInfo.socketId;
  // Setup event handler and bind socket.
  chrome.sockets.udp.onReceive.addListener(onReceive);
  chrome.sockets.udp.bind(socketId,
    "0.0.0.0", 0, function(result) {
      if (result < 0) {
        console.log("Error binding socket.");
        return;
      }
      chrome.sockets.udp.send(socketId, arrayBuffer,
        '127.0.0.1', 1337, function(sendInfo) {
          console.log("sent " + sendInfo.bytesSent);
      });
  });
});
"""
LISTEN = """
chrome.sockets.tcpServer.create({}, function(createInfo) {
  listenAndAccept(createInfo.socketId);
});

function listenAndAccept(socketId) {
  chrome.sockets.tcpServer.listen(socketId,
    IP, PORT, function(resultCode) {
      onListenCallback(socketId, resultCode)
  });
}

var serverSocketId;
function onListenCallback(socketId, resultCode) {
  if (resultCode < 0) {
    console.log("Error listening:" +
      chrome.runtime.lastError.message);
    return;
  }
  serverSocketId = socketId;
  chrome.sockets.tcpServer.onAccept.addListener(onAccept)
}

function onAccept(info) {
  if (info.socketId != serverSocketId)
    return;

  // A new TCP connection has been established.
  chrome.sockets.tcp.send(info.clientSocketId, data,
    function(resultCode) {
      console.log("Data sent to new TCP client connection.")
  });
  // Start receiving data.
  chrome.sockets.tcp.onReceive.addListener(function(recvInfo) {
    if (recvInfo.socketId != info.clientSocketId)
      return;
    // recvInfo.data is an arrayBuffer.
  });
  chrome.sockets.tcp.setPaused(false);
}
"""
STOP = """
chrome.sockets.tcpServer.onAccept.removeListener(onAccept);
chrome.sockets.tcpServer.disconnect(serverSocketId);
"""

#: What Chromium throws for the page's own mistake.
MISTAKE = (
    "Error in invocation of sockets.tcp.setPaused(integer socketId, boolean paused, "
    "optional function callback): No matching signature."
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Echo(asyncio.DatagramProtocol):
    """Sends each datagram back and keeps it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.heard.put_nowait(data)
        self.transport.sendto(data, addr)


async def test_tcp_connect_send_receive_disconnect(run_sample: Any) -> None:
    """The client's bytes arrive, the answer comes back, and the peer sees the end."""
    ended: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = await reader.readexactly(5)
        writer.write(data.upper())
        ended.set_result(data + await reader.read())
        writer.close()

    async with serving(peer) as port:
        script = f"""
            const IP = '127.0.0.1', PORT = {port};
            let socketId;
            chrome.sockets.tcp.onReceive.addListener((info) => {{ socketId = info.socketId; }});
            const arrayBuffer = new TextEncoder().encode('hello').buffer;
            function onSentCallback(info) {{ console.log('sent ' + info.bytesSent); }}
            function disconnect() {{ {DISCONNECT} }}
            function onConnectedCallback(result) {{
              console.log('connected ' + result);
              chrome.sockets.tcp.getSockets((sockets) => {{ socketId = sockets[0].socketId; talk(); }});
            }}
            function talk() {{ {SEND_AND_RECEIVE} }}
            {CONNECT}"""
        app = await run_sample(script, {"tcp": {"connect": f"127.0.0.1:{port}"}})
        for text in ("connected 0", "sent 5", "received HELLO"):
            await app.hears(text)
        assert await asyncio.wait_for(ended, 20) == b"hello"


async def test_udp_send_without_bind_fails_as_in_chromium(run_sample: Any) -> None:
    """The page's sender never binds: its callback gets -15 and no bytesSent."""
    script = f"const arrayBuffer = new ArrayBuffer(3);{SEND_DATAGRAM}"
    app = await run_sample(script, {"udp": {"send": "127.0.0.1:1337"}})
    await app.hears("sent undefined")


async def test_udp_receive(run_sample: Any) -> None:
    """A bound socket sends, its peer hears it, and the answer is an ArrayBuffer."""
    loop = asyncio.get_running_loop()
    transport, echo = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    script = "const arrayBuffer = new TextEncoder().encode('hello').buffer;" + RECEIVE_DATAGRAMS.replace(
        "console.log(info.data);", "console.log(info.data); console.log('got ' + info.data.byteLength);"
    ).replace("1337", str(port))
    app = await run_sample(script, {"udp": {"bind": "*", "send": f"127.0.0.1:{port}"}})
    await app.hears("sent 5")
    assert await asyncio.wait_for(echo.heard.get(), 20) == b"hello"
    await app.hears("got 5")
    transport.close()


async def test_tcp_server_accepts_answers_and_stops(run_sample: Any) -> None:
    """A client gets the server's data; the page's mistake throws Chromium's text, with a line that helps."""
    port = free_port()
    script = f"""
        const IP = '127.0.0.1', PORT = {port};
        const data = new TextEncoder().encode('welcome').buffer;
        {LISTEN}
        chrome.sockets.tcp.onReceiveError.addListener(() => {{
          {STOP}
          chrome.sockets.tcpServer.getInfo(serverSocketId, () => console.log('stopped'));
        }});
        chrome.sockets.tcpServer.onAccept.addListener((info) =>
          chrome.sockets.tcp.setPaused(info.clientSocketId, false));
        const ready = setInterval(() => {{
          if (serverSocketId !== undefined) {{ clearInterval(ready); console.log('listening'); }}
        }}, 5);"""
    app = await run_sample(script, {"tcpServer": {"listen": f"127.0.0.1:{port}"}})
    await app.hears("listening")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await asyncio.wait_for(reader.readexactly(7), 20) == b"welcome"
    await app.hears("Data sent to new TCP client connection.")
    writer.close()
    await app.hears("stopped")
    lines = await app.lines()
    assert any(MISTAKE in line for line in lines), lines
    assert any(
        line for line in lines if "setPaused" in line and "socketId" in line and MISTAKE not in line
    ), lines
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
