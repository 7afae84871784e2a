"""Whether this is an app's first run, or the first of a new version."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from homeport.storage import StorageError

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.storage import Storage

_log = logging.getLogger("homeport.host")

#: Kept beside the app's own values, where its page cannot reach.
_AREA = "homeport"


async def installed(storage: Storage, app: App) -> dict[str, object] | None:
    """What ``runtime.onInstalled`` says of this run; ``None`` when there is no news. Says it once."""
    version = app.manifest.version
    try:
        before = (await storage.get(app.id, _AREA, "version")).get("version")
        if before == version:
            return None
        await storage.set(app.id, _AREA, {"version": version})
    except StorageError as error:
        # The app runs all the same.
        _log.warning("%s It is in %s; $HOMEPORT_DATA_DIR may name another folder.", error, storage.folder)
        return None
    if before is None:
        return {"reason": "install"}
    return {"reason": "update", "previousVersion": before}
