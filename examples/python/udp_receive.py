"""Receiving data by UDP.

The lines are those of "Receiving data" in the Chrome Apps documentation.
Run: ``python udp_receive.py 127.0.0.1 1337``, with something there that answers.
"""

from __future__ import annotations

import asyncio
import sys

import homeport

MANIFEST = {"sockets": {"udp": {"bind": "*", "send": "*"}}}


async def main(ip: str, port: int) -> None:
    async with homeport.open(MANIFEST) as chrome:
        answered = asyncio.Event()

        # Handle the "on_receive" event.
        def on_receive(info: homeport.UdpReceiveInfo) -> None:
            if info.socket_id != socket_id:
                return
            print(info.data)
            answered.set()

        # Create the socket
        socket_info = await chrome.sockets.udp.create()
        socket_id = socket_info.socket_id
        # Set up the event handler and bind the socket.
        chrome.sockets.udp.on_receive.add_listener(on_receive)
        try:
            await chrome.sockets.udp.bind(socket_id, "0.0.0.0", 0)
        except homeport.NetError:
            print("Error binding socket.")
            return
        send_info = await chrome.sockets.udp.send(socket_id, b"hello", ip, port)
        print(f"sent {send_info.bytes_sent}")
        await answered.wait()


if __name__ == "__main__":
    homeport.run(main(sys.argv[1], int(sys.argv[2])))
