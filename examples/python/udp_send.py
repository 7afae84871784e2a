"""Sending data by UDP.

The lines are those of "Sending data" in the Chrome Apps documentation, with the ``bind`` that a socket
needs before it sends. Run: ``python udp_send.py 127.0.0.1 1337``
"""

from __future__ import annotations

import sys

import homeport

MANIFEST = {"sockets": {"udp": {"bind": "*", "send": "*"}}}


async def main(ip: str, port: int) -> None:
    async with homeport.open(MANIFEST) as chrome:
        # Create the socket
        socket_info = await chrome.sockets.udp.create()
        # The socket is created, now we can send some data
        socket_id = socket_info.socket_id
        await chrome.sockets.udp.bind(socket_id, "0.0.0.0", 0)
        send_info = await chrome.sockets.udp.send(socket_id, b"hello", ip, port)
        print(f"sent {send_info.bytes_sent}")


if __name__ == "__main__":
    homeport.run(main(sys.argv[1], int(sys.argv[2])))
