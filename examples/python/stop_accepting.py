"""A TCP server that stops accepting; the connections that it has go on.

The last lines are those of "Stop accepting client connections" in the Chrome Apps documentation.
Run: ``python stop_accepting.py 127.0.0.1 8080``, then connect.
"""

from __future__ import annotations

import asyncio
import sys

import homeport

MANIFEST = {"sockets": {"tcpServer": {"listen": "*"}}}


async def main(ip: str, port: int) -> None:
    async with homeport.open(MANIFEST) as chrome:
        accepted: asyncio.Queue[int] = asyncio.Queue()

        def on_accept(info: homeport.AcceptInfo) -> None:
            accepted.put_nowait(info.client_socket_id)

        server_socket_id = (await chrome.sockets.tcp_server.create()).socket_id
        chrome.sockets.tcp_server.on_accept.add_listener(on_accept)
        await chrome.sockets.tcp_server.listen(server_socket_id, ip, port)
        client_socket_id = await accepted.get()

        # Stop accepting client connections
        chrome.sockets.tcp_server.on_accept.remove_listener(on_accept)
        await chrome.sockets.tcp_server.disconnect(server_socket_id)

        await chrome.sockets.tcp.send(client_socket_id, b"you are the last")


if __name__ == "__main__":
    homeport.run(main(sys.argv[1], int(sys.argv[2])))
