"""Checks the arguments of a call as Chromium's bindings do, with the same texts.

Two steps, as there. First the arguments are laid over the parameters by their outer type alone, with
back-tracking, so that optional ones may be left out anywhere; where no layout fits, the text is
``No matching signature.``. Then each argument is looked into; what is wrong inside is told with its place.

Nothing is converted but a float without a fraction to an int. ``None`` stands for ``null`` and ``undefined``.
Objects that only a page can have, such as an ``Entry``, never fit here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Final

from homeport.errors import HomeportError

from ._schema import FUNCTION, Function, Param, Type

__all__ = ["InvocationError", "Validator"]

_INT_MIN: Final = -(2**31)
_INT_MAX: Final = 2**31 - 1
_CALLBACK: Final = Param("callback", FUNCTION)
_NO_MATCH: Final = "No matching signature."


class InvocationError(HomeportError, TypeError):
    """A function was called with arguments that its signature does not allow; the caller's mistake.

    ``function`` is its full name, ``signature`` what it takes, ``reason`` what is wrong.
    """

    def __init__(self, function: str, signature: str, reason: str) -> None:
        super().__init__(function, signature, reason)
        self.function = function
        self.signature = signature
        self.reason = reason

    def __str__(self) -> str:
        return f"Error in invocation of {self.signature}: {self.reason}"


class _Mismatch(Exception):  # noqa: N818 - never leaves this module
    """What is wrong inside an argument, as text."""


class Validator:
    """Checks calls against one API table, whose types may refer to each other."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self._types = types

    def validate(
        self, function: Function, args: Sequence[object], *, callback_required: bool = False
    ) -> list[object]:
        """The arguments by position, one for each parameter, ``None`` where one was left out.

        A callable in the callback's place is accepted and dropped. It may always be left out, but for
        ``callback_required``, which asks for it where the signature does.

        Raises:
            InvocationError: the arguments do not fit.
        """
        laid = self._lay_out(function, args, callback_required)
        if laid is None:
            raise InvocationError(function.full_name, function.signature, _NO_MATCH)
        result: list[object] = []
        for param, value in zip(function.params, laid, strict=False):
            try:
                result.append(None if value is None and param.optional else self._convert(param.type, value))
            except _Mismatch as wrong:
                reason = f"Error at parameter '{param.name}': {wrong}"
                raise InvocationError(function.full_name, function.signature, reason) from None
        return result

    def checker(self, function: Function) -> Callable[[Sequence[object]], Sequence[object]]:
        """:meth:`validate` for one function, quick where every argument is plainly right."""
        plain = self._plain_types(function)
        objects = tuple(i for i, p in enumerate(function.params) if self._may_be_empty(p.type))
        integers = tuple(i for i, p in enumerate(function.params) if p.type.kind == "integer")

        def check(args: Sequence[object]) -> Sequence[object]:
            if tuple(map(type, args)) in plain:
                for index in integers:
                    value = args[index]
                    if value is not None and not _INT_MIN <= value <= _INT_MAX:  # type: ignore[operator]
                        break
                else:
                    for index in objects:
                        if args[index]:
                            break
                    else:
                        return args
            return self.validate(function, args)

        return check

    def _plain_types(self, function: Function) -> frozenset[tuple[type, ...]]:
        """Every row of argument types that is right without a further look, but that objects are empty."""
        choices = []
        for param in function.params:
            plain = _PLAIN.get(param.type.kind) if param.type.minimum is None else None
            if self._may_be_empty(param.type):
                plain = dict
            fitting = [] if plain is None else [plain]
            choices.append([*fitting, type(None)] if param.optional else fitting)
        return frozenset(product(*choices))

    def _may_be_empty(self, wanted: Type) -> bool:
        """Whether it is an object that needs no property."""
        if wanted.kind == "ref":
            return self._may_be_empty(self._resolve(wanted))
        return wanted.kind == "object" and all(known.optional for known in wanted.properties.values())

    def _lay_out(
        self, function: Function, args: Sequence[object], callback_required: bool
    ) -> list[object] | None:
        params = list(function.params)
        if function.callback is not None:
            optional = function.callback.optional or not callback_required
            params.append(Param(_CALLBACK.name, _CALLBACK.type, optional=optional))
        return self._match(params, list(args))

    def _match(self, params: list[Param], args: list[object]) -> list[object] | None:
        """The arguments laid over the parameters, or ``None`` when there is no way to do so."""
        if len(args) > len(params):
            return None
        if not params:
            return []
        first, *rest = params
        if args and self._may_be(first, args[0]):
            others = self._match(rest, args[1:])
            if others is not None:
                return [args[0], *others]
        if first.optional:
            others = self._match(rest, args)
            if others is not None:
                return [None, *others]
        return None

    def _may_be(self, param: Param, value: object) -> bool:
        return (value is None and param.optional) or self._fits(param.type, value)

    def _fits(self, wanted: Type, value: object) -> bool:
        """Whether the value's outer type is right; what is inside does not matter yet."""
        if wanted.kind == "ref":
            return self._fits(self._resolve(wanted), value)
        if wanted.kind == "choices":
            return any(self._fits(choice, value) for choice in wanted.choices)
        return _FITS[wanted.kind](value)

    def _resolve(self, wanted: Type) -> Type:
        return self._types[wanted.ref or ""]

    def _convert(self, wanted: Type, value: object, shown: str = "") -> object:
        kind = wanted.kind
        if kind == "ref":
            return self._convert(self._resolve(wanted), value, wanted.text)
        if kind == "choices":
            return self._convert_choice(wanted, value)
        if not _FITS[kind](value):
            raise _Mismatch(f"Invalid type: expected {shown or wanted.text}, found {type_name(value)}.")
        if kind == "integer":
            return _integer(wanted, int(value))  # type: ignore[call-overload]
        if kind == "number" and not math.isfinite(value):  # type: ignore[arg-type]
            raise _Mismatch("Value must not be NaN or Infinity.")
        if kind == "instance":
            raise _Mismatch(f"Value must be an instance of {wanted.ref}.")
        if kind == "enum":
            return _enum_value(wanted, value)
        if kind == "array" and isinstance(value, Sequence):
            return self._convert_items(wanted, value)
        if kind == "object":
            return self._convert_object(wanted, value if isinstance(value, Mapping) else {})
        return _bytes_of(value) if isinstance(value, memoryview) else value

    def _convert_choice(self, wanted: Type, value: object) -> object:
        fitting = [choice for choice in wanted.choices if self._fits(choice, value)]
        for choice in fitting:
            try:
                return self._convert(choice, value)
            except _Mismatch:
                continue
        if fitting:
            raise _Mismatch("Value did not match any choice.")
        raise _Mismatch(f"Invalid type: expected {wanted.text}, found {type_name(value)}.")

    def _convert_items(self, wanted: Type, values: Sequence[object]) -> list[object]:
        items = wanted.items
        if items is None:
            return list(values)
        result = []
        for index, value in enumerate(values):
            try:
                result.append(self._convert(items, value))
            except _Mismatch as wrong:
                raise _Mismatch(f"Error at index {index}: {wrong}") from None
        return result

    def _convert_object(self, wanted: Type, value: Mapping[object, object]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, inner in value.items():
            name = str(key)
            known = wanted.properties.get(name)
            inner_type = known.type if known is not None else wanted.additional
            if inner_type is None:
                raise _Mismatch(f"Unexpected property: '{name}'.")
            if inner is None:
                if known is None:
                    result[name] = None
                elif not known.optional:
                    raise _Mismatch(f"Missing required property '{name}'.")
                continue
            try:
                result[name] = self._convert(inner_type, inner)
            except _Mismatch as wrong:
                raise _Mismatch(f"Error at property '{name}': {wrong}") from None
        for name in sorted(wanted.properties):
            if name not in value and not wanted.properties[name].optional:
                raise _Mismatch(f"Missing required property '{name}'.")
        return result


#: Types whose values need no further look.
_PLAIN: Final[dict[str, type]] = {"integer": int, "boolean": bool, "string": str, "binary": bytes}


def _integer(wanted: Type, value: int) -> int:
    if wanted.minimum is not None and value < wanted.minimum:
        raise _Mismatch(f"Value must be at least {wanted.minimum}.")
    return value


def _enum_value(wanted: Type, value: object) -> object:
    if value not in wanted.values:
        raise _Mismatch(f"Value must be one of {', '.join(sorted(wanted.values))}.")
    return value


def _bytes_of(view: memoryview) -> memoryview | bytes:
    try:
        return view if view.format == "B" and view.c_contiguous else bytes(view)
    except ValueError:  # Released; a page's detached buffer is the like.
        raise _Mismatch("Value is unserializable.") from None


def _is_integer(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return _INT_MIN <= value <= _INT_MAX
    return isinstance(value, float) and value.is_integer() and _INT_MIN <= value <= _INT_MAX


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_binary(value: object) -> bool:
    return isinstance(value, (bytes, bytearray, memoryview))


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _is_object(value: object) -> bool:
    """An object that is neither a list nor a function; an ``ArrayBuffer`` is one."""
    return isinstance(value, Mapping) or _is_binary(value)


_FITS: Final[dict[str, Callable[[object], bool]]] = {
    "integer": _is_integer,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "enum": lambda value: isinstance(value, str),
    "binary": _is_binary,
    "array": _is_list,
    "object": _is_object,
    "instance": _is_object,
    "function": callable,
    "any": lambda value: True,
}


def type_name(value: object) -> str:
    """The word for a value's type in ``Invalid type: expected …, found …``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if _is_number(value):
        return "integer" if _is_integer(value) and str(value) != "-0.0" else "number"
    if _is_list(value):
        return "array"
    if _is_binary(value):
        return "binary"
    if isinstance(value, Mapping):
        return "object"
    return "function" if callable(value) else "other"
