from __future__ import annotations

import asyncio
import errno
import os
import socket
import sys

import pytest
from tests.support.serving import serving

from homeport.server import _peer


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_the_user_at_the_other_end_is_known(host):
    accepted = asyncio.get_running_loop().create_future()
    async with serving(lambda r, w: accepted.set_result(w), host) as port:
        _, writer = await asyncio.open_connection(host, port)
        other_end = await accepted
        peer, own = other_end.get_extra_info("peername")[:2], other_end.get_extra_info("sockname")[:2]
        assert _peer.peer_uid(peer, own) == os.geteuid()
        assert not _peer.is_other_user(peer, own)
        assert _peer.peer_uid(own, ("127.0.0.1" if host == "127.0.0.1" else "::1", 1)) is None
        writer.close()
        other_end.close()


@pytest.fixture(params=["asked", "listed"])
def way(request, monkeypatch):
    """Both ways in which Linux tells: the second serves where the first is missing."""
    if request.param == "listed":

        def missing(*args):
            raise OSError(errno.EAFNOSUPPORT, "no netlink here")

        monkeypatch.setattr(_peer, "connection_owner", missing)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("half_closed", [False, True])
async def test_no_odd_way_to_connect_hides_the_user(mapped, half_closed):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = listener.getsockname()
        client = socket.socket(socket.AF_INET6 if mapped else socket.AF_INET)
        with client:
            client.connect((f"::ffff:{own[0]}" if mapped else own[0], own[1]))
            if half_closed:
                client.shutdown(socket.SHUT_WR)
            accepted, peer = listener.accept()
            with accepted:
                assert _peer.peer_uid(peer, own) == os.geteuid()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
def test_a_connection_that_the_kernel_does_not_list_is_another_users(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert _peer.is_other_user(("127.0.0.1", 1), ("127.0.0.1", 2))


def table(tmp_path, uid, inode=1):
    row = f"   0: 0100007F:A1B2 0100007F:22E2 01 00000000:00000000 00:00000000 00000000 {uid:5} 0 {inode}\n"
    (tmp_path / "tcp").write_text("  sl  local_address rem_address   st\n" + row)
    return tmp_path


@pytest.mark.skipif(sys.byteorder != "little", reason="the table is in the machine's order")
def test_the_kernels_table_is_read(tmp_path):
    assert _peer.peer_uid(("127.0.0.1", 0xA1B2), ("127.0.0.1", 0x22E2), table(tmp_path, 1234)) == 1234
    assert _peer.peer_uid(("127.0.0.1", 0xA1B2), ("127.0.0.2", 0x22E2), table(tmp_path, 1234)) is None
    # Closed by its process, it is listed as root's.
    assert _peer.peer_uid(("127.0.0.1", 0xA1B2), ("127.0.0.1", 0x22E2), table(tmp_path, 0, 0)) is None
    (tmp_path / "tcp").write_text("garbage\n\n: : :\n")
    assert _peer.peer_uid(("127.0.0.1", 1), ("127.0.0.1", 2), tmp_path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="users have no numbers there")
def test_without_a_table_nobody_is_another(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(FileNotFoundError):
        _peer.peer_uid(("127.0.0.1", 1), ("127.0.0.1", 2), tmp_path / "no")

    def no_table(*args):
        raise FileNotFoundError

    monkeypatch.setattr(_peer, "peer_uid", no_table)
    assert not _peer.is_other_user(("127.0.0.1", 1), ("127.0.0.1", 2))


@pytest.mark.parametrize(
    ("own", "peer", "other"),
    [(1000, 1000, False), (1000, 1001, True), (1000, 0, False), (0, 1001, False), (1000, None, True)],
)
def test_only_a_different_ordinary_user_is_another(monkeypatch, own, peer, other):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: own, raising=False)
    monkeypatch.setattr(_peer, "peer_uid", lambda *args: peer)
    assert _peer.is_other_user(("127.0.0.1", 1), ("127.0.0.1", 2)) is other
