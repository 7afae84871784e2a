"""A TCP server: listen, accept, send, receive.

The lines are those of "Using TCP Server" in the Chrome Apps documentation, one for one, but for the
socket's id that ``setPaused`` lacks there. Run: ``python tcp_server.py 127.0.0.1 8080``, then connect and
say something.
"""

from __future__ import annotations

import asyncio
import sys

import homeport

MANIFEST = {"sockets": {"tcpServer": {"listen": "*"}}}


async def main(ip: str, port: int) -> None:
    async with homeport.open(MANIFEST) as chrome:
        answered = asyncio.Event()

        # Creating a TCP server socket
        create_info = await chrome.sockets.tcp_server.create()

        # Accepting client connections
        async def on_accept(info: homeport.AcceptInfo) -> None:
            if info.socket_id != server_socket_id:
                return
            # A new TCP connection has been established.
            await chrome.sockets.tcp.send(info.client_socket_id, b"welcome")
            print("Data sent to new TCP client connection.")

            # Start receiving data.
            def on_receive(recv_info: homeport.TcpReceiveInfo) -> None:
                if recv_info.socket_id != info.client_socket_id:
                    return
                # recv_info.data is bytes.
                print(recv_info.data)
                answered.set()

            chrome.sockets.tcp.on_receive.add_listener(on_receive)
            await chrome.sockets.tcp.set_paused(info.client_socket_id, False)

        try:
            await chrome.sockets.tcp_server.listen(create_info.socket_id, ip, port)
        except homeport.NetError as error:
            print(f"Error listening: {error.text}")
            return
        server_socket_id = create_info.socket_id
        chrome.sockets.tcp_server.on_accept.add_listener(on_accept)
        await answered.wait()


if __name__ == "__main__":
    homeport.run(main(sys.argv[1], int(sys.argv[2])))
