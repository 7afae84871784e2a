"""``tcp.secure``: its checks in order, what it keeps and forgets, and every way in which it can fail."""

import asyncio
import datetime as dt
import socket
import ssl
import warnings
from contextlib import suppress

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeport.engine import ABANDONED, OK, Outcome, SendInfo, SocketProperties, TlsConfig, TlsVersions

NOT_FOUND = Outcome((), "Socket not found")
ZERO = Outcome((0,))
FAILED = Outcome((-2,), "net::ERR_FAILED")


@pytest.fixture
async def app(open_app, authority):
    """An app that trusts the tests' authority."""
    return open_app(tls=authority.config)


@pytest.fixture
async def prepare(app):
    """Connects a paused socket to a local port: ``socket_id = await prepare(port)``."""

    async def make(port, host="localhost", **properties):
        socket_id = (await app.tcp("create", SocketProperties(**properties))).args[0].socket_id
        await app.tcp("set_paused", socket_id, True)
        assert await app.tcp("connect", socket_id, host, port, None) == ZERO
        return socket_id

    return make


async def is_gone(app, socket_id):
    return await app.tcp("close", socket_id) == NOT_FOUND


# The checks


async def test_without_a_connection_it_fails_and_keeps_the_socket(app):
    await app.tcp("create", None)
    assert await app.tcp("secure", 1, None) == ((-4,), "Socket not connected")
    assert await app.tcp("close", 1) == OK


async def test_a_socket_that_reads_cannot_be_secured_and_is_destroyed(app, connect):
    socket_id, peer = await connect(app)
    order = app.sink.events
    app.session.tcp.secure(socket_id, None, order.append)
    assert order == [FAILED, ("tcp.receive_error", socket_id, -100)]
    assert await is_gone(app, socket_id)
    assert await peer.receive_all() == b""


async def test_a_socket_that_sends_cannot_be_secured_and_is_destroyed(app, connect):
    socket_id, _ = await connect(app, paused=True)
    sending = asyncio.ensure_future(app.tcp("send", socket_id, bytes(50_000_000)))
    await asyncio.sleep(0)
    assert await app.tcp("secure", socket_id, None) == FAILED
    assert await sending == ABANDONED
    assert app.sink.events == []
    assert await is_gone(app, socket_id)


async def test_an_accepted_socket_cannot_be_secured_and_is_destroyed(app, dial):
    await app.server("create", None)
    await app.server("listen", 1, "127.0.0.1", 0, None)
    await dial((await app.server("get_info", 1)).args[0].local_port)
    await app.sink.wait(1)
    assert await app.tcp("secure", 1, None) == FAILED
    assert await is_gone(app, 1)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        *(("", -9), ("x" * 256, -9), ("a b" * 60, -9)),
        *(
            ("::1", -2),
            ("a/b", -2),
            ("a%2fb", -2),
            ("a.1", -2),
            ("1.2.3.4.5", -2),
            ("a.08", -2),
            ("\u00ad", -2),
        ),
        *(
            ("other host", -200),
            ("other%20host", -200),
            (".localhost", -200),
            ("[::1]", -200),
            ("a b" * 50, -200),
        ),
    ],
)
async def test_a_last_host_that_no_certificate_can_name_fails_it(app, prepare, listen_tls, host, code):
    port, _ = await listen_tls()
    socket_id = await prepare(port)
    await app.tcp("connect", socket_id, host, 1, None)  # Refused, but remembered.
    assert (await app.tcp("secure", socket_id, None)).args == (code,)
    assert await is_gone(app, socket_id)


async def test_the_name_is_that_of_the_last_connect_even_of_a_refused_one(app, prepare, listen_tls):
    port, _ = await listen_tls()
    socket_id = await prepare(port)
    await app.tcp("connect", socket_id, "other.example", -1, None)
    assert await app.tcp("secure", socket_id, None) == ((-200,), "net::ERR_CERT_COMMON_NAME_INVALID")
    assert await is_gone(app, socket_id)


# Success


async def test_a_secured_socket_keeps_its_state_and_forgets_name_and_buffer_size(app, prepare, listen_tls):
    port, accepted = await listen_tls()
    socket_id = await prepare(port, name="n", buffer_size=77, persistent=True)
    before = (await app.tcp("get_info", socket_id)).args[0]
    assert await app.tcp("secure", socket_id, None) == ZERO
    after = (await app.tcp("get_info", socket_id)).args[0]
    assert (after.name, after.buffer_size) == (None, None)
    assert (after.persistent, after.paused, after.connected) == (True, True, True)
    assert (after.local_port, after.peer_address) == (before.local_port, "127.0.0.1")
    peer = await accepted.get()
    await peer.send(b"hello")
    await app.tcp("set_paused", socket_id, False)
    assert await app.sink.wait(1) == [("tcp.receive", socket_id, b"hello")]


async def test_a_secured_socket_takes_no_options_no_upgrade_and_no_other_connection(app, connect_tls, listen):
    socket_id, _ = await connect_tls(app)
    port = listen().port
    not_plain = ((-4,), "Socket must be a connected client TCP socket.")
    for _ in range(2):
        assert await app.tcp("set_no_delay", socket_id, True) == FAILED
        assert await app.tcp("set_keep_alive", socket_id, True, 5) == FAILED
        assert await app.tcp("secure", socket_id, None) == not_plain
        failed = ((-104,), "net::ERR_CONNECTION_FAILED")
        assert await app.tcp("connect", socket_id, "127.0.0.1", port, None) == failed
        await app.tcp("disconnect", socket_id)


async def test_a_connection_may_be_upgraded_in_the_middle(app, listen, authority, until):
    listener = listen()
    await app.tcp("create", None)
    await app.tcp("connect", 1, "localhost", listener.port, None)
    peer = await listener.accept()
    await peer.send(b"220 hello")
    await app.sink.wait(1)
    await app.tcp("send", 1, b"STARTTLS")
    assert await peer.receive(8) == b"STARTTLS"
    await peer.send(b"220 go ahead")
    await app.sink.wait(2)
    await app.tcp("set_paused", 1, True)
    context = authority.server()
    loop = asyncio.get_running_loop()
    plain = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(plain)
    peer.sock, sock = sock_of_nothing(), peer.sock
    serving = asyncio.ensure_future(loop.connect_accepted_socket(lambda: protocol, sock, ssl=context))
    assert await app.tcp("secure", 1, None) == ZERO
    transport, _ = await serving
    transport.write(b"secret")
    await app.tcp("set_paused", 1, False)
    assert [event[2] for event in await app.sink.wait(3)] == [b"220 hello", b"220 go ahead", b"secret"]
    transport.abort()


def sock_of_nothing():
    """In place of a socket that was given away."""
    return socket.socket()


async def test_bytes_go_both_ways(app, connect_tls, until):
    socket_id, peer = await connect_tls(app)
    await app.tcp("set_paused", socket_id, False)
    there, back = bytes(range(256)) * 12_000, bytes(range(255)) * 12_000
    outcome, got, _ = await asyncio.gather(
        app.tcp("send", socket_id, there), peer.receive(len(there)), peer.send(back)
    )
    assert outcome.args == (SendInfo(0, len(there)),)
    assert got == there
    await until(lambda: sum(len(event[2]) for event in app.sink.events) == len(back))
    assert b"".join(event[2] for event in app.sink.events) == back
    assert max(len(event[2]) for event in app.sink.events) == 4096


async def test_sends_answer_in_order_and_only_when_they_are_on_their_way(app, connect_tls):
    socket_id, peer = await connect_tls(app)
    outcomes: list[Outcome] = []
    sizes = [3, 20_000_000, 0, 5]
    for size in sizes:
        app.session.tcp.send(socket_id, bytes(size), outcomes.append)
    assert len(outcomes) == 1
    await peer.receive(sum(sizes))
    assert outcomes == [((SendInfo(0, size),), None) for size in sizes]


async def test_closing_says_goodbye_so_that_the_peer_can_tell_it_from_a_cut(app, connect_tls):
    socket_id, peer = await connect_tls(app)
    await app.tcp("send", socket_id, b"last")
    await app.tcp("close", socket_id)
    assert await peer.receive_all() == b"last"


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_the_end_of_the_stream_is_told_after_the_last_byte(app, connect_tls, how):
    socket_id, peer = await connect_tls(app)
    await peer.send(b"last")
    getattr(peer, how)()
    await app.tcp("set_paused", socket_id, False)
    events = await app.sink.wait(2)
    assert events[0] == ("tcp.receive", socket_id, b"last")
    assert events[1][2] in ((-100,) if how == "close" else (-100, -101))


async def test_the_name_is_sent_in_normal_form(app, prepare, listen_tls, authority):
    asked = []
    context = authority.server("localhost")
    context.sni_callback = lambda sock, name, context: asked.append(name)
    port, _ = await listen_tls(context)
    socket_id = await prepare(port, "LocalHost.")
    assert await app.tcp("secure", socket_id, None) == ZERO
    assert asked == ["localhost"]


async def test_an_international_name_is_verified_as_it_is_written_in_certificates(
    open_app, authority, listen_tls
):
    from homeport.engine import parse_host_map

    app = open_app(tls=authority.config, host_map=parse_host_map(["münchen.test=127.0.0.1"]))
    port, _ = await listen_tls(authority.server("xn--mnchen-3ya.test"))
    await app.tcp("create", None)
    await app.tcp("set_paused", 1, True)
    assert await app.tcp("connect", 1, "MÜNCHEN.test", port, None) == ZERO
    assert await app.tcp("secure", 1, None) == ZERO


async def test_an_address_is_verified_as_an_address(app, prepare, listen_tls):
    port, _ = await listen_tls()
    socket_id = await prepare(port, "127.1")
    assert await app.tcp("secure", socket_id, None) == ZERO


# Certificates


def self_signed(*, named=True):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )
    if named:
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        certificate = certificate.add_extension(names, critical=False)
    signed = certificate.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return trustme.LeafCert(key.private_bytes(pem, *plain), signed.public_bytes(pem), [])


def server(leaf):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FUTURE = dt.datetime(2090, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("make", "code", "text"),
    [
        (lambda a: a.server("localhost", not_after=PAST), -201, "CERT_DATE_INVALID"),
        (lambda a: a.server("localhost", not_before=FUTURE, not_after=FUTURE), -201, "CERT_DATE_INVALID"),
        (lambda a: a.server("other.test"), -200, "CERT_COMMON_NAME_INVALID"),
        (lambda a: a.server("127.0.0.1"), -200, "CERT_COMMON_NAME_INVALID"),
        (
            lambda a: server(a.ca.issue_cert("other.test", common_name="localhost")),
            -200,
            "CERT_COMMON_NAME_INVALID",
        ),
        (lambda a: server(trustme.CA().issue_cert("localhost")), -202, "CERT_AUTHORITY_INVALID"),
        (lambda a: server(self_signed()), -202, "CERT_AUTHORITY_INVALID"),
        (
            lambda a: server(trustme.CA().issue_cert("other.test", not_after=PAST)),
            -202,
            "CERT_AUTHORITY_INVALID",
        ),
    ],
    ids=[
        "expired",
        "not yet",
        "wrong name",
        "no name",
        "common name",
        "unknown",
        "self-signed",
        "all at once",
    ],
)
async def test_a_certificate_that_does_not_hold_destroys_the_socket(
    app, prepare, listen_tls, authority, make, code, text
):
    port, accepted = await listen_tls(make(authority))
    socket_id = await prepare(port)
    assert await app.tcp("secure", socket_id, None) == ((code,), f"net::ERR_{text}")
    assert await is_gone(app, socket_id)
    assert app.sink.events == []
    assert accepted.empty()


async def test_a_name_in_the_subject_alone_does_not_count(open_app, prepare, listen_tls, tmp_path):
    leaf = self_signed(named=False)
    file = tmp_path / "trusted.pem"
    leaf.cert_chain_pems[0].write_to_path(file)
    port, _ = await listen_tls(server(leaf))
    app = open_app(tls=TlsConfig(ca_files=(file,)))
    await app.tcp("create", None)
    await app.tcp("set_paused", 1, True)
    await app.tcp("connect", 1, "localhost", port, None)
    assert await app.tcp("secure", 1, None) == ((-200,), "net::ERR_CERT_COMMON_NAME_INVALID")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("mode", [ssl.CERT_REQUIRED, ssl.CERT_OPTIONAL])
async def test_a_server_that_asks_for_a_certificate_gets_none(
    app, prepare, listen_tls, authority, version, mode
):
    context = authority.server()
    context.maximum_version = version
    context.verify_mode = mode
    authority.ca.configure_trust(context)
    port, _ = await listen_tls(context)
    socket_id = await prepare(port)
    outcome = await app.tcp("secure", socket_id, None)
    assert outcome == ((-110,), "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED")
    assert await is_gone(app, socket_id)


# Versions


def speaks(authority, low, high):
    context = authority.server()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = low, high
    return context


def serve(listener, context):
    """Take one connection in a thread: unlike a loop's servers, it tells the peer why it fails."""
    sock, _ = listener.sock.accept()
    sock.settimeout(10)
    with suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
        tls.recv(1)
    sock.close()


V = ssl.TLSVersion


@pytest.mark.parametrize(
    ("low", "high", "wanted", "args"),
    [
        (V.TLSv1, V.TLSv1_1, None, (-113,)),
        (V.TLSv1_1, V.TLSv1_1, TlsVersions("tls1.1", "tls1.1"), (-113,)),
        (V.TLSv1_2, V.TLSv1_2, None, (0,)),
        (V.TLSv1_3, V.TLSv1_3, None, (0,)),
        (V.TLSv1_2, V.TLSv1_2, TlsVersions(min="tls1.3"), (-113,)),
        (V.TLSv1_3, V.TLSv1_3, TlsVersions(max="tls1.2"), (-113,)),
        (V.TLSv1_2, V.TLSv1_3, TlsVersions("tls1", "tls1"), (0,)),
        (V.TLSv1_2, V.TLSv1_3, TlsVersions("junk", "ssl3"), (0,)),
        (V.TLSv1_2, V.TLSv1_3, TlsVersions("tls1.3", "tls1.2"), (-107,)),
    ],
)
async def test_versions_are_met_or_the_socket_destroyed(
    app, prepare, listen, authority, low, high, wanted, args
):
    listener = listen()
    listener.sock.setblocking(True)
    serving = asyncio.ensure_future(asyncio.to_thread(serve, listener, speaks(authority, low, high)))
    socket_id = await prepare(listener.port)
    outcome = await app.tcp("secure", socket_id, wanted)
    assert outcome.args == args
    assert await is_gone(app, socket_id) == (args != (0,))
    await serving


# Peers that do not speak TLS


@pytest.mark.parametrize("where", ["kernel", "held"])
async def test_bytes_from_before_are_an_error_for_they_may_be_injected(app, listen, until, where):
    listener = listen()
    await app.tcp("create", SocketProperties(buffer_size=3))
    if where == "kernel":
        await app.tcp("set_paused", 1, True)
    else:
        app.sink.listener = lambda event: app.session.tcp.set_paused(1, True, lambda outcome: None)
    assert await app.tcp("connect", 1, "localhost", listener.port, None) == ZERO
    peer = await listener.accept()
    await peer.send(b"220 go ahead\r\n* injected")
    await until(lambda: not app.session.network.unsent(peer.sock))
    if where == "held":
        await app.sink.wait(1)
    assert await app.tcp("secure", 1, None) == ((-107,), "net::ERR_SSL_PROTOCOL_ERROR")
    assert await is_gone(app, 1)
    with suppress(ConnectionResetError):
        assert await peer.receive_all() == b""  # Not even a hello.


@pytest.mark.parametrize(
    ("answer", "code"),
    [("junk", -107), ("close", -100), ("reset", -101), ("close at once", -15), ("half a record", -100)],
)
async def test_what_answers_otherwise_is_told_apart(app, prepare, listen, until, answer, code):
    listener = listen()
    socket_id = await prepare(listener.port)
    peer = await listener.accept()
    if answer == "close at once":
        peer.close()
    secured = asyncio.ensure_future(app.tcp("secure", socket_id, None))
    if answer != "close at once":
        hello = await asyncio.get_running_loop().sock_recv(peer.sock, 4096)
        assert hello[:2] == b"\x16\x03"
    if answer == "junk":
        await peer.send(b"HTTP/1.0 400 Bad Request\r\n\r\n")
    elif answer == "half a record":
        await peer.send(b"\x16\x03\x03\x40\x00" + bytes(100))
        peer.close()
    elif answer in ("close", "reset"):
        getattr(peer, answer)()
    assert (await secured).args[0] in ((code,) if answer != "half a record" else (-100, -101))
    assert await is_gone(app, socket_id)


# While it is under way


@pytest.fixture
async def under_way(app, prepare, listen):
    """A socket whose handshake gets no answer: its id, the peer and the outcomes."""
    listener = listen()
    socket_id = await prepare(listener.port)
    outcomes: list[Outcome] = []
    app.session.tcp.secure(socket_id, None, outcomes.append)
    return socket_id, await listener.accept(), outcomes


async def test_meanwhile_the_socket_is_connected_and_good_for_nothing(app, under_way):
    socket_id, _, outcomes = under_way
    assert (await app.tcp("get_info", socket_id)).args[0].connected
    assert await app.tcp("send", socket_id, b"x") == ((SendInfo(-15),), "net::ERR_SOCKET_NOT_CONNECTED")
    assert await app.tcp("set_no_delay", socket_id, True) == FAILED
    assert (await app.tcp("connect", socket_id, "127.0.0.1", 1, None)).args == (-23,)
    assert await app.tcp("set_paused", socket_id, False) == OK
    assert app.sink.events == [("tcp.receive_error", socket_id, -15)]
    assert (await app.tcp("get_info", socket_id)).args[0].paused
    assert outcomes == []


@pytest.mark.parametrize("how", ["disconnect", "close"])
async def test_ending_the_socket_abandons_it(app, under_way, how):
    socket_id, peer, outcomes = under_way
    assert await app.tcp(how, socket_id) == OK
    assert outcomes == [ABANDONED]
    assert app.sink.events == []
    assert (await peer.receive_all())[:1] == b"\x16"


async def test_a_second_one_destroys_the_socket(app, under_way):
    socket_id, _, outcomes = under_way
    assert await app.tcp("secure", socket_id, None) == FAILED
    assert outcomes == [ABANDONED]
    assert await is_gone(app, socket_id)


async def test_the_end_of_the_session_calls_nobody(app, under_way):
    _, peer, outcomes = under_way
    app.session.close()
    assert (await peer.receive_all())[:1] == b"\x16"
    assert outcomes == []
