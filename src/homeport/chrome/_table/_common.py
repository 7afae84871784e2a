"""What the three namespaces of ``chrome.sockets`` share."""

from __future__ import annotations

from homeport.chrome._schema import (
    BOOLEAN,
    INTEGER,
    NO_PERMISSION,
    STRING,
    Callback,
    Dictionary,
    Failure,
    Function,
    Param,
    array,
    net,
    ref,
)

SOCKET_ID = Param("socketId", INTEGER, "The socket, as `create` numbered it.")
RESULT = Param("result", INTEGER, "0, or a negative network error code.")
RESULT_CODE = Param("resultCode", INTEGER, "0, or a negative network error code.")
ERROR_CODE = Param("resultCode", INTEGER, "The network error code, always negative.")

PERSISTENT = Param(
    "persistent",
    BOOLEAN,
    "Whether the socket stays open when the app is suspended. At first `false`.",
    optional=True,
)
NAME = Param("name", STRING, "A text of the app's own, kept with the socket.", optional=True)
BUFFER_SIZE = Param(
    "bufferSize",
    INTEGER,
    "The most bytes that one `onReceive` carries; for UDP the largest datagram. 4096 when it is not given.",
    optional=True,
)

INFO_ID = Param("socketId", INTEGER, "The socket.")
INFO_PERSISTENT = Param("persistent", BOOLEAN, "Whether the socket stays open when the app is suspended.")
INFO_NAME = Param("name", STRING, "The app's own text; left out when empty.", optional=True)
INFO_BUFFER_SIZE = Param(
    "bufferSize", INTEGER, "The size that was set; left out when none was.", optional=True
)
INFO_PAUSED = Param("paused", BOOLEAN, "Whether events are held back.")
LOCAL_ADDRESS = Param(
    "localAddress", STRING, "The address on this machine, while there is one.", optional=True
)
LOCAL_PORT = Param("localPort", INTEGER, "The port on this machine, while there is one.", optional=True)

NOT_FOUND = Failure("Socket not found", None, "The app has no socket with this id.")
NOT_FOUND_CODE = Failure("Socket not found", -2, "The app has no socket with this id.")
QUOTA = Failure(
    "Exceeded write quota.", None, "More than 200 MiB of the app's data would be waiting to be sent."
)
BAD_PORT = net(-4, "The port is not between 0 and 65535, or the address is no IP literal.")


def denied(text: str, operation: str) -> Failure:
    """What an app gets whose manifest does not allow the operation."""
    return Failure(text, None, f"The manifest's `sockets` key does not allow this `{operation}`.")


def create_info() -> Dictionary:
    """``CreateInfo``, what every ``create`` gives."""
    return Dictionary("CreateInfo", (Param("socketId", INTEGER, "The new socket."),), "A socket was made.")


def socket_functions(namespace: str) -> dict[str, Function]:
    """create, update, setPaused, close, getInfo, getSockets: the same in all three."""
    info = Param("socketInfo", ref(f"{namespace}.SocketInfo"), "The socket's state.")
    infos = Param("socketInfos", array(ref(f"{namespace}.SocketInfo")), "One entry for each socket.")
    properties = ref(f"{namespace}.SocketProperties")
    done = Callback(optional=True, promise=True)
    functions = (
        Function(
            "create",
            (Param("properties", properties, "What the socket starts with.", optional=True),),
            Callback(
                (Param("createInfo", ref(f"{namespace}.CreateInfo"), "The new socket."),),
                optional=True,
                promise=True,
            ),
            permission=NO_PERMISSION,
            doc="Makes a socket. Nothing happens on the network yet.",
        ),
        Function(
            "update",
            (SOCKET_ID, Param("properties", properties, "What is to change; the rest stays.")),
            done,
            permission=NO_PERMISSION,
            doc="Changes a socket's properties.",
            errors=(NOT_FOUND,),
        ),
        Function(
            "setPaused",
            (SOCKET_ID, Param("paused", BOOLEAN, "Whether events are to be held back.")),
            done,
            permission=NO_PERMISSION,
            doc="Holds a socket's events back, or lets them come again. Nothing is lost meanwhile.",
            errors=(NOT_FOUND,),
        ),
        Function(
            "close",
            (SOCKET_ID,),
            done,
            permission=NO_PERMISSION,
            doc="Closes a socket and gives up its id.",
            errors=(NOT_FOUND,),
        ),
        Function(
            "getInfo",
            (SOCKET_ID,),
            Callback((info,), optional=True, promise=True),
            permission=NO_PERMISSION,
            doc="Tells a socket's state.",
            errors=(NOT_FOUND,),
        ),
        Function(
            "getSockets",
            (),
            Callback((infos,), optional=True, promise=True),
            permission=NO_PERMISSION,
            doc="Lists the app's sockets.",
        ),
    )
    return {function.name: function for function in functions}
