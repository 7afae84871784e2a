"""How much is measured: the same warm-up for every face, then the same length of time.

Faces differ in speed by more than ten, so no one amount suits all: what takes the slowest half a minute
is over in the fastest before it has begun. The warm-up is an amount, and equal, since the first hundreds
of connections of a fresh browser are slow. It also says how much fills the time.
"""

from __future__ import annotations

from typing import Any, Protocol

#: Share of a measurement's full amount (see ``app/measure.js``) that warms up; a tenth where nothing is said.
WARM = {"connect": 0.3, "recv": 0.05, "send": 0.05, "many": 0.2, "bare": 0.05, "websockify": 0.05}
#: Full amounts in bytes that differ from the 256 MiB of the scripts.
BYTES = {"send:4096:1": 32 << 20, "recv:0": 128 << 20}
#: What is one job of a stated size, which is not cut: 200 MiB in pieces of 4096 bytes are 51,200 sends.
WHOLE = frozenset({"chatty"})
#: From so many seconds for a figure on it is done whole.
_LONG = 0.5
_MOST = 40.0
_TRIES = 3


class Measures(Protocol):
    """A face under measurement."""

    async def measure(self, name: str, scale: float, *, api: str = "sockets") -> dict[str, Any]:
        """A share of the full amount; the figures."""


async def measure_for(
    control: Measures, name: str, seconds: float, *, api: str = "sockets"
) -> dict[str, Any]:
    """Have one measurement made for about so many seconds, after its warm-up."""
    kind = name.partition(":")[0]
    full = f"{name}:{BYTES[name]}" if name in BYTES else name
    if kind in WHOLE:
        return await control.measure(full, 1.0 if seconds >= _LONG else seconds, api=api)
    share = WARM.get(kind, 0.1)
    figures = await control.measure(full, share, api=api)
    for _ in range(_TRIES):
        if "error" in figures:
            break
        share = next_share(share, figures["seconds"], seconds)
        figures = await control.measure(full, share, api=api)
        if figures.get("seconds", 0) >= 0.6 * seconds or share == _MOST:
            break
    return figures


def next_share(share: float, took: float, wanted: float) -> float:
    """The share that fills the time, when ``share`` took so long."""
    return min(_MOST, share * wanted / max(took, 1e-3))
