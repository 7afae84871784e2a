"""An app that says its name to whoever connects, and how to hear it."""

from __future__ import annotations

import json
import socket
from pathlib import Path

SCRIPT = """
const { tcp, tcpServer } = chrome.sockets;
tcpServer.onAccept.addListener(({ clientSocketId }) =>
  tcp.send(clientSocketId, new TextEncoder().encode(chrome.runtime.getManifest().name).buffer,
    () => tcp.close(clientSocketId)));
tcpServer.create({}, ({ socketId }) =>
  tcpServer.listen(socketId, '127.0.0.1', PORT, (result) => console.log(result)));
"""


def saying_app(folder: Path, port: int) -> Path:
    """An app that says its name, which is its folder's, to everybody who connects to its port."""
    folder.mkdir()
    manifest = {
        "manifest_version": 2,
        "name": folder.name,
        "version": "1",
        "app": {"background": {"scripts": ["b.js"]}},
        "sockets": {"tcpServer": {"listen": f"127.0.0.1:{port}"}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "b.js").write_text(SCRIPT.replace("PORT", str(port)))
    return folder


def said_to(client: socket.socket) -> str:
    """What such an app says to ``client``, which is closed."""
    with client:
        client.settimeout(30)
        return client.recv(100).decode()
