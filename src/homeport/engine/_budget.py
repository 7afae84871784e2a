"""How much an app may send by UDP to other machines: packets and bytes a second, over all its sessions.

Two buckets that fill at the policy's rates and hold one second's worth. A datagram that finds either empty is
not sent; the app hears ``ERR_INSUFFICIENT_RESOURCES``, and it is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakValueDictionary

from ._policy import UdpLimits


class Budget:
    """One app's budget."""

    __slots__ = ("__weakref__", "_bytes", "_clock", "_limits", "_packets", "_then", "refused")

    def __init__(self, limits: UdpLimits, clock: Callable[[], float]) -> None:
        self._clock = clock
        #: Datagrams that were not sent for lack of budget.
        self.refused = 0
        self.limit(limits)

    def limit(self, limits: UdpLimits) -> None:
        """Begin anew with ``limits``."""
        self._limits = limits
        self._packets = float(limits.packets_per_second)
        self._bytes = float(limits.bytes_per_second)
        self._then = self._clock()

    def take(self, size: int) -> bool:
        """Take one packet of ``size`` bytes, or nothing and say ``False``."""
        packets, volume = self._limits.packets_per_second, self._limits.bytes_per_second
        now = self._clock()
        passed, self._then = now - self._then, now
        self._packets = min(packets, self._packets + passed * packets)
        self._bytes = min(volume, self._bytes + passed * volume)
        # The last datagram may overdraw the bytes, so that one larger than a second's worth still goes.
        if (packets and self._packets < 1) or (volume and self._bytes <= 0):
            self.refused += 1
            return False
        self._packets -= 1
        self._bytes -= size
        return True


class Budgets:
    """The budgets of all apps that have a session."""

    def __init__(self, limits: UdpLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._of: WeakValueDictionary[str, Budget] = WeakValueDictionary()

    def of(self, app_id: str) -> Budget:
        """The budget that all sessions of an app share. Keep it as long as the session is open."""
        budget = self._of.get(app_id)
        if budget is None:
            budget = self._of[app_id] = Budget(self._limits, self._clock)
        return budget

    def limit(self, limits: UdpLimits) -> None:
        """Hold everybody to ``limits`` from now on."""
        if limits != self._limits:
            self._limits = limits
            for budget in list(self._of.values()):
                budget.limit(limits)
