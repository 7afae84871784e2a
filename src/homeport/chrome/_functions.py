"""The functions of the table by their full names, and whether arguments fit them."""

from __future__ import annotations

from collections.abc import Sequence

from ._schema import Function
from ._table import TABLE
from ._validate import Validator

__all__ = ["VALIDATOR", "find", "validate"]

VALIDATOR = Validator({name: kind for space in TABLE.values() for name, kind in space.types.items()})

_FUNCTIONS = {
    f"{space.name}.{function.name}": function
    for space in TABLE.values()
    for function in space.functions.values()
}


def find(name: str) -> Function | None:
    """The function called ``name``, such as ``sockets.tcp.connect``, or ``None``."""
    return _FUNCTIONS.get(name)


def validate(function: Function, args: Sequence[object], *, callback_required: bool = False) -> list[object]:
    """The arguments by position, one for each parameter, ``None`` where one was left out.

    A callable in the callback's place is accepted and dropped. It may always be left out, but for
    ``callback_required``, which asks for it where the signature does.

    Raises:
        InvocationError: the arguments do not fit; the text is Chromium's.
    """
    return VALIDATOR.validate(function, args, callback_required=callback_required)
