"""TLS on the engine's own sockets: an ``SSLObject`` between two memory buffers.

The peer's certificate and name are always verified, by the system's authorities and those that the operator
adds; nothing in an app can change that. TLS 1.2 is the least.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from homeport.errors import UserError
from homeport.net_errors import NetErrorCode

if TYPE_CHECKING:
    from ._interfaces import TlsVersions
    from ._network import Buffer, RawSocket

_RECORDS: Final = 64 << 10
#: So often one read takes from the network before others get their turn: what came may be no data at all.
_FEEDS: Final = 4
_LEAST: Final = ssl.TLSVersion.TLSv1_2
_MOST: Final = ssl.TLSVersion.TLSv1_3
#: What TLS 1.2 is offered with: as Chromium, with old devices' RSA key exchange, and a little more (the row
#: ``ciphers`` of docs/compatibility.md). Level 1 takes RSA keys of 1024 bits.
_SUITES: Final = ":".join(
    (
        *(f"ECDHE+{cipher}" for cipher in ("AESGCM", "CHACHA20")),
        *(f"ECDHE-{key}-{rest}" for rest in ("AES256-SHA384", "AES128-SHA256") for key in ("ECDSA", "RSA")),
        *("ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA"),
        *("AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA"),
        "!aNULL:@SECLEVEL=1",
    )
)
#: What the texts of ``tlsVersion.min`` mean; those not listed mean nothing.
_MIN: Final = {"tls1": _LEAST, "tls1.1": _LEAST, "tls1.2": _LEAST, "tls1.3": _MOST}
_MAX: Final = {"tls1.2": _LEAST, "tls1.3": _MOST}

#: OpenSSL's verdict on a certificate (``X509_V_ERR_…``); those not listed mean an unknown authority.
_CERTIFICATE: Final = {
    3: NetErrorCode.CERT_UNABLE_TO_CHECK_REVOCATION,
    7: NetErrorCode.CERT_INVALID,
    9: NetErrorCode.CERT_DATE_INVALID,
    10: NetErrorCode.CERT_DATE_INVALID,
    13: NetErrorCode.CERT_INVALID,
    14: NetErrorCode.CERT_INVALID,
    23: NetErrorCode.CERT_REVOKED,
    24: NetErrorCode.CERT_INVALID,
    25: NetErrorCode.CERT_INVALID,
    26: NetErrorCode.CERT_INVALID,
    32: NetErrorCode.CERT_INVALID,
    34: NetErrorCode.CERT_INVALID,
    47: NetErrorCode.CERT_INVALID,
    48: NetErrorCode.CERT_INVALID,
    62: NetErrorCode.CERT_COMMON_NAME_INVALID,
    63: NetErrorCode.CERT_COMMON_NAME_INVALID,
    64: NetErrorCode.CERT_COMMON_NAME_INVALID,
    66: NetErrorCode.CERT_WEAK_KEY,
    67: NetErrorCode.CERT_WEAK_KEY,
    68: NetErrorCode.CERT_WEAK_SIGNATURE_ALGORITHM,
    79: NetErrorCode.CERT_INVALID,
}

#: OpenSSL's reason for a failed handshake or record; those not listed are protocol errors.
_REASONS: Final = {
    **dict.fromkeys(
        (
            "INSUFFICIENT_SECURITY",
            "NO_PROTOCOLS_AVAILABLE",
            "SSLV3_ALERT_HANDSHAKE_FAILURE",
            "TLSV1_ALERT_INSUFFICIENT_SECURITY",
            "TLSV1_ALERT_PROTOCOL_VERSION",
            "UNKNOWN_CIPHER_RETURNED",
            "UNSUPPORTED_PROTOCOL",
            "VERSION_TOO_LOW",
            "WRONG_CIPHER_RETURNED",
            "WRONG_SSL_VERSION",
        ),
        NetErrorCode.SSL_VERSION_OR_CIPHER_MISMATCH,
    ),
    **dict.fromkeys(
        (
            "SSLV3_ALERT_BAD_CERTIFICATE",
            "SSLV3_ALERT_CERTIFICATE_EXPIRED",
            "SSLV3_ALERT_CERTIFICATE_REVOKED",
            "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
            "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
            "TLSV1_ALERT_ACCESS_DENIED",
            "TLSV1_ALERT_UNKNOWN_CA",
        ),
        NetErrorCode.BAD_SSL_CLIENT_AUTH_CERT,
    ),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": NetErrorCode.SSL_CLIENT_AUTH_CERT_NEEDED,
    "SSLV3_ALERT_BAD_RECORD_MAC": NetErrorCode.SSL_BAD_RECORD_MAC_ALERT,
    "SSLV3_ALERT_DECOMPRESSION_FAILURE": NetErrorCode.SSL_DECOMPRESSION_FAILURE_ALERT,
    "TLSV1_ALERT_DECRYPT_ERROR": NetErrorCode.SSL_DECRYPT_ERROR_ALERT,
    "TLSV1_UNRECOGNIZED_NAME": NetErrorCode.SSL_UNRECOGNIZED_NAME_ALERT,
    "TLSV1_ALERT_UNRECOGNIZED_NAME": NetErrorCode.SSL_UNRECOGNIZED_NAME_ALERT,
    "TLSV1_ALERT_NO_RENEGOTIATION": NetErrorCode.SSL_NO_RENEGOTIATION,
    "DH_KEY_TOO_SMALL": NetErrorCode.SSL_BAD_PEER_PUBLIC_KEY,
    "INAPPROPRIATE_FALLBACK": NetErrorCode.SSL_VERSION_OR_CIPHER_MISMATCH,
    "TLSV1_ALERT_INAPPROPRIATE_FALLBACK": NetErrorCode.SSL_VERSION_OR_CIPHER_MISMATCH,
}


class TlsError(OSError):
    """TLS came to an end; ``code`` is the network's code for why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class TlsConfig(NamedTuple):
    """What the operator says about TLS: files of authorities to trust beside the system's, as PEM."""

    ca_files: tuple[Path, ...] = ()


class _Object(ssl.SSLObject):
    """Remembers whether the server asked for a client certificate."""

    asked_for_certificate = False


def _overhear(sock: _Object, direction: str, _v: object, content: int, message: int, _data: object) -> None:
    # Handshake (22), CertificateRequest (13). There is no public way to learn of it under TLS 1.3.
    if message == 13 and content == 22 and direction == "read":
        sock.asked_for_certificate = True


class TlsContexts:
    """The settings of all TLS connections of an engine. Authorities are read once, at the first use."""

    def __init__(self, config: TlsConfig | None = None) -> None:
        self._config = config or TlsConfig()
        self._contexts: dict[tuple[int, int], ssl.SSLContext] = {}
        self._after = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(self._config, self._after)

    def open(self, raw: RawSocket, host: str, versions: TlsVersions | None) -> TlsStream:
        """TLS with ``host`` on ``raw``. Raises :class:`TlsError`."""
        low = _MIN.get((versions and versions.min) or "", _LEAST)
        high = _MAX.get((versions and versions.max) or "", _MOST)
        if low > high:
            raise TlsError(NetErrorCode.SSL_PROTOCOL_ERROR)
        context = self._contexts.get((low, high))
        if context is None:
            context = self._contexts[(low, high)] = self._make(low, high)
        return TlsStream(raw, context, host, self._quiet)

    def _make(self, low: ssl.TLSVersion, high: ssl.TLSVersion) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
        _load(self._config, context)
        context.minimum_version, context.maximum_version = low, high
        context.set_ciphers(_SUITES)
        context.hostname_checks_common_name = False
        context.sslobject_class = _Object
        with suppress(AttributeError):
            context._msg_callback = _overhear  # type: ignore[attr-defined]
        return context

    def _quiet(self, sock: ssl.SSLObject) -> None:
        """Overhear no more: data is not our business."""
        sock.context = self._after


def _load(config: TlsConfig, context: ssl.SSLContext) -> None:
    for path in config.ca_files:
        try:
            context.load_verify_locations(path)
        except (OSError, ssl.SSLError) as error:
            reason = error.strerror if not isinstance(error, ssl.SSLError) else "it has no certificate in PEM"
            raise UserError(f"{path}: cannot be used as a file of authorities: {reason}") from error


class TlsStream:
    """One TLS connection over a raw socket. Reads and sends as a raw socket does."""

    __slots__ = ("_ended", "_established", "_incoming", "_outgoing", "_raw", "_rest", "_ssl")

    def __init__(
        self,
        raw: RawSocket,
        context: ssl.SSLContext,
        host: str,
        established: Callable[[ssl.SSLObject], None],
    ) -> None:
        self._raw = raw
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        #: Encrypted bytes that the kernel did not take yet.
        self._rest = memoryview(b"")
        self._ended = False
        self._established: Callable[[ssl.SSLObject], None] | None = established
        self._ssl: Any = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def handshake(self) -> bool:
        """Go on with the handshake; whether it is done. Raises :class:`OSError`."""
        while True:
            try:
                self._ssl.do_handshake()
            except ssl.SSLWantReadError:
                self._refuse_client_certificate()
                self.flush()
                try:
                    self._feed()
                except BlockingIOError:
                    return False
            except ssl.SSLError as error:
                with suppress(OSError):
                    self.flush()
                raise TlsError(self._code(error)) from error
            else:
                self._refuse_client_certificate()
                if not self.flush():
                    return False
                if self._established is not None:
                    self._established(self._ssl)
                    self._established = None
                return True

    def _refuse_client_certificate(self) -> None:
        if self._ssl.asked_for_certificate:
            raise TlsError(NetErrorCode.SSL_CLIENT_AUTH_CERT_NEEDED)

    def _feed(self) -> int:
        """Take what came, at most so much at a time; how many bytes that was. Raises :class:`OSError`."""
        data = self._raw.recv(_RECORDS)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return len(data)

    @property
    def has_data(self) -> bool:
        """Whether reading may give something without more from the network."""
        return bool(self._incoming.pending or self._ended or self._ssl.pending())

    @property
    def flushed(self) -> bool:
        """Whether the kernel has taken all that was sent."""
        return not (self._rest or self._outgoing.pending)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Up to ``size`` bytes, none at the end of the stream."""
        parts: list[bytes] = []
        empty, feeds = False, _FEEDS
        while size > 0 and not self._ended:
            try:
                part = self._ssl.read(size)
            except ssl.SSLWantReadError:
                if empty or not feeds:
                    break
                feeds -= 1
                try:
                    empty = self._feed() < _RECORDS
                except BlockingIOError:
                    break
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                self._ended = True
            except ssl.SSLError as error:
                if parts:
                    break
                raise TlsError(self._code(error)) from error
            else:
                self._ended = not part
                parts.append(part)
                size -= len(part)
        if not self.flushed:
            self.flush()
        if not parts and not self._ended:
            raise BlockingIOError
        return b"".join(parts) if len(parts) != 1 else parts[0]

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Encrypt some of ``data``; how many bytes were taken. :attr:`flushed`: the kernel has them."""
        if not self.flush():
            raise BlockingIOError
        try:
            taken: int = self._ssl.write(memoryview(data)[:_RECORDS])
        except ssl.SSLWantReadError:
            raise BlockingIOError from None
        except ssl.SSLError as error:
            raise TlsError(self._code(error)) from error
        self.flush()
        return taken

    def flush(self) -> bool:
        """Send what is encrypted; whether the kernel has taken all of it."""
        while True:
            if not self._rest:
                if not self._outgoing.pending:
                    return True
                self._rest = memoryview(self._outgoing.read())
            try:
                self._rest = self._rest[self._raw.send(self._rest) :]
            except BlockingIOError:
                return False

    def say_goodbye(self) -> None:
        """Tell the peer that this was all, if there is room for it."""
        if self._established is None and self.flushed:
            with suppress(OSError):
                self._ssl.unwrap()
            with suppress(OSError):
                self.flush()

    def _code(self, error: ssl.SSLError) -> int:
        if isinstance(error, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(error.verify_code, NetErrorCode.CERT_AUTHORITY_INVALID)
        if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return NetErrorCode.CONNECTION_CLOSED
        return _REASONS.get(error.reason or "", NetErrorCode.SSL_PROTOCOL_ERROR)
