"""An app's alarms while its page is not there: kept for the next load, and to wake an unloaded event page."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from homeport.storage import StorageError
from homeport.wire import ProtocolError

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.storage import Storage

__all__ = ["KeptAlarms", "store_alarms", "stored_alarms"]

_log = logging.getLogger("homeport.host")

#: Kept beside the app's own values, where its page cannot reach.
_AREA = "homeport"

#: As many as Chromium lets an app have.
_MOST = 500
_MOST_BYTES = 1 << 20
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
    if len(given) > _MOST or len(json.dumps(given)) > _MOST_BYTES:
        raise ProtocolError("too many alarms")
    return given


async def store_alarms(storage: Storage, app: App, alarms: list[Any]) -> None:
    """Keep these for the app's next load, and no others."""
    await storage.set(app.id, _AREA, {"alarms": checked_alarms(alarms)})


async def stored_alarms(storage: Storage, app: App, *, restarted: bool = False) -> list[object]:
    """What the app's last page was left with; none where that cannot be read.

    Args:
        restarted: whether that page was another process's: then only alarms that shall outlive one.
    """
    if not app.manifest.has_permission("alarms"):
        return []
    try:
        kept = (await storage.get(app.id, _AREA, "alarms")).get("alarms")
    except StorageError as error:
        _log.warning("%s Its alarms are lost.", error)
        return []
    if not isinstance(kept, list):
        return []
    return [
        a for a in kept if not restarted or not isinstance(a, dict) or a.get("persistAcrossSessions", True)
    ]
