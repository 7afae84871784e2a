"""For tests of programs that use Homeport: a network in memory, with peers to play and faults to order.

::

    async def test_the_printer_gets_the_label() -> None:
        network = MemoryNetwork(names={"printer.lan": ["192.168.1.5"]})
        printer = network.listen("192.168.1.5", 9100)
        async with homeport.open(..., network=network) as chrome:
            ...
            connection = await printer.accept()
            assert await connection.receive_all() == LABEL
"""

from homeport.engine._memory import MemoryNetwork, Weather
from homeport.engine._memory_peers import Connection, Datagrams, Listener

__all__ = ["Connection", "Datagrams", "Listener", "MemoryNetwork", "Weather"]
