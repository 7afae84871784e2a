"""Where Homeport is deliberately not like Chromium: each observation, and its documented row."""

from __future__ import annotations

from typing import Any

from .harness.compare import ANYTHING, Deviation
from .harness.transcript import Value

_NOT_FOUND: Value = {"rejects": "Error: Socket not found"}
_BAD_PORT: Value = {"args": [-4], "lastError": "net::ERR_INVALID_ARGUMENT"}
_BAD_PORT_SENT: Value = {"args": [{"resultCode": -4}], "lastError": "net::ERR_INVALID_ARGUMENT"}
_BAD_CERTIFICATE: Value = {"args": [-207], "lastError": "net::ERR_CERT_INVALID"}
_KEPT = {"": "empty key", "c": [1, {"d": None}], "k\0": "nul"}
_MORE = {"a": 1, "b": "two"}
_TABS = frozenset({"chromium-tab", "firefox-tab"})
_HEADLESS = frozenset({"headless"})
#: Nothing is outstanding when a socket is paused.
_NOTHING: Value = {"events": []}
_NO_LAYOUT = {"box": [False, 0], "offsetParent": None, "width": False}


def _events(*events: tuple[str, dict[str, Any]]) -> Value:
    return {"events": [[name, info] for name, info in events]}


def _receives(socket: str, text: str) -> tuple[str, dict[str, Any]]:
    return "tcp.onReceive", {"socketId": socket, "data": {"$binary": len(text), "text": text}}


def _ends(socket: str, code: int) -> tuple[str, dict[str, Any]]:
    return "tcp.onReceiveError", {"socketId": socket, "resultCode": code}


def _accepts(server: str, client: str) -> tuple[str, dict[str, Any]]:
    return "tcpServer.onAccept", {"socketId": server, "clientSocketId": client}


def _datagram(text: str) -> tuple[str, dict[str, Any]]:
    where = {"remoteAddress": "127.0.0.1", "remotePort": "port2"}
    return "udp.onReceive", {"socketId": "udp10", "data": {"$binary": len(text), "text": text}, **where}


def _named_servers(what: str, *, fails: bool = False, hosts: frozenset[str] = frozenset()) -> list[Deviation]:
    """A server that the manifest does not name is not asked; the request ``fails`` where it would not."""
    failed: dict[str, Value] = {
        "XMLHttpRequest": {"value": [[1, "loadstart", 4, "error"], 0, "", 4, "", "", None, []]},
        "fetch": {"value": "TypeError"},
    }
    row = ("named-servers", "web_requests")
    found = [Deviation(*row, f"{kind}: {what}: the server", ANYTHING, hosts=hosts) for kind in failed]
    if fails:
        found += [Deviation(*row, f"{kind}: {what}", value, hosts=hosts) for kind, value in failed.items()]
    return found


def _no_callback() -> list[Deviation]:
    """The calls without a callback of functions that need one in Chromium."""
    functions = {
        "args_server": {"listen": 4},
        "args_tcp": {"setKeepAlive": 3, "setNoDelay": 2, "connect": 4, "secure": 2, "send": 2},
        "args_udp": {
            "bind": 3,
            "send": 5,
            "joinGroup": 2,
            "leaveGroup": 2,
            "setBroadcast": 2,
            "setMulticastTimeToLive": 2,
            "setMulticastLoopbackMode": 2,
        },
    }
    optional = {"listen", "setKeepAlive", "connect", "secure"}
    found = []
    for case, counts in functions.items():
        for name, count in counts.items():
            shortest = count - 1 if name in optional or (case, name) == ("args_udp", "send") else count
            full = ", ".join(f"a{i}" for i in range(count))
            calls = {", ".join(f"a{i}" for i in range(n)) for n in range(shortest, count + 1)}
            calls |= {f"{full}, undefined", f"{full}, null"}
            found += [Deviation("promises", case, f"{name}({call})", _NOT_FOUND) for call in sorted(calls)]
    return found


def _tls(row: str, case: str, what: str, code: int) -> list[Deviation]:
    """A connection that is secured where it is not in Chromium (0), or the other way round (-207)."""
    view = {"value": "failed" if code else "secured"}
    return [
        Deviation(row, case, what, _BAD_CERTIFICATE if code else {"args": [0]}),
        Deviation(row, case, f"{what}: the peer's view", view),
    ]


def _more_ciphers() -> list[Deviation]:
    found: list[Deviation] = []
    for key in ("RSA", "ECDSA"):
        for suite in ("AES128-SHA256", "AES256-SHA384"):
            found += _tls("ciphers", "tls_suites", f"{key}, ECDHE-{key}-{suite}", 0)
    for version in ("1.2", "1.3"):
        for curve in ("secp521r1", "X448"):
            found += _tls("ciphers", "tls_suites", f"{curve} in TLS {version}", 0)
        for key in ("P-521", "Ed25519"):
            found += _tls("ciphers", "tls_certificates", f"{key}, 127.0.0.1, tls{version}", 0)
    return found


def _certificate_uses() -> list[Deviation]:
    where = ("certificate-uses", "tls_certificates")
    found = [
        Deviation(*where, f"{what}, 127.0.0.1, tls1.3", _BAD_CERTIFICATE)
        for what in ("for clients, expired", "key usage: sign certificates")
    ]
    found += _tls(*where, "for anything, 127.0.0.1, tls1.3", -207)
    for version in ("1.2", "1.3"):
        found += _tls(*where, f"key usage: encipher, 127.0.0.1, tls{version}", 0)
    return found


def _old_ends() -> list[Deviation]:
    """What nobody hears the end of in Chromium."""
    row, closed = "old-ends", {"resultCode": -100}
    found = [
        Deviation(row, "old_data", f"an accept that {verb} ends", {"value": {"args": [closed]}})
        for verb in ("disconnect", "destroy")
    ]
    read: Value = {"value": {"args": [{**closed, "data": ""}]}}
    found.append(Deviation(row, "old_data", "a read of UDP that disconnect ends", read))
    for call in ("connect", "connect to a name"):
        found += [
            Deviation(row, "old_states", f"tcp, ended: {call}", {"value": {"args": [0]}}),
            Deviation(row, "old_states", f"tcp, ended: info after {call}", ANYTHING),
        ]
    return found


_CALLBACK_ONLY = (
    *(f"tcp.{name}" for name in ("connect", "send", "secure", "setNoDelay", "setKeepAlive")),
    *(f"udp.{name}" for name in ("bind", "send", "joinGroup", "leaveGroup", "setBroadcast")),
    *("udp.setMulticastTimeToLive", "udp.setMulticastLoopbackMode", "tcpServer.listen"),
)

DEVIATIONS: tuple[Deviation, ...] = (
    *_no_callback(),
    *(
        Deviation("promises", "callbacks", f"{name} without a callback", _NOT_FOUND)
        for name in _CALLBACK_ONLY
    ),
    Deviation("ports", "tcp_connect", "port -1", _BAD_PORT),
    Deviation("ports", "tcp_connect", "port 65536", _BAD_PORT),
    Deviation("ports", "permissions_narrow", 'tcp.connect "127.0.0.1" 655??', _BAD_PORT),
    Deviation("ports", "permissions_narrow", 'tcp.connect "127.0.0.1" -65529', _BAD_PORT),
    Deviation("ports", "permissions_narrow", 'tcp.connect "a.localhost" 65544', _BAD_PORT),
    Deviation("ports", "permissions_narrow", "udp.bind 0.0.0.0 112659", _BAD_PORT),
    Deviation("ports", "permissions_narrow", "udp.send 127.0.0.1 65545", _BAD_PORT_SENT),
    Deviation("ports", "permissions_narrow", "tcpServer.listen 127.0.0.1 112537", _BAD_PORT),
    Deviation("ports", "udp_send", "to port -1", _BAD_PORT_SENT),
    Deviation("strict-pause", "tcp_pause", "paused while a read was outstanding: the first data", _NOTHING),
    Deviation("strict-pause", "tcp_pause", "unpaused", _events(_receives("tcp4", "onetwo"))),
    Deviation("strict-pause", "tcp_pause", "data after a pause from inside the listener (race)", _NOTHING),
    Deviation(
        *("strict-pause", "tcp_pause", "data after that (race)"),
        {
            "any": [
                _events(_receives("tcp6", "second"), _receives("tcp6", "third")),
                _events(_receives("tcp6", "secondthird")),
            ]
        },
    ),
    Deviation("strict-pause", "tcp_end", "events of close with unread data (race)", _NOTHING),
    Deviation("strict-pause", "tcp_send", "an error happens once", _NOTHING),
    Deviation("strict-pause", "udp_receive", "the first datagram while paused", _NOTHING),
    Deviation(
        "strict-pause", "udp_receive", "unpaused after that", _events(_datagram("four"), _datagram("five"))
    ),
    Deviation("strict-pause", "server_accept", "a connection while paused", _NOTHING),
    Deviation(
        *("server-resume", "server_accept", "events after unpausing the server"),
        _events(_accepts("tcpServer1", "tcp6"), _accepts("tcpServer1", "tcp7")),
    ),
    Deviation(
        "server-resume",
        "server_accept",
        "a connection after unpausing",
        _events(_accepts("tcpServer1", "tcp8")),
    ),
    Deviation(
        *("server-resume", "server_accept", "paused before listen: unpaused"),
        _events(_accepts("tcpServer2", "tcp9")),
    ),
    # Its number counts the connections that Chromium never accepted.
    Deviation("reset-code", "server_accept", "its peer resets", _events(_ends("tcp10", -101))),
    Deviation("reset-code", "tcp_end", "the peer resets", _events(_ends("tcp3", -101))),
    Deviation(
        *("reset-code", "tcp_end", "unpaused after a reset"),
        _events(_receives("tcp4", "lost?"), _ends("tcp4", -101)),
    ),
    Deviation("reset-code", "tls", "the peer resets a TLS connection", _events(_ends("tcp45", -101))),
    Deviation(
        *("buffer-size-at-once", "tcp_receive", "first read was begun before, the others are five (race)"),
        {"value": [5, 5]},
    ),
    Deviation(
        *("buffer-size-at-once", "udp_receive", "the read that was begun before the update"),
        _events(
            (
                "udp.onReceive",
                {
                    "socketId": "udp9",
                    "remoteAddress": "127.0.0.1",
                    "remotePort": "port2",
                    "data": {"$binary": 16, "text": "longer than four"},
                },
            )
        ),
    ),
    Deviation(
        *("send-after-disconnect", "tcp_close", "disconnect: a later send"),
        {"args": [{"resultCode": -15}], "lastError": "net::ERR_SOCKET_NOT_CONNECTED"},
    ),
    Deviation(
        *("plaintext-before-secure", "tls", "plain bytes that were not read before secure"),
        {"args": [-107], "lastError": "net::ERR_SSL_PROTOCOL_ERROR"},
    ),
    Deviation(
        *("plaintext-before-secure", "tls", "close after that"), {"args": [], "lastError": "Socket not found"}
    ),
    Deviation(
        *("plaintext-before-secure", "tls", "gone after a word: secure"),
        {"args": [-107], "lastError": "net::ERR_SSL_PROTOCOL_ERROR"},
    ),
    Deviation("ciphers", "tls", "no common cipher", {"args": [0]}),
    Deviation(
        *("ciphers", "tls", "no common cipher: the peer's view"),
        {"value": {"sni": None, "version": "TLSv1.2"}},
    ),
    Deviation("ciphers", "tls", "no common cipher: info", ANYTHING),
    Deviation("ciphers", "tls", "no common cipher: close", {"args": []}),
    *_more_ciphers(),
    *_certificate_uses(),
    *_old_ends(),
    Deviation(
        *("sni-dot", "tls", "by a name with a dot: the peer's view"),
        {"value": {"sni": "localhost", "version": "TLSv1.3"}},
    ),
    Deviation(
        *("own-last-error", "callbacks", "lastError works after that"),
        {"args": [], "lastError": "Socket not found"},
    ),
    Deviation("long-names", "args_objects", "name long", {"value": [4096, "n" * 20]}),
    Deviation("native-code", "shape", "function.toString", ANYTHING),
    Deviation(*("nested-workers", "workers", "a worker's worker: *"), {"value": []}, hosts=_HEADLESS),
    *(
        Deviation(
            *("no-layout", "hidden_window", what),
            {"value": {"size": True, "text": text, **_NO_LAYOUT}},
            hosts=_HEADLESS,
        )
        for what, text in {
            "hidden": "one\ntwo",
            **dict.fromkeys(("with one more line", "shown", "hidden again"), "one\ntwo\nthree"),
        }.items()
    ),
    Deviation(*("inner-functions", "shape_all", "chrome.app.window: what no app can use"), {"value": []}),
    Deviation("closed-shadows", "shape_all", "the shadow of an element with a closed one", {"value": "null"}),
    Deviation("storage-methods", "storage", "a method needs its object", {"args": [{}]}),
    *(
        Deviation("storage-nul", "storage", what, {"args": [{**_KEPT, **more}]})
        for what, more in {"get null": _MORE, "get undefined": _MORE, "what is left": {}}.items()
    ),
    Deviation("storage-nul", "storage", "bytes of everything", {"args": [33]}),
    Deviation("closed-window", "windows", "window.close() closes (race)", {"value": 0}),
    Deviation("own-address", "windows", "an address of the app's own", {"value": "made"}),
    Deviation("package-url", "entries", "it has an address", {"value": True}),
    *(
        Deviation("own-file-head", "own_files", f"{what}: HEAD", ANYTHING, hosts=_TABS)
        for what in ("XMLHttpRequest", "fetch")
    ),
    *_named_servers("moved to a stranger"),
    *_named_servers("moved to a stranger who allows it", fails=True),
    *_named_servers("a stranger", hosts=_HEADLESS),
    *_named_servers("a stranger who allows it", fails=True, hosts=_HEADLESS),
    *_named_servers("a stranger who moves", hosts=_HEADLESS),
    *(
        Deviation(
            "unknown-permissions", "host_permissions", f'contains permissions ["{name}"]', {"args": [False]}
        )
        for name in ("nonsense", "http://127.0.0.1/*", "sockets")
    ),
    Deviation("synchronous", "web_requests", "synchronous", {"value": [200, 8, "BASE/typed?as=text/plain"]}),
    Deviation("synchronous", "web_requests", "synchronous: *", ANYTHING),
    Deviation("lone-surrogates", "args_objects", "name lone surrogate", {"value": "kept"}),
)
