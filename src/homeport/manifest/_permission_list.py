"""The ``permissions`` lists: texts, and objects such as ``{"socket": ["tcp-connect"]}``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ._errors import FieldError
from ._keys import KNOWN_PERMISSIONS, has_parts, permission_warning
from ._permissions import SocketPermissions, parse_socket_permission

__all__ = ["Permission", "Warn", "read_permissions"]

Permission = str | Mapping[str, object]
#: Takes a warning's text and where it is in the manifest.
Warn = Callable[..., None]

_WITH_LIST = frozenset({"socket", "usbDevices"})
_OLD_SOCKET_HINT = 'For example {"socket": ["tcp-connect:*:80", "udp-send-to"]}.'


def read_permissions(
    manifest: Mapping[str, object], key: str, warn: Warn
) -> tuple[tuple[Permission, ...], SocketPermissions | None]:
    """The list under ``key`` as it was read, and what its ``socket`` item allows (of several the last)."""
    values = manifest.get(key, [])
    if not isinstance(values, list):
        raise FieldError("Invalid value for 'permissions'.", key, hint="Write a list.")
    items: list[Permission] = []
    sockets: SocketPermissions | None = None
    for index, value in enumerate(values):
        where = (key, index)
        if isinstance(value, str):
            _read_name(value, where, warn)
            items.append(value)
        elif isinstance(value, dict) and len(value) == 1:
            sockets = _read_object(value, where, warn) or sockets
            items.append(MappingProxyType(value))
        else:
            hint = "Write a name, or an object with one name and its list."
            raise FieldError(f"Invalid value for 'permissions[{index}]'.", *where, hint=hint)
    return tuple(items), sockets


def _read_name(name: str, where: tuple[str | int, ...], warn: Warn) -> None:
    if name in _WITH_LIST:
        raise _bad_list(name, "NULL or empty permission list.", where)
    if warning := permission_warning(name):
        warn(warning, *where, name=name, known=KNOWN_PERMISSIONS)


def _read_object(
    value: Mapping[str, object], where: tuple[str | int, ...], warn: Warn
) -> SocketPermissions | None:
    [(name, arguments)] = value.items()
    where = (*where, name)
    if name == "socket":
        return _read_socket(arguments, where, warn)
    if name == "usbDevices":
        return None
    if not has_parts(name) and (warning := permission_warning(name)):
        warn(warning, *where)
    elif not has_parts(name) or not isinstance(arguments, list):
        raise FieldError(f"Invalid value for 'permissions[{name}]'.", *where)
    else:
        _read_parts(name, arguments, where, warn)
    return None


def _read_parts(name: str, arguments: list[object], where: tuple[str | int, ...], warn: Warn) -> None:
    for index, argument in enumerate(arguments):
        if not isinstance(argument, str):
            raise FieldError(f"Invalid value for 'permissions[{name}.{index}]'.", *where, index)
        if warning := permission_warning(f"{name}.{argument}"):
            warn(warning, *where, index)


def _read_socket(arguments: object, where: tuple[str | int, ...], warn: Warn) -> SocketPermissions:
    if not isinstance(arguments, list):
        raise _bad_list("socket", "Cannot parse the permission list. It's not a list..", where)
    permissions, unknown = parse_socket_permission(arguments)
    if not permissions:
        raise _bad_list("socket", "NULL or empty permission list.", where)
    for index in unknown:
        text = json.dumps(arguments[index], ensure_ascii=False, separators=(",", ":"))
        warn(f"Permission '{text}' is unknown or URL pattern is malformed.", *where, index)
    return permissions


def _bad_list(name: str, reason: str, where: tuple[str | int, ...]) -> FieldError:
    hint = _OLD_SOCKET_HINT if name == "socket" else None
    return FieldError(f"Invalid value for 'permissions[{name}]': {reason}", *where, hint=hint)
