"""Measure the engine against a bare uvloop Protocol and node's ``net``, under the same load in one run.

    python bench/engine_echo.py [--rounds 5] [--seconds 2] [--megabytes 1000] [--idle 5000]

Every figure is the median of rounds in which the servers take turns; a ratio is the median of the rounds'
own ratios. "cpu" compares the CPU seconds that the server needed for the same work: on a busy machine it
says more than the rate.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import which
from statistics import median
from typing import NamedTuple, cast

HERE = Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

NODE = """
const echo = process.argv[2] === "echo";
const server = require("net").createServer({noDelay: false, allowHalfOpen: false}, (s) => {
  s.on("data", echo ? (d) => s.write(d) : () => {});
  s.on("error", () => {});
});
server.listen({port: 0, host: "127.0.0.1", backlog: 4096}, () => console.log(server.address().port));
"""


# The servers


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


# The measurements


class Server(NamedTuple):
    name: str
    command: list[str]


class Result(NamedTuple):
    rate: float
    cpu: float


@contextmanager
def running(server: Server) -> Iterator[tuple[int, int]]:
    with subprocess.Popen(server.command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.pid, int(process.stdout.readline())
        finally:
            process.kill()


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def compare(title: str, unit: str, servers: list[Server], load: list[str], rounds: int) -> None:
    """Run ``load`` against each server in turn; print medians, and ratios to the first server."""
    results: list[list[Result]] = [[] for _ in servers]
    with ExitStack() as stack:
        places = [stack.enter_context(running(server)) for server in servers]
        for _ in range(rounds):
            for (pid, port), kept in zip(places, results, strict=True):
                before = cpu(pid)
                command = [load[0], load[1], str(port), *load[2:]]
                rate = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                # The same work for all: CPU a unit.
                work = rate * float(load[-1]) if unit == "/s" else float(load[-1])
                kept.append(Result(rate, (cpu(pid) - before) / work))
    print(f"\n{title}")
    for server, kept, other in zip(servers, results, [results[0]] * len(servers), strict=True):
        rates = median(result.rate for result in kept)
        per = median(result.cpu for result in kept) * 1e6
        ratio = median(mine.rate / base.rate for mine, base in zip(kept, other, strict=True))
        effort = median(mine.cpu / base.cpu for mine, base in zip(kept, other, strict=True))
        print(f"  {server.name:28} {rates:10.0f} {unit:5} x{ratio:5.2f}   cpu {per:8.1f} µs x{effort:5.2f}")


def measure_idle(servers: list[Server], load: str, connections: int) -> None:
    print(f"\nresident memory of each of {connections} idle connections")
    for server in servers:
        with running(server) as (pid, port):
            before = resident(pid)
            command = [load, "idle", str(port), str(connections)]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as peer:
                assert peer.stdout is not None
                assert peer.stdin is not None
                peer.stdout.readline()
                settled = -1
                while settled != (settled := resident(pid)):
                    subprocess.run(["sleep", "0.5"], check=True)
                print(f"  {server.name:28} {(settled - before) / connections / 1024:6.2f} KiB")
                peer.stdin.close()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--only", choices=("echo", "bulk", "idle"))
    parser.add_argument(
        "--serve", nargs=4, metavar=("WHAT", "KIND", "SIZE", "CREDIT"), help=argparse.SUPPRESS
    )
    return parser.parse_args()


def main() -> None:
    options = parse()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if options.serve:
        what, kind, size, credit = options.serve
        serve_protocol(kind) if what == "protocol" else serve_engine(kind, int(size), credit == "credit")
        return

    def here(name: str, what: str, kind: str, size: int = 0, credit: str = "-") -> Server:
        return Server(name, [sys.executable, __file__, "--serve", what, kind, str(size), credit])

    with tempfile.TemporaryDirectory() as folder:
        load = f"{folder}/load"
        subprocess.run(["cc", "-O2", "-o", load, str(HERE / "load.c")], check=True)
        script = Path(folder, "server.js")
        script.write_text(NODE)
        node = which("node")

        def beside(kind: str) -> list[Server]:
            return [Server("node net", [node, str(script), kind])] if node else []

        base = here("uvloop Protocol", "protocol", "echo")
        ours = [
            here("engine", "engine", "echo"),
            here("engine, sliced", "engine", "echo", 4096),
            here("engine, with credit", "engine", "echo", 0, "credit"),
        ]
        if options.only in (None, "echo"):
            for connections in (1, 100):
                compare(
                    f"64-byte round trips, {connections} connection{'s' * (connections > 1)}",
                    "/s",
                    [base, *ours, *beside("echo")],
                    [load, "echo", str(connections), str(options.seconds)],
                    options.rounds,
                )
        if options.only in (None, "bulk"):
            compare(
                "bulk receive",
                "MB/s",
                [
                    here("uvloop Protocol", "protocol", "sink"),
                    here("engine, bufferSize 4096", "engine", "sink", 4096),
                    here("engine, bufferSize 65536", "engine", "sink", 65536),
                    here("engine, unsliced", "engine", "sink"),
                    here("engine, unsliced, credit", "engine", "sink", 0, "credit"),
                    *beside("sink"),
                ],
                [load, "push", str(options.megabytes)],
                options.rounds,
            )
        if options.only in (None, "idle"):
            measure_idle([base, ours[0], ours[2], *beside("echo")], load, options.idle)


if __name__ == "__main__":
    main()
