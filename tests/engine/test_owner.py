"""Linux says whose an end of a connection is, without listing all others."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from homeport.engine import connection_owner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sock_diag is Linux's")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs two users")
NOBODY = 65534


End = tuple[str, int]


@contextmanager
def connection(host: str, via: str | None = None) -> Iterator[tuple[socket.socket, End, End]]:
    """A connection to ``host``: the client's socket, and both ends as the server sees them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        own = listener.getsockname()[:2]
        with socket.create_connection((via or host, own[1])) as client:
            accepted, peer = listener.accept()
            with accepted:
                yield client, peer[:2], own


@pytest.mark.parametrize(
    ("host", "via"), [("127.0.0.1", None), ("::1", None), ("127.0.0.1", "::ffff:127.0.0.1")]
)
def test_both_ends_of_a_connection_have_their_owner(host: str, via: str | None) -> None:
    with connection(host, via) as (_, peer, own):
        assert connection_owner(peer, own) == connection_owner(own, peer) == os.geteuid()


@as_root
def test_another_users_end_is_the_other_users() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        os.seteuid(NOBODY)
        try:
            client = socket.create_connection(listener.getsockname())
        finally:
            os.seteuid(0)
        accepted, peer = listener.accept()
        with client, accepted:
            own = listener.getsockname()
            assert (connection_owner(peer, own), connection_owner(own, peer)) == (NOBODY, 0)


def test_a_half_closed_connection_still_has_its_owner() -> None:
    with connection("127.0.0.1") as (client, peer, own):
        client.shutdown(socket.SHUT_WR)
        assert connection_owner(peer, own) == os.geteuid()


def test_what_its_process_has_closed_is_nobodys() -> None:
    with connection("127.0.0.1") as (client, peer, own):
        client.close()
        assert connection_owner(peer, own) is None


def test_who_listens_where_nobody_is_connected_owns_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert connection_owner(listener.getsockname(), ("127.0.0.1", 1)) is None


def test_ports_that_nobody_has_are_nobodys() -> None:
    assert connection_owner(("127.0.0.1", 1), ("127.0.0.1", 2)) is None
