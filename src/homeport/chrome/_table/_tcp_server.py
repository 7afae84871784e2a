"""``chrome.sockets.tcpServer``."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    INTEGER,
    NO_PERMISSION,
    STRING,
    Callback,
    Dictionary,
    Event,
    Function,
    Param,
    Permission,
    net,
    ref,
)

from ._common import (
    ERROR_CODE,
    INFO_ID,
    INFO_NAME,
    INFO_PAUSED,
    INFO_PERSISTENT,
    LOCAL_ADDRESS,
    LOCAL_PORT,
    NAME,
    NOT_FOUND,
    PERSISTENT,
    RESULT,
    SOCKET_ID,
    create_info,
    denied,
    socket_functions,
)

_NAME = "sockets.tcpServer"
_SHARED = socket_functions(_NAME)

_FUNCTIONS = (
    _SHARED["create"],
    _SHARED["update"],
    _SHARED["setPaused"],
    Function(
        "listen",
        (
            SOCKET_ID,
            Param("address", STRING, "An IP address of this machine; `0.0.0.0` or `::` for all of them."),
            Param("port", INTEGER, "The port; 0 lets the system choose."),
            Param("backlog", INTEGER, "How many connections may wait to be accepted.", optional=True),
        ),
        Callback((RESULT,)),
        permission=Permission("tcpServer.listen", "address", "port"),
        doc="Waits for connections. Unless the socket is paused, accepting begins at once.",
        errors=(
            NOT_FOUND,
            denied("Does not have permission", "tcpServer.listen"),
            net(-4, "The address is no IP literal, the port not between 0 and 65535, or the backlog 0."),
            net(-147),
            net(-108),
            net(-10),
        ),
    ),
    Function(
        "disconnect",
        (SOCKET_ID,),
        Callback(optional=True, promise=True),
        permission=NO_PERMISSION,
        doc="Stops listening. The id stays, and may listen again. Accepted connections go on.",
        errors=(NOT_FOUND,),
    ),
    _SHARED["close"],
    _SHARED["getInfo"],
    _SHARED["getSockets"],
)

_DICTIONARIES = (
    Dictionary("SocketProperties", (PERSISTENT, NAME), "What an app may set on a server socket."),
    create_info(),
    Dictionary(
        "SocketInfo",
        (INFO_ID, INFO_PERSISTENT, INFO_NAME, INFO_PAUSED, LOCAL_ADDRESS, LOCAL_PORT),
        "The state of a server socket.",
    ),
    Dictionary(
        "AcceptInfo",
        (
            Param("socketId", INTEGER, "The server socket."),
            Param("clientSocketId", INTEGER, "The new socket, of `chrome.sockets.tcp`. It is paused."),
        ),
        "A connection was accepted.",
    ),
    Dictionary("AcceptErrorInfo", (INFO_ID, ERROR_CODE), "Accepting has stopped."),
)

TCP_SERVER = namespace(
    _NAME,
    doc="TCP servers. The connections that they accept are sockets of `chrome.sockets.tcp`.",
    requires="sockets",
    functions=_FUNCTIONS,
    events=(
        Event(
            "onAccept",
            (Param("info", ref(f"{_NAME}.AcceptInfo"), "The server and the new socket."),),
            "A connection was accepted. Unpause its socket to receive from it.",
        ),
        Event(
            "onAcceptError",
            (Param("info", ref(f"{_NAME}.AcceptErrorInfo"), "The server and the reason."),),
            "Accepting failed. The server socket is then paused, still listening.",
        ),
    ),
    dictionaries=_DICTIONARIES,
)
