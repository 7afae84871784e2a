"""The operator's settings of TLS."""

import socket
import ssl
from contextlib import suppress
from typing import cast

import pytest
import trustme
from tests.conformance.harness.certificates import odd_certificates

from homeport.engine import Engine, RawSocket, TlsConfig
from homeport.engine._tls import TlsContexts
from homeport.errors import UserError


async def test_only_authorities_of_the_system_and_the_operator_are_trusted(
    open_app, prepare_plain, listen_tls
):
    app = open_app()
    port, _ = await listen_tls()
    await prepare_plain(app, port)
    assert await app.tcp("secure", 1, None) == ((-202,), "net::ERR_CERT_AUTHORITY_INVALID")


@pytest.fixture
def prepare_plain():
    async def make(app, port):
        await app.tcp("create", None)
        await app.tcp("set_paused", 1, True)
        await app.tcp("connect", 1, "localhost", port, None)

    return make


async def test_several_files_of_authorities_can_be_given(
    open_app, prepare_plain, listen_tls, authority, tmp_path
):
    both = tmp_path / "both.pem"
    both.write_bytes(authority.file.read_bytes() * 2)
    app = open_app(tls=TlsConfig(ca_files=(both, authority.file)))
    port, _ = await listen_tls()
    await prepare_plain(app, port)
    assert await app.tcp("secure", 1, None) == ((0,), None)


@pytest.fixture(scope="module")
def odd_server(authority, tmp_path_factory):
    """Settings of a server with one of the odd certificates."""
    certificates = odd_certificates(authority.ca, trustme.CA())
    file = tmp_path_factory.mktemp("odd") / "certificate.pem"

    def make(name):
        file.write_bytes(certificates[name])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(file)
        return context

    return make


@pytest.mark.parametrize(
    "suite",
    [
        *("ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-GCM-SHA384"),
        *("AES128-SHA", "AES256-SHA"),
    ],
)
async def test_old_devices_are_reached_by_the_suites_that_they_have(
    open_app, prepare_plain, listen_tls, authority, odd_server, suite
):
    app = open_app(tls=authority.config)
    context = odd_server("RSA 2048")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(suite)
    port, _ = await listen_tls(context)
    await prepare_plain(app, port)
    assert await app.tcp("secure", 1, None) == ((0,), None)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("RSA 1024", ((0,), None)),
        ("RSA 1024, expired", ((-201,), "net::ERR_CERT_DATE_INVALID")),
        ("through one with RSA 1024", ((0,), None)),
        *(
            (name, ((-207,), "net::ERR_CERT_INVALID"))
            for name in ("through no authority", "through one for other names", "for clients")
        ),
    ],
)
async def test_certificates_are_judged_as_chromium_judges_them(
    open_app, prepare_plain, listen_tls, authority, odd_server, name, outcome
):
    app = open_app(tls=authority.config)
    port, _ = await listen_tls(odd_server(name))
    await prepare_plain(app, port)
    assert await app.tcp("secure", 1, None) == outcome


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file or directory"), (b"junk", "it has no certificate in PEM")]
)
async def test_a_file_that_is_none_is_the_users_error_and_told_at_once(tmp_path, content, reason):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        Engine(tls=TlsConfig(ca_files=(path,)))
    assert str(caught.value) == f"{path}: cannot be used as a file of authorities: {reason}"


async def test_a_record_that_was_changed_on_the_way_ends_the_connection(open_app, connect_tls, authority):
    app = open_app(tls=authority.config)
    socket_id, peer = await connect_tls(app)
    descriptor = peer._writer.get_extra_info("socket").fileno()
    with socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM) as below:
        below.sendall(b"\x17\x03\x03\x00\x20" + bytes(32))
    await app.tcp("set_paused", socket_id, False)
    assert await app.sink.wait(1) == [("tcp.receive_error", socket_id, -107)]


async def test_after_the_handshake_no_python_is_called_for_each_record(open_app, connect_tls, authority):
    app = open_app(tls=authority.config)
    socket_id, peer = await connect_tls(app)
    stream = app.session.tcp.sockets[socket_id].tls
    assert stream._ssl.context._msg_callback is None
    assert stream._ssl.context.verify_mode is ssl.CERT_REQUIRED
    await peer.send(b"still works")
    await app.tcp("set_paused", socket_id, False)
    assert await app.sink.wait(1) == [("tcp.receive", socket_id, b"still works")]


class Pipe:
    """A raw socket to a TLS server that runs in the test itself."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def send(self, data: memoryview) -> int:
        return self._incoming.write(data)

    def recv(self, size: int) -> bytes:
        if not self._outgoing.pending:
            raise BlockingIOError
        return self._outgoing.read(size)

    @property
    def pending(self) -> int:
        return self._outgoing.pending


async def test_records_without_data_do_not_keep_others_from_their_turn(authority):
    """A server may send any number of them, such as session tickets."""
    context = authority.server()
    context.num_tickets = 8000
    pipe = Pipe(context)
    client = TlsContexts(authority.config).open(cast(RawSocket, pipe), "localhost", None)
    shaken = [False, False]
    while not all(shaken):
        shaken[0] = shaken[0] or client.handshake()
        with suppress(ssl.SSLWantReadError):
            pipe.server.do_handshake()
            shaken[1] = True
    pipe.server.write(b"data")
    assert (whole := pipe.pending) > 1 << 20
    with pytest.raises(BlockingIOError):
        client.recv(65536)
    assert pipe.pending > whole - (512 << 10)
    data = b""
    while not data:
        with suppress(BlockingIOError):
            data = client.recv(65536)
    assert data == b"data"
