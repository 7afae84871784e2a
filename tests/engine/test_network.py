"""The one door to the operating system's network."""

import ast
import asyncio
import errno
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import homeport
from homeport import engine
from homeport.engine import OsNetwork, new_event_loop, run
from homeport.engine import _network as network_module

SOURCE = Path(homeport.__file__).parent

#: Modules that make sockets or transports, and the only files that may import them.
ALLOWED = {
    "socket": {"engine/_local_pair.py", "engine/_network.py", "engine/_systemd.py"},
    "_socket": set(),
    "socketserver": set(),
    "http.client": set(),
    "urllib.request": set(),
    "ssl": {"engine/_tls.py"},
}
MAKERS = {
    "create_connection",
    "create_datagram_endpoint",
    "create_server",
    "create_unix_connection",
    "create_unix_server",
    "open_connection",
    "open_unix_connection",
    "sock_accept",
    "sock_connect",
    "start_server",
    "start_unix_server",
}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_engine_imports_socket_or_makes_transports():
    sources = list(SOURCE.rglob("*.py"))
    assert len(sources) > 20
    for path in sources:
        name = path.relative_to(SOURCE).as_posix()
        tree = ast.parse(path.read_text())
        for module in imports(tree):
            assert name in ALLOWED.get(module, {name}), f"{name} imports {module}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                # A server may be given a socket that the engine made.
                given = any(keyword.arg == "sock" for keyword in node.keywords)
                assert given or node.func.attr not in MAKERS, f"{name} calls {node.func.attr}"


def test_only_the_network_and_the_session_reach_for_the_loop():
    for path in (SOURCE / "engine").glob("*.py"):
        if path.name != "_network.py":
            calls = {n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}
            assert not calls & {"new_event_loop", "run_in_executor", "to_thread"}, path.name


async def test_its_sockets_do_not_block_and_are_not_inherited():
    sock = OsNetwork().socket(socket.AF_INET, socket.SOCK_STREAM)
    with sock:
        assert not sock.getblocking()
        assert not sock.get_inheritable()


async def test_readers_and_writers_are_called_until_removed(listen, dial):
    network = OsNetwork()
    listener = listen()
    peer = await dial(listener.port)
    other = await listener.accept()
    calls: asyncio.Queue[str] = asyncio.Queue()
    network.remove_reader(other.sock)  # What is not there may be removed.
    network.remove_writer(other.sock)
    network.add_reader(other.sock, lambda: calls.put_nowait("read"))
    await peer.send(b"x")
    assert await calls.get() == "read"
    assert await calls.get() == "read"  # Level-triggered.
    network.remove_reader(other.sock)
    while not calls.empty():
        calls.get_nowait()
    network.add_writer(other.sock, lambda: calls.put_nowait("write"))
    assert await calls.get() == "write"
    network.remove_writer(other.sock)


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system does not tell")
async def test_it_tells_how_much_the_peer_has_not_acknowledged(listen, dial, until):
    network = OsNetwork()
    listener = listen()
    peer = await dial(listener.port)
    await listener.accept()
    assert network.unsent(peer.sock) == 0
    sent = 0
    try:
        while True:
            sent += peer.sock.send(bytes(100_000))
    except BlockingIOError:
        pass
    await until(lambda: 0 < (network.unsent(peer.sock) or 0) < sent)


async def test_names_are_looked_up_off_the_loop():
    found = await OsNetwork().lookup("localhost", socket.AF_INET)
    assert (socket.AF_INET, "127.0.0.1", 0) in found


async def test_a_name_that_is_none_raises_an_os_error():
    with pytest.raises(OSError, match=r"."):
        await OsNetwork().lookup("no-such-name.invalid", 0)


def test_run_uses_a_fast_loop_that_can_watch_sockets():
    async def main():
        return type(asyncio.get_running_loop()), OsNetwork()

    kind, _ = run(main())
    assert kind.__module__.startswith(("uvloop", "winloop"))


def test_without_a_fast_loop_the_standard_one_that_can_watch_is_used(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    monkeypatch.setitem(sys.modules, "winloop", None)
    loop = new_event_loop()
    assert isinstance(loop, asyncio.SelectorEventLoop)
    loop.close()


async def test_a_loop_that_cannot_watch_sockets_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(asyncio, "ProactorEventLoop", type(asyncio.get_running_loop()), raising=False)
    with pytest.raises(RuntimeError, match=r"cannot watch sockets: use homeport\.engine\.run\(\)"):
        OsNetwork()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a network namespace")
def test_a_machine_with_nothing_but_loopback_is_offline():
    code = (
        "import asyncio; from homeport.engine import OsNetwork\n"
        "async def main(): print(OsNetwork().offline())\n"
        "asyncio.run(main())"
    )
    command = ["unshare", "-rn", "sh", "-c", f'ip link set lo up; exec {sys.executable} -c "{code}"']
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "unshare" in done.stderr:
        pytest.skip("no namespaces here")
    assert done.stdout == "True\n"


def test_the_front_door_offers_what_it_says():
    assert sorted(engine.__all__) == sorted(set(engine.__all__))
    assert all(hasattr(engine, name) for name in engine.__all__)


def test_the_constants_are_the_platforms():
    for name in ("AF_INET", "AF_INET6", "SO_ERROR", "TCP_NODELAY", "IPV6_V6ONLY", "MSG_PEEK"):
        assert getattr(network_module, name) == getattr(socket, name)
    assert errno.EAGAIN == errno.EWOULDBLOCK or sys.platform == "win32"
