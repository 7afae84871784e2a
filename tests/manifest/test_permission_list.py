"""The lists of permissions keep what they were given and tell what means nothing."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.manifest._errors import FieldError
from homeport.manifest._permission_list import read_permissions


def read(items: Any, key: str = "permissions") -> tuple[Any, Any, list[tuple[object, ...]]]:
    warned: list[tuple[object, ...]] = []
    permissions, sockets = read_permissions({key: items}, key, lambda *what, **_: warned.append(what))
    return permissions, sockets, warned


def test_items_come_out_as_they_went_in() -> None:
    items = ["storage", "http://*/*", {"fileSystem": ["write"]}, {"usbDevices": [{"vendorId": 1}]}]
    assert read(items) == (tuple(items), None, [])
    assert read_permissions({}, "permissions", print) == ((), None)


def test_a_warning_says_where_it_is() -> None:
    _, _, warned = read(["storage", "foo", {"fileSystem": ["write", "bar"]}, {"socket": ["tcp-connect", 5]}])
    assert [where for _, *where in warned] == [
        ["permissions", 1],
        ["permissions", 2, "fileSystem", 1],
        ["permissions", 3, "socket", 1],
    ]


def test_parts_may_be_those_of_what_is_no_permission_itself() -> None:
    assert read([{"system": ["network", "cpu"]}, {"app": ["window.alpha"]}])[2] == []
    warned = read([{"system": ["bogus"]}, {"bogus": "x"}])[2]
    assert [where for _, *where in warned] == [["permissions", 0, "system", 0], ["permissions", 1, "bogus"]]
    for parts in "network", {"network": 1}, ["network", 5]:
        with pytest.raises(FieldError):
            read([{"system": parts}])


def test_an_error_says_where_it_is_in_its_own_list() -> None:
    with pytest.raises(FieldError) as caught:
        read([{"fileSystem": ["write", 5]}], "optional_permissions")
    assert caught.value.where == ("optional_permissions", 0, "fileSystem", 1)


def test_the_socket_permission_is_read_beside_the_list() -> None:
    permissions, sockets, _ = read([{"socket": ["udp-send-to::99"]}])
    assert permissions == ({"socket": ["udp-send-to::99"]},)
    assert sockets.check("udp.send", "any.test", 99)
