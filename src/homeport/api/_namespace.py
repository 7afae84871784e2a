"""What the three namespaces of the Python API share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeport.engine import SocketProperties

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeport.engine import Outcome

    from ._call import Call
    from ._events import Event
    from ._face import Face

__all__ = ["Namespace", "properties_of"]


class Namespace:
    """Functions of one namespace: each acts at once and gives a :class:`~homeport.Call`."""

    __slots__ = ("_face",)

    _name: str

    def __init__(self, face: Face) -> None:
        self._face = face

    def _call(self, function: str, *args: object) -> Call[Any]:
        return self._face.call(f"{self._name}.{function}", args)

    def _call_and_end(self, function: str, socket_id: int, *events: Event[Any]) -> Call[Any]:
        """A call after which the socket's streams of ``events`` get nothing more."""

        def after(outcome: Outcome) -> None:
            if outcome.error is None:
                for event in events:
                    event.end(socket_id)

        return self._face.call(f"{self._name}.{function}", (socket_id,), after)


def properties_of(properties: object) -> object:
    """The API's object for it, with what was given. What is something else is the API's to refuse."""
    if not isinstance(properties, SocketProperties):
        return properties
    given: dict[str, Callable[..., Any] | object] = {
        "persistent": properties.persistent,
        "name": properties.name,
        "bufferSize": properties.buffer_size,
    }
    return {name: value for name, value in given.items() if value is not None}
