"""A TCP client: connect, receive, send, disconnect.

The lines are those of "Using TCP" in the Chrome Apps documentation, one for one; what was in a callback
follows an ``await``. Run: ``python tcp_client.py 127.0.0.1 7``, with something there that answers.
"""

from __future__ import annotations

import asyncio
import sys

import homeport

MANIFEST = {"sockets": {"tcp": {"connect": "*"}}}


async def main(ip: str, port: int) -> None:
    async with homeport.open(MANIFEST) as chrome:
        answered = asyncio.Event()

        # Connecting to a socket
        create_info = await chrome.sockets.tcp.create()
        try:
            await chrome.sockets.tcp.connect(create_info.socket_id, ip, port)
        except homeport.NetError as error:
            print(f"Error connecting: {error.text}")
            return
        socket_id = create_info.socket_id

        # Receiving from and sending to a socket
        send_info = await chrome.sockets.tcp.send(socket_id, b"hello")
        print(f"sent {send_info.bytes_sent}")

        def on_receive(info: homeport.TcpReceiveInfo) -> None:
            if info.socket_id != socket_id:
                return
            # info.data is bytes.
            print(info.data)
            answered.set()

        chrome.sockets.tcp.on_receive.add_listener(on_receive)
        await answered.wait()

        # Disconnecting from a socket
        await chrome.sockets.tcp.disconnect(socket_id)


if __name__ == "__main__":
    homeport.run(main(sys.argv[1], int(sys.argv[2])))
