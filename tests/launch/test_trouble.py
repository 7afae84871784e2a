"""Why an app cannot listen here, said with what helps: of real sockets of real processes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest

from homeport.engine import first_unprivileged_port
from homeport.launch._traffic import Failure
from homeport.launch._trouble import explain_failure
from homeport.net_errors import NetErrorCode
from homeport.runs import Run, RunFile

HOLDS = """
import socket, sys
family, kind, host = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
held = socket.socket(family, kind)
held.bind((host, 0))
if kind == socket.SOCK_STREAM:
    held.listen()
print(held.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture(
    params=[("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "0.0.0.0")], ids=" for ".join
)
def addresses(request):
    return request.param


@pytest.fixture(params=[socket.SOCK_STREAM, socket.SOCK_DGRAM], ids=["tcp", "udp"])
def holder(request, addresses):
    """A process that has a port, the port, and what an app would fail at."""
    held, wanted = addresses
    family = socket.AF_INET6 if ":" in held else socket.AF_INET
    words = [sys.executable, "-c", HOLDS, str(int(family)), str(int(request.param)), held]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        operation = "udp.bind" if request.param == socket.SOCK_DGRAM else "tcpServer.listen"
        yield process.pid, Failure(operation, wanted, port, NetErrorCode.ADDRESS_IN_USE)
        process.stdin.close()


@pytest.mark.skipif(sys.platform == "darwin", reason="tells root only who has a port")
def test_who_has_the_port_is_named(holder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEPORT_RUNTIME_DIR", str(tmp_path))
    pid, failure = holder
    verb = "listen" if failure.operation == "tcpServer.listen" else "receive datagrams"
    said = explain_failure(failure)
    assert said.startswith(f"the app cannot {verb} at {failure.host}:{failure.port}: the port is in use by ")
    assert said.endswith(f" (process {pid}). End that, or give the app another port.")


def test_another_app_of_ours_is_named_with_how_to_end_it(holder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEPORT_RUNTIME_DIR", str(tmp_path))
    pid, failure = holder
    with RunFile(Run(pid, "a" * 32, "File server", "/app", "headless", time.time())):
        said = explain_failure(failure)
    assert said.endswith(f"File server has the port, run by Homeport, too. `homeport stop {pid}` ends it.")


def test_a_port_that_the_app_has_itself_is_said_to_be_its_own():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        failure = Failure(
            "tcpServer.listen", "127.0.0.1", taken.getsockname()[1], NetErrorCode.ADDRESS_IN_USE
        )
        assert explain_failure(failure).endswith(": it has that port already.")


def test_whom_nobody_knows_is_another_program():
    failure = Failure("tcpServer.listen", "192.0.2.1", 1, NetErrorCode.ADDRESS_IN_USE)
    assert "is in use by another program" in explain_failure(failure)


REFUSED = [
    (
        "127.0.0.1",
        first_unprivileged_port() - 1,
        NetErrorCode.ACCESS_DENIED,
        "need root here. `homeport doctor`",
    ),
    ("127.0.0.1", 60000, NetErrorCode.ACCESS_DENIED, "net::ERR_ACCESS_DENIED."),
]
REFUSED_BY_WINDOWS = [
    ("127.0.0.1", port, NetErrorCode.ACCESS_DENIED, "or Windows keeps it; `netsh interface")
    for port in (80, 60000)
]


@pytest.mark.parametrize(
    ("host", "port", "code", "why"),
    [
        *(REFUSED_BY_WINDOWS if sys.platform == "win32" else REFUSED),
        ("192.0.2.1", 8080, NetErrorCode.ADDRESS_INVALID, "this machine does not have that address. It has "),
        ("::1", 8080, NetErrorCode.ADDRESS_UNREACHABLE, "IPv6 is off on this machine."),
        ("::1", 8080, NetErrorCode.INSUFFICIENT_RESOURCES, "as many sockets open as it may."),
        ("::1", 8080, NetErrorCode.OUT_OF_MEMORY, "net::ERR_OUT_OF_MEMORY."),
    ],
)
def test_each_cause_has_its_sentence(host, port, code, why):
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    said = explain_failure(Failure("tcpServer.listen", host, port, code))
    assert said.startswith(f"the app cannot listen at {shown}: ")
    assert why in said
