"""``tcp.secure``: from a plain connection to TLS, in Chromium's order of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeport.net_errors import NetErrorCode

from ._address import canonical_host, ends_in_number, parse_ipv4, parse_ipv6, url_host
from ._interfaces import ABANDONED, Done, TlsVersions
from ._network import MSG_PEEK
from ._outcomes import ZERO, failed
from ._tcp_socket import TcpSocket, code_of
from ._tls import TlsError, TlsStream

if TYPE_CHECKING:
    from ._network import RawSocket
    from ._tcp import Tcp

_MISSING: Final = failed(NetErrorCode.INVALID_ARGUMENT, "Socket not found")
_NOT_PLAIN: Final = failed(NetErrorCode.INVALID_ARGUMENT, "Socket must be a connected client TCP socket.")
_NOT_CONNECTED: Final = failed(NetErrorCode.INVALID_ARGUMENT, "Socket not connected")
#: No URL's host can have these; others that cannot be in a name make one that no certificate is for.
_FORBIDDEN: Final = frozenset(":/\\?#@<>[]^|%\x7f") | frozenset(map(chr, range(32)))
#: No handshake can name a longer host. A space takes three characters there.
_LONGEST_NAME: Final = 255


def secure(tcp: Tcp, socket_id: int, versions: TlsVersions | None, done: Done) -> None:
    """Upgrade a socket that is connected, paused and quiet. A failure from then on destroys it."""
    sock = tcp.sockets.get(socket_id)
    if sock is None:
        done(_MISSING)
    elif sock.upgraded:
        done(_NOT_PLAIN)
    elif sock.raw is None:
        done(_NOT_CONNECTED)
    elif not sock.quiet or sock.local is None:
        tcp.destroy(sock, done, failed(NetErrorCode.FAILED))
    else:
        try:
            stream = _open(tcp, sock, sock.raw, versions)
        except OSError as error:
            tcp.destroy(sock, done, failed(code_of(error)))
        else:
            sock.unwatch()
            handshake = Handshake(tcp, sock, sock.raw, stream, done)
            sock.begin(handshake)
            handshake.go_on()


def _open(tcp: Tcp, sock: TcpSocket, raw: RawSocket, versions: TlsVersions | None) -> TlsStream:
    text = _host(sock.host)
    _refuse_early_bytes(sock, raw)
    return tcp.session.engine.tls.open(raw, _server_name(sock.host, text), versions)


def _host(host: str) -> str:
    """What a URL has of the host that ``connect`` was given; none has most of what is no name."""
    if not host or _in_brackets(host):
        return host
    text = url_host(host)
    if not text or not _FORBIDDEN.isdisjoint(text) or (ends_in_number(text) and parse_ipv4(text) is None):
        raise TlsError(NetErrorCode.FAILED)
    return text


def _in_brackets(host: str) -> bool:
    return host[0] == "[" and host[-1] == "]" and parse_ipv6(host[1:-1]) is not None


def _server_name(host: str, text: str) -> str:
    """The name to verify, as Chromium makes it."""
    if not host:
        raise TlsError(NetErrorCode.UNEXPECTED)
    if _in_brackets(host):
        raise TlsError(NetErrorCode.CERT_COMMON_NAME_INVALID)
    if ends_in_number(text) and (address := parse_ipv4(text)) is not None:
        return address
    if len(text) + 2 * text.count(" ") > _LONGEST_NAME:
        raise TlsError(NetErrorCode.UNEXPECTED)
    name = canonical_host(text)
    if name is None or name.startswith("."):
        raise TlsError(NetErrorCode.CERT_COMMON_NAME_INVALID)
    return name.removesuffix(".")


def _refuse_early_bytes(sock: TcpSocket, raw: RawSocket) -> None:
    """What came before the handshake is no part of TLS. It may have been injected: refuse it."""
    if sock.held:
        raise TlsError(NetErrorCode.SSL_PROTOCOL_ERROR)
    try:
        early = raw.recv(1, MSG_PEEK)
    except BlockingIOError:
        return
    except OSError:
        early = b""
    raise TlsError(NetErrorCode.SSL_PROTOCOL_ERROR if early else NetErrorCode.SOCKET_NOT_CONNECTED)


class Handshake:
    """A TLS handshake under way."""

    __slots__ = ("_done", "_raw", "_sock", "_stream", "_tcp", "_writing")

    def __init__(self, tcp: Tcp, sock: TcpSocket, raw: RawSocket, stream: TlsStream, done: Done) -> None:
        self._tcp = tcp
        self._sock = sock
        self._raw = raw
        self._stream = stream
        self._done = done
        self._writing = False
        tcp.session.network.add_reader(raw, self.go_on)

    def go_on(self) -> None:
        """Do what can be done now."""
        try:
            finished = self._stream.handshake()
        except OSError as error:
            self._stop()
            self._sock.handshake = None
            self._tcp.destroy(self._sock, self._done, failed(code_of(error)))
            return
        if finished:
            self._stop()
            self._sock.secured(self._stream)
            self._done(ZERO)
        else:
            self._watch_writing(not self._stream.flushed)

    def _watch_writing(self, writing: bool) -> None:
        if writing != self._writing:
            self._writing = writing
            if writing:
                self._tcp.session.network.add_writer(self._raw, self.go_on)
            else:
                self._tcp.session.network.remove_writer(self._raw)

    def _stop(self) -> None:
        self._watch_writing(False)
        self._tcp.session.network.remove_reader(self._raw)

    def abandon(self) -> None:
        """The socket is dropped under it."""
        self._stop()
        if not self._tcp.session.closed:
            self._done(ABANDONED)
