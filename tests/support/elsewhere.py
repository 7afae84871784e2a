"""Examples at a port that is free: on the machine of who runs the tests, theirs may be in use."""

from __future__ import annotations

import re
import shutil
import socket
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_PORT = re.compile(r"^const PORT = (\d+);$", re.MULTILINE)


def elsewhere(name: str, folder: Path) -> tuple[Path, int]:
    """A copy of the example in ``folder``, and the port that it uses instead of its own."""
    copy = folder / name
    shutil.copytree(EXAMPLES / name, copy)
    texts = {path: path.read_text() for path in copy.iterdir() if path.suffix in {".js", ".json"}}
    (own,) = [port for text in texts.values() for port in _PORT.findall(text)]
    port = free_port()
    for path, text in texts.items():
        path.write_text(text.replace(own, str(port)))
    return copy, port


def free_port() -> int:
    """A port of loopback that nobody uses now, for connections or datagrams."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
