"""From the host that an app names to addresses, as Chromium's resolver does it.

IP literals, ``localhost`` and everything below it, and the operator's host map never leave the process. Other
names are asked of the system, off the event loop, a bounded number at a time. An app learns of a failure only
that there is no address, or that this machine is offline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from homeport.errors import UserError
from homeport.net_errors import NetErrorCode

from ._address import canonical_host, parse_literal
from ._network import AF_INET, AF_INET6, Address

if TYPE_CHECKING:
    from ._network import Network

#: Look-ups at the system at the same time; more wait their turn.
_AT_ONCE: Final = 16
#: Seconds after which a look-up counts as failed.
_PATIENCE: Final = 60.0
#: Seconds for which an answer is used again, so that a stream of datagrams to a name asks once.
_FRESH: Final = 10.0
_MOST: Final = 1024

_FAMILIES: Final = {"ipv4": AF_INET, "ipv6": AF_INET6}
_LOCALHOST: Final = (Address(AF_INET6, "::1", 0), Address(AF_INET, "127.0.0.1", 0))

#: The host map: a name in normal form, and where it goes; port 0 keeps the port that was asked for.
HostMap: TypeAlias = Mapping[str, tuple[Address, ...]]


def parse_host_map(entries: Iterable[str]) -> dict[str, tuple[Address, ...]]:
    """Read entries such as ``printer=192.168.1.5``, ``printer=[fd00::5]:9101``. Raises :class:`UserError`.

    A name may come more than once; its addresses are tried in order.
    """
    hosts: dict[str, tuple[Address, ...]] = {}
    for entry in entries:
        name, _, target = entry.partition("=")
        host, address = canonical_host(name), _target(target)
        if host is None or address is None:
            raise UserError(f"{entry!r} does not map a host: write NAME=ADDRESS or NAME=ADDRESS:PORT")
        host = host.removesuffix(".")
        hosts[host] = (*hosts.get(host, ()), address)
    return hosts


def _target(text: str) -> Address | None:
    if (address := parse_literal(text)) is not None:
        return address
    host, colon, digits = text.rpartition(":")
    if text.endswith("]"):
        host, colon, digits = text, ":", "0"
    if not colon or not (digits.isascii() and digits.isdigit()) or int(digits[:6]) > 65535:
        return None
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return None
    return parse_literal(host, int(digits))


class _LookUp:
    """A question to the system, and how many wait for the answer."""

    __slots__ = ("answer", "task", "waiters")

    def __init__(self) -> None:
        self.answer: asyncio.Future[tuple[Address, ...]] = asyncio.get_running_loop().create_future()
        self.waiters = 0
        self.task: asyncio.Task[tuple[Address, ...]] | None = None


class Resolver:
    """The engine's resolver."""

    def __init__(self, network: Network, host_map: HostMap | None = None) -> None:
        self._network = network
        self._host_map = dict(host_map or {})
        #: Those that wait their turn, in order, and those that have it.
        self._waiting: dict[tuple[str, int], _LookUp] = {}
        self._running: dict[tuple[str, int], _LookUp] = {}
        self._answers: dict[tuple[str, int], tuple[float, tuple[Address, ...]]] = {}

    def resolve_now(self, host: str, port: int, query: str | None = None) -> list[Address] | int | None:
        """The addresses of ``host``, or the code of the failure; ``None`` if that takes a look-up."""
        found = self._known(canonical_host(host))
        if found is None:
            return None
        family = _FAMILIES.get(query or "any", 0)
        addresses = [
            Address(address.family, address.host, address.port or port, address.scope)
            for address in found
            if not family or address.family == family
        ]
        return addresses or int(NetErrorCode.NAME_NOT_RESOLVED)

    def _known(self, name: str | None) -> tuple[Address, ...] | None:
        if name is None:
            return ()
        name = name.removesuffix(".")
        if (mapped := self._host_map.get(name)) is not None:
            return mapped
        if (address := parse_literal(name)) is not None:
            return (address,)
        if name == "localhost" or name.endswith(".localhost"):
            return _LOCALHOST
        return None

    async def resolve(self, host: str, port: int, query: str | None = None) -> list[Address] | int:
        """The addresses of ``host`` in order of preference, each with ``port``, or the code of the failure.

        Cancelling the caller leaves the look-up to others who wait for it. One that nobody waits for any more
        takes no turn.
        """
        now = self.resolve_now(host, port, query)
        if now is not None:
            return now
        name = canonical_host(host)
        assert name is not None  # noqa: S101 (resolve_now has answered that)
        key = (name, _FAMILIES.get(query or "any", 0))
        fresh = self._answers.get(key)
        if fresh is not None and fresh[0] > self._network.time():
            found = fresh[1]
        else:
            found = await self._wait_for(key)
        if not found:
            offline = self._network.offline()
            return int(NetErrorCode.INTERNET_DISCONNECTED if offline else NetErrorCode.NAME_NOT_RESOLVED)
        return [address._replace(port=port) for address in found]

    async def _wait_for(self, key: tuple[str, int]) -> tuple[Address, ...]:
        look_up = self._running.get(key) or self._waiting.get(key)
        if look_up is None:
            look_up = self._waiting[key] = _LookUp()
            self._begin()
        look_up.waiters += 1
        try:
            return await asyncio.shield(look_up.answer)
        finally:
            look_up.waiters -= 1
            if not look_up.waiters and self._waiting.get(key) is look_up:
                del self._waiting[key]

    def _begin(self) -> None:
        """Ask for those whose turn it is."""
        while self._waiting and len(self._running) < _AT_ONCE:
            key = next(iter(self._waiting))
            look_up = self._running[key] = self._waiting.pop(key)
            look_up.task = asyncio.get_running_loop().create_task(self._look_up(*key))
            look_up.task.add_done_callback(partial(self._done, key))

    def _done(self, key: tuple[str, int], task: asyncio.Task[tuple[Address, ...]]) -> None:
        answer = self._running.pop(key).answer
        if task.cancelled():
            answer.cancel()
        elif not answer.done():
            answer.set_result(task.result())
        self._begin()

    async def _look_up(self, name: str, family: int) -> tuple[Address, ...]:
        found: tuple[Address, ...] = ()
        with suppress(OSError, UnicodeError):  # A TimeoutError is an OSError.
            async with asyncio.timeout(_PATIENCE):
                answers = await self._network.lookup(name, family)
                found = tuple(dict.fromkeys(Address(kind, host, 0, scope) for kind, host, scope in answers))
        if found:
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[(name, family)] = (self._network.time() + _FRESH, found)
        return found

    def close(self) -> None:
        """Wait for no look-up any more."""
        waiting, self._waiting = self._waiting, {}
        for look_up in waiting.values():
            look_up.answer.cancel()
        for look_up in self._running.values():
            if look_up.task is not None:
                look_up.task.cancel()
