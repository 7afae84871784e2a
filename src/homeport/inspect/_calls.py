"""Mistakes in calls that show in the text: arguments that will be refused, operations without permission."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from homeport.chrome import Function, find
from homeport.manifest import Kind, SocketPermissions

from ._javascript import Argument, Use
from ._report import Level

__all__ = ["check_call", "operation_of"]

# Kinds of expressions that can never be a number, whatever runs before.
_NEVER_A_NUMBER = frozenset(
    (
        *("true", "false", "null", "undefined", "string", "template_string", "regex", "object", "array"),
        *("function_expression", "arrow_function", "function", "class", "generator_function"),
    )
)
Found = tuple[Level, str, str]


def operation_of(name: str) -> Kind | None:
    """The operation for which a function of ``chrome.sockets`` needs an entry in the ``sockets`` key."""
    function = find(name) if name.startswith("sockets.") else None
    operation = function.permission.operation if function is not None else None
    return Kind(operation) if operation else None


def check_call(name: str, use: Use, permissions: SocketPermissions | None) -> Iterator[Found]:
    """What is wrong with a call of the function ``name``, as far as its text shows: level, message, fix."""
    if use.arguments is None or any(argument.kind == "spread_element" for argument in use.arguments):
        return
    function = find(name)
    if function is None:
        return
    yield from _check_arguments(name, function, use.arguments)
    if permissions is not None:
        yield from _check_permission(function, use.arguments, permissions)


def _check_arguments(name: str, function: Function, arguments: tuple[Argument, ...]) -> Iterator[Found]:
    yield from _check_id(name, function, arguments)
    for param, argument in zip(function.params, arguments, strict=False):
        if param.type.kind == "binary" and argument.kind in ("string", "template_string"):
            yield (
                Level.WARNING,
                f"chrome.{name} takes bytes, not text: this call throws.",
                "Pass new TextEncoder().encode(text).buffer.",
            )
        if param.name.lower().endswith("port") and argument.kind == "string":
            yield (
                Level.WARNING,
                f"chrome.{name} takes {param.name} as a number: this call throws.",
                f"Write {argument.text} without quotes.",
            )
    if name == "sockets.udp.bind" and len(arguments) > 1 and not _may_be_address(arguments[1]):
        yield (
            Level.WARNING,
            f"chrome.{name} binds to addresses only: it answers -4 for {arguments[1].text!r}.",
            'Write an address, such as "127.0.0.1" or "0.0.0.0".',
        )


def _check_id(name: str, function: Function, arguments: tuple[Argument, ...]) -> Iterator[Found]:
    if not function.params or function.params[0].name != "socketId":
        return
    if arguments and arguments[0].kind not in _NEVER_A_NUMBER:
        return
    given = arguments[0].kind if arguments else None
    if given == "string" or given == "object":
        message = f"The first argument of chrome.{name} is a socket id, a number: this call throws."
    else:
        message = f"chrome.{name} is called without a socket id: this call throws."
    others = ", …" if arguments else ""
    yield Level.WARNING, message, f"Write chrome.{name}(socketId{others})."


def _may_be_address(argument: Argument) -> bool:
    if argument.text is None:
        return True
    try:
        ipaddress.ip_address(argument.text)
    except ValueError:
        return False
    return True


def _check_permission(
    function: Function, arguments: tuple[Argument, ...], permissions: SocketPermissions
) -> Iterator[Found]:
    name, kind = function.full_name, operation_of(function.full_name)
    entries = permissions.of_kind(kind) if kind else ()
    if not entries or kind is None:
        return  # Without any entry of the kind there is one problem for all calls.
    given = dict(zip((param.name for param in function.params), arguments, strict=False))
    host = given[function.permission.host].text if function.permission.host in given else None
    port = _number(given.get(function.permission.port or ""))
    # What is not in the text is taken for allowed.
    for entry in entries:
        if entry.allows(entry.host if host is None else host, entry.port if port is None else port):
            return
    target = f"{'any host' if host is None else host}:{'any port' if port is None else port}"
    group, _, slot = kind.partition(".")
    yield (
        Level.WARNING,
        f"The manifest does not allow chrome.{name} with {target}: the call is refused.",
        f'Add it to "{slot}" of "{group}" in the "sockets" key.',
    )


def _number(argument: Argument | None) -> int | None:
    text = argument.text if argument is not None and argument.kind == "number" else None
    return int(text) if text and re.fullmatch(r"[0-9]{1,5}", text) else None
