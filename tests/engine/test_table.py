"""What all namespaces have in common."""

from __future__ import annotations

from typing import Any

import pytest

NAMESPACES = ("tcp", "udp", "tcp_server")


@pytest.mark.parametrize("namespace", NAMESPACES)
async def test_ids_count_from_one_and_are_never_used_again(open_app: Any, namespace: str) -> None:
    table = getattr(open_app().session, namespace)
    assert [table.add().id for _ in range(3)] == [1, 2, 3]
    del table.sockets[3]
    assert table.get(3) is None
    assert table.get(2).id == 2
    assert table.add().id == 4
    assert list(table.sockets) == [1, 2, 4]
