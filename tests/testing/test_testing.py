"""The front door for users' own tests, used as they would."""

from __future__ import annotations

import homeport
from homeport import testing
from homeport.testing import MemoryNetwork


def test_the_front_door_shows_what_it_names() -> None:
    assert testing.__all__ == sorted(testing.__all__)
    assert all(hasattr(testing, name) for name in testing.__all__)


async def test_a_program_is_tested_against_a_printer_that_is_not_there() -> None:
    network = MemoryNetwork(names={"printer.lan": ["192.168.1.5"]}, split=3)
    printer = network.listen("192.168.1.5", 9100)
    manifest = {"sockets": {"tcp": {"connect": "printer.lan:9100"}}}
    async with homeport.open(manifest, network=network) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        await tcp.connect(socket_id, "printer.lan", 9100)
        connection = await printer.accept()
        await tcp.send(socket_id, b"^XA^FDhello^XZ")
        await tcp.disconnect(socket_id)
        assert await connection.receive_all() == b"^XA^FDhello^XZ"
