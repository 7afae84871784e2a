"""``chrome.sockets.udp``."""

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
    Function,
    Param,
    Permission,
    array,
    net,
    ref,
)

from ._common import (
    BAD_PORT,
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
    PERSISTENT,
    QUOTA,
    RESULT,
    RESULT_CODE,
    SOCKET_ID,
    create_info,
    denied,
    socket_functions,
)

_NAME = "sockets.udp"
_SHARED = socket_functions(_NAME)
_RESULT = Callback((RESULT,))
_DENIED = "App does not have permission"
_MULTICAST = Permission("udp.multicastMembership")
_GROUP = Param("address", STRING, "The group's IP address.")
_TOO_LATE = net(-23, "The socket has been bound, or tried to; set this before.")

_FUNCTIONS = (
    _SHARED["create"],
    _SHARED["update"],
    _SHARED["setPaused"],
    Function(
        "bind",
        (
            SOCKET_ID,
            Param("address", STRING, "An IP address of this machine; `0.0.0.0` or `::` for all of them."),
            Param("port", INTEGER, "The port; 0 lets the system choose."),
        ),
        _RESULT,
        permission=Permission("udp.bind", "address", "port"),
        doc="Gives the socket its address. Unless it is paused, receiving begins at once.",
        errors=(
            NOT_FOUND,
            denied(_DENIED, "udp.bind"),
            BAD_PORT,
            net(-104, "The socket is bound already."),
            net(-147),
            net(-108),
            net(-10),
        ),
    ),
    Function(
        "send",
        (
            SOCKET_ID,
            Param("data", BINARY, "The datagram."),
            Param("address", STRING, "A host name or an IP address."),
            Param("port", INTEGER, "The port."),
            Param(
                "dnsQueryType",
                ref(f"{_NAME}.DnsQueryType"),
                "Which addresses of a name to use.",
                optional=True,
            ),
        ),
        Callback((Param("sendInfo", ref(f"{_NAME}.SendInfo"), "What was sent."),)),
        permission=Permission("udp.send", "address", "port"),
        doc="Sends one datagram. The socket must be bound.",
        errors=(
            QUOTA,
            NOT_FOUND,
            denied(_DENIED, "udp.send"),
            net(-4, "The port is not between 1 and 65535."),
            net(-105),
            net(-15, "The socket is not bound."),
            net(-142, "The datagram is too large."),
            net(-10, "Broadcast is not turned on, or the system refuses."),
        ),
    ),
    _SHARED["close"],
    _SHARED["getInfo"],
    _SHARED["getSockets"],
    Function(
        "joinGroup",
        (SOCKET_ID, _GROUP),
        _RESULT,
        permission=_MULTICAST,
        doc="Joins a multicast group, to receive what is sent to it. The socket must be bound.",
        errors=(
            NOT_FOUND,
            denied(_DENIED, "udp.multicastMembership"),
            net(-4, "The address is not a group's."),
            net(-9, "The socket is not bound."),
            net(-108, "The address is no IP literal, of the other family, or joined already."),
        ),
    ),
    Function(
        "leaveGroup",
        (SOCKET_ID, _GROUP),
        _RESULT,
        permission=_MULTICAST,
        doc="Leaves a multicast group. Closing the socket leaves all of them.",
        errors=(
            NOT_FOUND,
            denied(_DENIED, "udp.multicastMembership"),
            net(-108, "The socket is not in this group, or the address is no IP literal."),
        ),
    ),
    Function(
        "setMulticastTimeToLive",
        (SOCKET_ID, Param("ttl", INTEGER, "How many networks a datagram may pass: 0 to 255. At first 1.")),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Sets how far multicast datagrams travel. Before `bind` only.",
        errors=(NOT_FOUND, net(-4, "The number is not between 0 and 255."), _TOO_LATE),
    ),
    Function(
        "setMulticastLoopbackMode",
        (SOCKET_ID, Param("enabled", BOOLEAN, "Whether this machine hears its own. At first `true`.")),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Sets whether multicast datagrams come back to this machine. Before `bind` only.",
        errors=(NOT_FOUND, _TOO_LATE),
    ),
    Function(
        "getJoinedGroups",
        (SOCKET_ID,),
        Callback((Param("groups", array(STRING), "The groups' addresses."),), optional=True, promise=True),
        permission=_MULTICAST,
        doc="Lists the multicast groups that the socket is in.",
        errors=(NOT_FOUND, denied(_DENIED, "udp.multicastMembership")),
    ),
    Function(
        "setBroadcast",
        (SOCKET_ID, Param("enabled", BOOLEAN, "Whether datagrams may go to broadcast addresses.")),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Allows broadcasts on a bound socket, or not.",
        errors=(NOT_FOUND, net(-15, "The socket is not bound.")),
    ),
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
        "SocketInfo",
        (INFO_ID, INFO_PERSISTENT, INFO_NAME, INFO_BUFFER_SIZE, INFO_PAUSED, LOCAL_ADDRESS, LOCAL_PORT),
        "The state of a UDP socket.",
    ),
    Dictionary(
        "ReceiveInfo",
        (
            INFO_ID,
            Param("data", BINARY, "The datagram; it may be empty."),
            Param("remoteAddress", STRING, "The sender's IP address."),
            Param("remotePort", INTEGER, "The sender's port."),
        ),
        "A datagram has arrived.",
    ),
    Dictionary("ReceiveErrorInfo", (INFO_ID, ERROR_CODE), "Receiving has stopped."),
)

UDP = namespace(
    _NAME,
    doc="UDP sockets: datagrams to and from anyone, multicast groups, broadcast.",
    requires="sockets",
    functions=_FUNCTIONS,
    events=(
        Event(
            "onReceive",
            (Param("info", ref(f"{_NAME}.ReceiveInfo"), "The socket, the datagram and its sender."),),
            "A datagram has arrived on a socket that is not paused.",
        ),
        Event(
            "onReceiveError",
            (Param("info", ref(f"{_NAME}.ReceiveErrorInfo"), "The socket and the reason."),),
            "A datagram was larger than `bufferSize` and is lost (-142), or receiving failed. "
            "The socket is then paused, still bound.",
        ),
    ),
    dictionaries=_DICTIONARIES,
    enums=(Enum("DnsQueryType", ("any", "ipv4", "ipv6"), "Which addresses of a name to use."),),
)
