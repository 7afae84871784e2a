"""What no app may reach, whatever its manifest and the policy say.

Homeport's own listeners, at every address of this machine, and the addresses at which clouds and containers
hand secrets to whoever asks from inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from ._address import IpAddress, is_loopback, spellings
from ._network import AF_INET, SOCK_DGRAM, Address

if TYPE_CHECKING:
    from ._network import Network

_METADATA_ADDRESSES: Final = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",  # most clouds
            "fe80::a9fe:a9fe",  # OpenStack
            "fd00:ec2::254",  # AWS
            "169.254.170.2",  # AWS containers
            "169.254.170.23",  # AWS pods
            "fd00:ec2::23",
            "fd20:ce::254",  # Google
            "169.254.42.42",  # Scaleway
            "fd00:42::42",
            "100.100.100.200",  # Alibaba
            "fd00:100::100:200",
            "192.0.0.192",  # Oracle
            "fd00:c1::a9fe:a9fe",
            "169.254.0.23",  # Tencent
            "fd00:a9fe:a9fe::1",  # Akamai
            "168.63.129.16",  # Azure
        ),
    )
)
_METADATA_NAMES: Final = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})
_METADATA_OPERATIONS: Final = frozenset({"tcp.connect", "udp.send"})
#: Listening is among them: on some systems a listener at a narrower address takes another's connections.
_OWN_OPERATIONS: Final = frozenset({"tcp.connect", "tcpServer.listen"})


class NeverList:
    """The list, with the listeners that Homeport has at the moment. ``changed`` hears of other ones."""

    def __init__(self, network: Network, changed: Callable[[], object] = lambda: None) -> None:
        self._network = network
        self._ports: Counter[int] = Counter()
        self._changed = changed

    def add_listener(self, port: int) -> None:
        """Homeport listens at ``port`` from now on."""
        self._ports[port] += 1
        self._changed()

    def remove_listener(self, port: int) -> None:
        """One listener at ``port`` is closed."""
        self._ports[port] -= 1
        self._changed()

    def concerns(self, port: int) -> bool:
        """Whether Homeport listens there: then it counts which addresses are this machine's now."""
        return self._ports[port] > 0

    def refuse_request(self, operation: str, host: str) -> str | None:
        """The rule that forbids to ask for ``host`` (in normal form), if one does."""
        if operation in _METADATA_OPERATIONS and host.removesuffix(".") in _METADATA_NAMES:
            return f"never: {host} hands out the machine's own credentials"
        return None

    def refuse(self, operation: str, address: Address, number: IpAddress) -> str | None:
        """The rule that forbids to reach ``address``, whose number is ``number``, if one does."""
        if operation in _METADATA_OPERATIONS:
            for spelling in spellings(number):
                if spelling in _METADATA_ADDRESSES:
                    return f"never: {spelling} hands out the machine's own credentials"
        if operation in _OWN_OPERATIONS and self.concerns(address.port) and self._is_here(address, number):
            return f"never: port {address.port} of this machine is Homeport's own"
        return None

    def _is_here(self, address: Address, number: IpAddress) -> bool:
        """Whether the address is one of this machine's: then, and only then, it can be bound."""
        if is_loopback(number) or self._binds(address):
            return True
        return any(self._binds(Address(AF_INET, str(other), 0)) for other in spellings(number)[1:])

    def _binds(self, address: Address) -> bool:
        try:
            probe = self._network.socket(address.family, SOCK_DGRAM)
        except OSError:
            return True  # It cannot be told, so it is refused.
        try:
            probe.bind(address._replace(port=0).sockaddr)
        except OSError:
            return False
        finally:
            probe.close()
        return True
