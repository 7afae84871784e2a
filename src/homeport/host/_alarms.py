"""The alarms of an event page while it is unloaded: kept for the next load, which they ring for."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

from homeport.wire import ProtocolError

__all__ = ["KeptAlarms"]

#: As many as Chromium lets an app have.
_MOST = 500
#: Alarms go by the clock on the wall, which may be set, or go on while the machine sleeps: a look so often.
_LOOK = 60.0


class KeptAlarms:
    """Alarms as the page describes them, with ``scheduledTime`` in milliseconds since the epoch.

    Args:
        wake: called when the first of them is due.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._alarms: list[dict[str, Any]] = []
        self._timer: asyncio.TimerHandle | None = None

    def keep(self, alarms: list[dict[str, Any]]) -> None:
        """Keep these, and no others."""
        self.take()
        self._alarms = alarms
        self._look()

    def take(self) -> list[dict[str, Any]]:
        """Give them back to a page that rings them itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        alarms, self._alarms = self._alarms, []
        return alarms

    def _look(self) -> None:
        self._timer = None
        if not self._alarms:
            return
        left = min(float(alarm["scheduledTime"]) for alarm in self._alarms) / 1000 - time.time()
        if left <= 0:
            self._wake()
        else:
            self._timer = asyncio.get_running_loop().call_later(min(left, _LOOK), self._look)


def checked_alarms(given: list[Any]) -> list[dict[str, Any]]:
    """What a page says its alarms are.

    Raises:
        ProtocolError: they are none.
    """
    for alarm in given:
        when = alarm.get("scheduledTime") if isinstance(alarm, dict) else None
        if not isinstance(when, int | float) or not math.isfinite(when):
            raise ProtocolError("not an alarm")
    if len(given) > _MOST:
        raise ProtocolError("too many alarms")
    return given
