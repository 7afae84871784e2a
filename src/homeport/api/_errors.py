"""How a call fails in Python.

::

    NetError                 the call failed; the base of the rest, and what the network's own errors are
    ├── PermissionDenied     the manifest or the operator does not allow it
    ├── SocketNotFound       the program's mistake: no socket has that id, or no longer
    ├── QuotaExceeded        the program sends faster than the network takes it
    ├── SocketStateError     the program's mistake: the socket is in no state for this call
    └── Aborted              the program's own doing: the socket was closed under the call, or everything was

The function's own faults (wrong types) are :class:`homeport.InvocationError`, raised by the call itself.
"""

from __future__ import annotations

from homeport.engine import ABANDONED, Outcome, Refused, SendInfo
from homeport.errors import HomeportError
from homeport.net_errors import NetErrorCode, error_text

__all__ = [
    "CLOSED",
    "Aborted",
    "NetError",
    "PermissionDenied",
    "QuotaExceeded",
    "SocketNotFound",
    "SocketStateError",
    "error_from",
]


#: Of a call that comes when everything is closed. As one that is given up then, it is awaited or nobody's.
CLOSED = Outcome((int(NetErrorCode.ABORTED),), "everything is closed, as homeport.open(…) was left")


class NetError(HomeportError):
    """A function of the API failed.

    ``function`` is its name, such as ``sockets.tcp.connect``; ``text`` what an app would read in
    ``chrome.runtime.lastError``; ``code`` the result code that an app would get beside it, ``None`` where it
    gets none.
    """

    def __init__(self, function: str, code: int | None, text: str) -> None:
        super().__init__(function, code, text)
        self.function = function
        self.code = code
        self.text = text

    @property
    def name(self) -> str:
        """The code's name, such as ``CONNECTION_REFUSED``; empty where there is none."""
        try:
            return "" if self.code is None else NetErrorCode(self.code).name
        except ValueError:
            return ""

    def __str__(self) -> str:
        said = f"{self.function}: {self.text}"
        if self.code is None or self.text != error_text(self.code) or not self.name:
            return said
        return f"{said} ({self.code}): {NetErrorCode(self.code).description}"


class PermissionDenied(NetError):  # noqa: N818 - these are named for what happened
    """The app's manifest, or the operator's policy, does not allow the operation.

    ``rule`` says what refused it, in one line; empty where the system itself does.
    """

    def __init__(self, function: str, code: int | None, text: str, rule: str = "") -> None:
        super().__init__(function, code, text)
        self.args = (function, code, text, rule)
        self.rule = rule

    def __str__(self) -> str:
        return f"{super().__str__()} ({self.rule})" if self.rule else super().__str__()


class SocketNotFound(NetError):  # noqa: N818
    """There is no socket with the id that was given: it was never made, or is closed."""


class QuotaExceeded(NetError):  # noqa: N818
    """More than 200 MiB would wait to be sent. Await the sends before, then try again."""


class SocketStateError(NetError):
    """The socket is not in a state for this call, such as ``secure`` before ``connect``."""


class Aborted(NetError):  # noqa: N818
    """The call was given up because its socket was closed or disconnected meanwhile, or everything was."""


_BY_TEXT: dict[str, type[NetError]] = {
    "Socket not found": SocketNotFound,
    "Does not have permission": PermissionDenied,
    "App does not have permission": PermissionDenied,
    "Exceeded write quota.": QuotaExceeded,
    "Socket must be a connected client TCP socket.": SocketStateError,
    "Socket not connected": SocketStateError,
}
_BY_CODE: dict[int, type[NetError]] = {
    NetErrorCode.NETWORK_ACCESS_DENIED: PermissionDenied,
    NetErrorCode.SOCKET_NOT_CONNECTED: SocketStateError,
    NetErrorCode.SOCKET_IS_CONNECTED: SocketStateError,
    NetErrorCode.UNEXPECTED: SocketStateError,
    NetErrorCode.ABORTED: Aborted,
}


def error_from(function: str, outcome: Outcome) -> NetError:
    """The exception for a call that ended in ``outcome``, which has an error."""
    if outcome is ABANDONED:
        return Aborted(function, NetErrorCode.ABORTED, error_text(NetErrorCode.ABORTED))
    text = outcome.error or "Unknown error."
    first = outcome.args[0] if outcome.args else None
    code = first.result_code if isinstance(first, SendInfo) else first
    if not isinstance(code, int):
        code = None
    if isinstance(outcome, Refused):
        return PermissionDenied(function, code, text, outcome.rule)
    kind = _BY_TEXT.get(text) or _BY_CODE.get(code or 0, NetError)
    return kind(function, code, text)
