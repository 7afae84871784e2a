"""``chrome.socket``, the API that came before ``chrome.sockets`` and that old apps still use.

It asks for data instead of waiting for events (``read``, ``recvFrom``, ``accept``), has both kinds of socket
in one namespace, and a permission of its own, ``{"socket": ["tcp-connect:*:80", …]}``.
"""

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
    Failure,
    Function,
    Param,
    Permission,
    Type,
    array,
    ref,
)

_NAME = "socket"
_ID = Param("socketId", INTEGER, "The socket, as `create` numbered it.")
_RESULT = Callback((Param("result", INTEGER, "0, or a negative network error code."),))
_BUFFER_SIZE = Param("bufferSize", INTEGER, "The most bytes to read; 4096 when left out.", optional=True)
_ADDRESS = Param("address", STRING, "An IP address of this machine.")
_PORT = Param("port", INTEGER, "The port, 0 to 65535.")
_GROUP = Param("address", STRING, "The group's IP address.")
_DATA = Param("data", BINARY, "The bytes to send.")
_RESULT_CODE = Param("resultCode", INTEGER, "A positive count or 0, or a negative network error code.")
_MULTICAST = Permission("udp.multicastMembership")

_NOT_FOUND = Failure("Socket not found", -1, "The app has no socket with this id.")
_DENIED = Failure("App does not have permission", -1, "The manifest's `socket` permission does not allow it.")
_PORT_RANGE = Failure("Port must be a value between 0 and 65535.", -1, "The port is not between 0 and 65535.")


def _gives(name: str, type_: Type, doc: str, *, promise: bool = False) -> Callback:
    return Callback((Param(name, type_, doc),), optional=promise, promise=promise)


_FUNCTIONS = (
    Function(
        "create",
        (
            Param("type", ref(f"{_NAME}.SocketType"), "`tcp` or `udp`."),
            Param("options", ref(f"{_NAME}.CreateOptions"), "Nothing can be set.", optional=True),
        ),
        _gives("createInfo", ref(f"{_NAME}.CreateInfo"), "The new socket.", promise=True),
        permission=NO_PERMISSION,
        doc="Makes a socket.",
    ),
    Function("destroy", (_ID,), None, permission=NO_PERMISSION, doc="Closes a socket and gives up its id."),
    Function(
        "connect",
        (_ID, Param("hostname", STRING, "A host name or an IP address."), _PORT),
        _RESULT,
        permission=Permission("tcp.connect|udp.send", "hostname", "port"),
        doc="Connects to a peer; a UDP socket then has `write` and `read` for that peer.",
        errors=(_NOT_FOUND, _PORT_RANGE, _DENIED),
    ),
    Function(
        "bind",
        (_ID, _ADDRESS, _PORT),
        _RESULT,
        permission=Permission("udp.bind", "address", "port"),
        doc="Gives a UDP socket its address.",
        errors=(_NOT_FOUND, _PORT_RANGE, _DENIED),
    ),
    Function("disconnect", (_ID,), None, permission=NO_PERMISSION, doc="Ends the connection. The id stays."),
    Function(
        "read",
        (_ID, _BUFFER_SIZE),
        _gives("readInfo", ref(f"{_NAME}.ReadInfo"), "What was read."),
        permission=NO_PERMISSION,
        doc="Waits for bytes of a connected socket.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "write",
        (_ID, _DATA),
        _gives("writeInfo", ref(f"{_NAME}.WriteInfo"), "How much was written."),
        permission=NO_PERMISSION,
        doc="Sends bytes on a connected socket.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "recvFrom",
        (_ID, _BUFFER_SIZE),
        _gives("recvFromInfo", ref(f"{_NAME}.RecvFromInfo"), "The datagram and its sender."),
        permission=NO_PERMISSION,
        doc="Waits for a datagram of a bound UDP socket.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "sendTo",
        (_ID, _DATA, Param("address", STRING, "A host name or an IP address."), _PORT),
        _gives("writeInfo", ref(f"{_NAME}.WriteInfo"), "How much was written."),
        permission=Permission("udp.send", "address", "port"),
        doc="Sends one datagram from a bound UDP socket.",
        errors=(_NOT_FOUND, _PORT_RANGE, _DENIED),
    ),
    Function(
        "listen",
        (
            _ID,
            _ADDRESS,
            _PORT,
            Param("backlog", INTEGER, "How many connections may wait; 5 when left out.", optional=True),
        ),
        _RESULT,
        permission=Permission("tcpServer.listen", "address", "port"),
        doc="Waits for connections on a TCP socket.",
        errors=(_NOT_FOUND, _DENIED),
    ),
    Function(
        "accept",
        (_ID,),
        _gives("acceptInfo", ref(f"{_NAME}.AcceptInfo"), "The new socket."),
        permission=NO_PERMISSION,
        doc="Waits for the next connection of a listening socket.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "setKeepAlive",
        (
            _ID,
            Param("enable", BOOLEAN, "Whether the system should probe a silent peer."),
            Param("delay", INTEGER, "Seconds of silence before the first probe.", optional=True),
        ),
        _gives("result", BOOLEAN, "Whether it was set."),
        permission=NO_PERMISSION,
        doc="Turns TCP keep-alive on or off.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "setNoDelay",
        (_ID, Param("noDelay", BOOLEAN, "Whether small pieces are sent at once.")),
        _gives("result", BOOLEAN, "Whether it was set."),
        permission=NO_PERMISSION,
        doc="Turns Nagle's algorithm off or on.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "getInfo",
        (_ID,),
        _gives("result", ref(f"{_NAME}.SocketInfo"), "The socket's state.", promise=True),
        permission=NO_PERMISSION,
        doc="Tells a socket's state.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "getNetworkList",
        (),
        _gives("result", array(ref(f"{_NAME}.NetworkInterface")), "One for each address.", promise=True),
        permission=NO_PERMISSION,
        doc="Lists the addresses of this machine's interfaces.",
    ),
    Function(
        "joinGroup",
        (_ID, _GROUP),
        _RESULT,
        permission=_MULTICAST,
        doc="Joins a multicast group.",
        errors=(_NOT_FOUND, _DENIED),
    ),
    Function(
        "leaveGroup",
        (_ID, _GROUP),
        _RESULT,
        permission=_MULTICAST,
        doc="Leaves a multicast group.",
        errors=(_NOT_FOUND, _DENIED),
    ),
    Function(
        "setMulticastTimeToLive",
        (_ID, Param("ttl", INTEGER, "How many networks a datagram may pass: 0 to 255.")),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Sets how far multicast datagrams travel.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "setMulticastLoopbackMode",
        (_ID, Param("enabled", BOOLEAN, "Whether this machine hears its own datagrams.")),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Sets whether multicast datagrams come back to this machine.",
        errors=(_NOT_FOUND,),
    ),
    Function(
        "getJoinedGroups",
        (_ID,),
        _gives("groups", array(STRING), "The groups' addresses."),
        permission=_MULTICAST,
        doc="Lists the multicast groups that the socket is in.",
        errors=(_NOT_FOUND, _DENIED),
    ),
    Function(
        "secure",
        (_ID, Param("options", ref(f"{_NAME}.SecureOptions"), "Limits for TLS.", optional=True)),
        _RESULT,
        permission=NO_PERMISSION,
        doc="Starts TLS on a connected TCP socket, as the client.",
        errors=(_NOT_FOUND,),
    ),
)

_SOCKET_INFO = (
    Param("socketType", ref(f"{_NAME}.SocketType"), "`tcp` or `udp`."),
    Param("connected", BOOLEAN, "Whether the socket is connected."),
    Param("peerAddress", STRING, "The peer's IP address, while connected.", optional=True),
    Param("peerPort", INTEGER, "The peer's port, while connected.", optional=True),
    Param("localAddress", STRING, "This machine's address, while there is one.", optional=True),
    Param("localPort", INTEGER, "This machine's port, while there is one.", optional=True),
)
_VERSIONS = (
    Param("min", STRING, "The lowest version, such as `tls1.2`.", optional=True),
    Param("max", STRING, "The highest version, such as `tls1.3`.", optional=True),
)

SOCKET = namespace(
    _NAME,
    doc="The older sockets, of both kinds in one namespace.",
    requires="permission:socket",
    functions=_FUNCTIONS,
    enums=(Enum("SocketType", ("tcp", "udp"), "What kind of socket."),),
    dictionaries=(
        Dictionary("CreateOptions", (), "Nothing can be set."),
        Dictionary("CreateInfo", (Param("socketId", INTEGER, "The new socket."),), "A socket was made."),
        Dictionary(
            "AcceptInfo",
            (_RESULT_CODE, Param("socketId", INTEGER, "The accepted socket.", optional=True)),
            "How an `accept` ended.",
        ),
        Dictionary(
            "ReadInfo",
            (_RESULT_CODE, Param("data", BINARY, "The bytes; none at the end.")),
            "How a `read` ended.",
        ),
        Dictionary(
            "WriteInfo",
            (Param("bytesWritten", INTEGER, "How many bytes, or a negative network error code."),),
            "How a `write` ended.",
        ),
        Dictionary(
            "RecvFromInfo",
            (
                _RESULT_CODE,
                Param("data", BINARY, "The datagram."),
                Param("address", STRING, "The sender's IP address."),
                Param("port", INTEGER, "The sender's port."),
            ),
            "How a `recvFrom` ended.",
        ),
        Dictionary("SocketInfo", _SOCKET_INFO, "The state of a socket."),
        Dictionary(
            "NetworkInterface",
            (
                Param("name", STRING, "The interface, such as `eth0`."),
                Param("address", STRING, "An IP address of it."),
                Param("prefixLength", INTEGER, "How many bits of the address name its network."),
            ),
            "An address of an interface.",
        ),
        Dictionary("TLSVersionConstraints", _VERSIONS, "The versions of TLS to allow."),
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
    ),
)
