"""A server, TCP, UDP, TLS, and a refusal, in ten lines.

Run: ``python ten_lines.py PORT TLS_PORT CA.pem``. At TLS_PORT listens a server of the name ``device.test``,
with a certificate of the authority in CA.pem, that speaks first.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import homeport

HERE = "127.0.0.1"
MANIFEST = {
    "sockets": {
        "tcp": {"connect": [HERE, "device.test"]},
        "udp": {"bind": HERE, "send": HERE},
        "tcpServer": {"listen": HERE},
    }
}


async def talk(tcp: homeport.Tcp, udp: homeport.Udp, server: homeport.TcpServer, port: int, tls: int) -> None:
    a, b, c, d = [(await kind.create()).socket_id for kind in (server, tcp, tcp, udp)]
    heard: list[Any] = [kind.on_receive.for_socket(it) for kind, it in ((tcp, b), (tcp, c), (udp, d))]
    server.on_accept.add_listener(lambda info: tcp.send(info.client_socket_id, b"served"))
    await asyncio.gather(server.listen(a, HERE, port), udp.bind(d, HERE, port))
    await asyncio.gather(tcp.connect(b, HERE, port), udp.send(d, b"a datagram", HERE, port))
    await asyncio.gather(tcp.set_paused(c, True), tcp.connect(c, "device.test", tls))
    await tcp.secure(c)
    await tcp.set_paused(c, False)
    print([(await anext(stream)).data for stream in heard])
    await tcp.connect(b, "elsewhere.test", 80)


async def main(port: int, tls_port: int, ca_file: str) -> None:
    async with homeport.open(MANIFEST, ca_file=ca_file, map_host={"device.test": HERE}) as chrome:
        sockets = chrome.sockets
        await talk(sockets.tcp, sockets.udp, sockets.tcp_server, port, tls_port)


if __name__ == "__main__":
    try:
        homeport.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
    except homeport.PermissionDenied as refusal:
        print(refusal)
