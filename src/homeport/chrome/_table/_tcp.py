"""``chrome.sockets.tcp``."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    BINARY,
    BOOLEAN,
    INTEGER,
    NO_PERMISSION,
    STRING,
    Callback,
    Dictionary,
    Enum,
    Event,
    Failure,
    Function,
    Param,
    Permission,
    net,
    ref,
)

from ._common import (
    BUFFER_SIZE,
    ERROR_CODE,
    INFO_BUFFER_SIZE,
    INFO_ID,
    INFO_NAME,
    INFO_PAUSED,
    INFO_PERSISTENT,
    LOCAL_ADDRESS,
    LOCAL_PORT,
    NAME,
    NOT_FOUND,
    NOT_FOUND_CODE,
    PERSISTENT,
    QUOTA,
    RESULT,
    RESULT_CODE,
    SOCKET_ID,
    create_info,
    denied,
    socket_functions,
)

_NAME = "sockets.tcp"
_SHARED = socket_functions(_NAME)
_RESULT = Callback((RESULT,))

_FUNCTIONS = (
    _SHARED["create"],
    _SHARED["update"],
    _SHARED["setPaused"],
    Function(
        "setKeepAlive",
        (
            SOCKET_ID,
            Param("enable", BOOLEAN, "Whether the system should probe a silent peer."),
            Param(
                "delay", INTEGER, "Seconds of silence before the first probe. 0: the system's.", optional=True
            ),
        ),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Turns TCP keep-alive on or off.",
        errors=(NOT_FOUND_CODE, net(-2, "The socket is not connected, is secured, or the delay is refused.")),
    ),
    Function(
        "setNoDelay",
        (SOCKET_ID, Param("noDelay", BOOLEAN, "Whether small pieces are sent at once.")),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Turns Nagle's algorithm off (`true`) or on. Connections that the app makes begin with `true`.",
        errors=(NOT_FOUND_CODE, net(-2, "The socket is not connected, or is secured.")),
    ),
    Function(
        "connect",
        (
            SOCKET_ID,
            Param("peerAddress", STRING, "A host name or an IP address."),
            Param("peerPort", INTEGER, "The port, 0 to 65535."),
            Param(
                "dnsQueryType",
                ref(f"{_NAME}.DnsQueryType"),
                "Which addresses of a name to use.",
                optional=True,
            ),
        ),
        _RESULT,
        permission=Permission("tcp.connect", "peerAddress", "peerPort"),
        doc="Connects to a peer. Unless the socket is paused, receiving begins at once.",
        errors=(
            NOT_FOUND,
            denied("Does not have permission", "tcp.connect"),
            net(-4, "The port is not between 0 and 65535."),
            net(-23),
            net(-104, "The socket is connecting, or no connection could be made."),
            net(-105),
            net(-102),
            net(-118),
            net(-109),
            net(-106),
            net(-138),
        ),
    ),
    Function(
        "disconnect",
        (SOCKET_ID,),
        Callback(optional=True, promise=True),
        permission=NO_PERMISSION,
        doc="Ends the connection. The id stays, and may connect again.",
        errors=(NOT_FOUND,),
    ),
    Function(
        "secure",
        (SOCKET_ID, Param("options", ref(f"{_NAME}.SecureOptions"), "Limits for TLS.", optional=True)),
        _RESULT,
        permission=NO_PERMISSION,
        doc=(
            "Starts TLS on a connected socket, as the client. The server's certificate must be valid for the "
            "address given to `connect`. Pause the socket before it connects, secure it, then unpause."
        ),
        errors=(
            Failure("Socket not found", -4, "The app has no socket with this id."),
            Failure("Socket must be a connected client TCP socket.", -4, "The socket is secured already."),
            Failure("Socket not connected", -4, "The socket is not connected."),
            net(-2, "The socket is receiving, or was accepted from a server. It is closed."),
            net(-100, "The peer closed the connection instead. The socket is closed."),
            net(-107, "The peer does not speak TLS. The socket is closed."),
            net(-110, "The server asks for a client certificate. The socket is closed."),
            net(-112, "`min` is above `max`. The socket is closed."),
            net(-113, "The two sides share no TLS version. The socket is closed."),
            net(-200, "The certificate is not for this host. The socket is closed."),
            net(-201, "The certificate has expired, or is not valid yet. The socket is closed."),
            net(-202, "The certificate's authority is not trusted. The socket is closed."),
        ),
    ),
    Function(
        "send",
        (SOCKET_ID, Param("data", BINARY, "The bytes to send.")),
        Callback((Param("sendInfo", ref(f"{_NAME}.SendInfo"), "What was sent."),)),
        permission=NO_PERMISSION,
        doc="Sends all of the bytes, in the order of the calls.",
        errors=(QUOTA, NOT_FOUND, net(-15), net(-2, "The connection broke.")),
    ),
    _SHARED["close"],
    _SHARED["getInfo"],
    _SHARED["getSockets"],
)

_DICTIONARIES = (
    Dictionary("SocketProperties", (PERSISTENT, NAME, BUFFER_SIZE), "What an app may set on a socket."),
    create_info(),
    Dictionary(
        "SendInfo",
        (
            RESULT_CODE,
            Param("bytesSent", INTEGER, "How many bytes were sent; there only on success.", optional=True),
        ),
        "How a `send` ended.",
    ),
    Dictionary(
        "TLSVersionConstraints",
        (
            Param("min", STRING, "The lowest version, such as `tls1.2`.", optional=True),
            Param("max", STRING, "The highest version, such as `tls1.3`.", optional=True),
        ),
        "Versions of TLS; 1.2 is the lowest there is.",
    ),
    Dictionary(
        "SecureOptions",
        (
            Param(
                "tlsVersion",
                ref(f"{_NAME}.TLSVersionConstraints"),
                "The versions of TLS to allow.",
                optional=True,
            ),
        ),
        "Limits for `secure`.",
    ),
    Dictionary(
        "SocketInfo",
        (
            INFO_ID,
            INFO_PERSISTENT,
            INFO_NAME,
            INFO_BUFFER_SIZE,
            INFO_PAUSED,
            Param("connected", BOOLEAN, "Whether the socket is connected."),
            LOCAL_ADDRESS,
            LOCAL_PORT,
            Param("peerAddress", STRING, "The peer's IP address, while connected.", optional=True),
            Param("peerPort", INTEGER, "The peer's port, while connected.", optional=True),
        ),
        "The state of a TCP socket.",
    ),
    Dictionary(
        "ReceiveInfo",
        (INFO_ID, Param("data", BINARY, "The bytes, at most `bufferSize`.")),
        "Bytes have arrived.",
    ),
    Dictionary("ReceiveErrorInfo", (INFO_ID, ERROR_CODE), "Receiving has ended."),
)

TCP = namespace(
    _NAME,
    doc="TCP connections: those that the app makes, and those that its servers accept.",
    requires="sockets",
    functions=_FUNCTIONS,
    events=(
        Event(
            "onReceive",
            (Param("info", ref(f"{_NAME}.ReceiveInfo"), "The socket and the bytes."),),
            "Bytes have arrived on a socket that is not paused.",
        ),
        Event(
            "onReceiveError",
            (Param("info", ref(f"{_NAME}.ReceiveErrorInfo"), "The socket and the reason."),),
            "The peer closed the connection (-100), or it broke. The socket is then paused and disconnected.",
        ),
    ),
    dictionaries=_DICTIONARIES,
    enums=(Enum("DnsQueryType", ("any", "ipv4", "ipv6"), "Which addresses of a name to use."),),
)
