"""Servers in Python that are measured: a bare uvloop Protocol, and the engine with a listener on top.

    python server_faces.py protocol|engine echo|sink BUFFER-SIZE credit|-

Prints its port, then serves until it is ended. A buffer size of 0 leaves the received data unsliced.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast


def serve_protocol(kind: str) -> None:
    """A bare uvloop Protocol."""
    import uvloop

    class Server(asyncio.Protocol):
        transport: asyncio.Transport

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.Transport", transport)

        def data_received(self, data: bytes) -> None:
            if kind == "echo":
                self.transport.write(data)

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=4096)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    uvloop.run(main())


def serve_engine(kind: str, buffer_size: int, credit: bool) -> None:
    """The engine, with a listener in Python."""
    from homeport.engine import Credit, Engine, Outcome, Session, SocketProperties, TcpServerSocketInfo, run

    def nothing(outcome: Outcome) -> None:
        pass

    class All:
        def check(self, kind: str, host: str, port: int) -> object:
            return True

    class Listener:
        session: Session

        def tcp_receive(self, socket_id: int, data: bytes) -> None:
            if kind == "echo":
                self.session.tcp.send(socket_id, data, nothing)
            if credit:
                self.session.return_credit("tcp", socket_id, len(data))

        def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
            self.session.tcp.close(socket_id, nothing)

        def accept(self, socket_id: int, client_socket_id: int) -> None:
            if buffer_size:
                self.session.tcp.update(client_socket_id, SocketProperties(buffer_size=buffer_size), nothing)
            self.session.tcp.set_paused(client_socket_id, False, nothing)

        def accept_error(self, socket_id: int, result_code: int) -> None:
            raise SystemExit(result_code)

        def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
            pass

        def udp_receive_error(self, socket_id: int, result_code: int) -> None:
            pass

    def tell(outcome: Outcome) -> None:
        info = outcome.args[0]
        assert isinstance(info, TcpServerSocketInfo)
        print(info.local_port, flush=True)

    async def main() -> None:
        listener = Listener()
        session = Engine().open_session(
            "bench", All(), listener, slicing=bool(buffer_size), credit=Credit() if credit else None
        )
        listener.session = session
        session.tcp_server.create(None, nothing)
        session.tcp_server.listen(1, "127.0.0.1", 0, 4096, nothing)
        session.tcp_server.get_info(1, tell)
        await asyncio.Event().wait()

    run(main())


if __name__ == "__main__":
    what, kind, size, credit = sys.argv[1:]
    serve_protocol(kind) if what == "protocol" else serve_engine(kind, int(size), credit == "credit")
