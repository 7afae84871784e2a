"""A service manager may open what the manifest names with address and port, and nothing else."""

from __future__ import annotations

import json

import pytest

from homeport.launch._early import early_addresses
from homeport.manifest import parse_manifest


def addresses(sockets: object) -> object:
    manifest = {
        "manifest_version": 2,
        "name": "x",
        "version": "1",
        "app": {"background": {"scripts": ["b.js"]}},
    }
    if sockets is not None:
        manifest["sockets"] = sockets
    return early_addresses(parse_manifest(json.dumps(manifest)))


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("127.0.0.1:8080", (("127.0.0.1", 8080),)),
        (":8080", (("0.0.0.0", 8080),)),
        ("*:8080", (("0.0.0.0", 8080),)),
        (["127.0.0.1:1", "127.0.0.1:1", "[::1]:2"], (("127.0.0.1", 1), ("::1", 2))),
        ("*", ()),
        ("127.0.0.1", ()),
        ("localhost:80", ()),
        ("*.example.com:80", ()),
    ],
)
def test_tcp_addresses(listen: object, expected: object) -> None:
    assert addresses({"tcpServer": {"listen": listen}}) == (expected, ())


def test_udp_addresses() -> None:
    assert addresses({"udp": {"bind": "0.0.0.0:5353", "send": "*:9"}}) == ((), (("0.0.0.0", 5353),))


@pytest.mark.parametrize("sockets", [None, {}])
def test_an_app_that_listens_nowhere_has_none(sockets: object) -> None:
    assert addresses(sockets) == ((), ())
