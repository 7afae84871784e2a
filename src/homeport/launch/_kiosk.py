"""An app as all that a screen shows: in a browser of its own, which is opened again when it falls."""

from __future__ import annotations

import asyncio
from pathlib import Path

from homeport.appfiles import App
from homeport.errors import UserError
from homeport.host import AppHost, KioskBrowser, PageEnd, RestartPolicy, Supervisor, either, kiosk_command
from homeport.launch._choose import opens_windows
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._terminal import Voice
from homeport.server import Daemon
from homeport.storage import data_folder

#: Seconds that the app's page may be away, crashed or hung, before the browser is opened anew; and at first,
#: when a browser may have much to do.
_PATIENCE, _FIRST_PATIENCE = 20.0, 90.0
_TICK = 1.0


class _Showing:
    """One run of the browser, with the app in it. Without its page it is ended."""

    def __init__(self, browser: KioskBrowser, host: AppHost) -> None:
        self._browser = browser
        self._host = host
        self._watching = asyncio.ensure_future(self._watch())

    async def wait(self) -> PageEnd:
        """Until it has ended.

        Raises:
            UserError: it ended by itself and never showed the app.
        """
        try:
            end = await self._browser.wait()
        finally:
            self._watching.cancel()
        if not (self._host.begun.is_set() or self._browser.stopped):
            raise UserError(f"{str(end).rstrip('.')}. It has not shown the app.")
        if not end.wanted:
            self._host.fell()
        return end

    async def stop(self, reason: str = "it was stopped") -> PageEnd:
        """End it."""
        return await self._browser.stop(reason)

    async def _watch(self) -> None:
        gone, pages = 0.0, self._host.pages
        while gone < (_PATIENCE if self._host.pages > pages else _FIRST_PATIENCE):
            await asyncio.sleep(_TICK)
            gone = 0.0 if self._host.connected else gone + _TICK
        await self._browser.stop("its page does not answer", wanted=False)


async def start_kiosk(app: App, daemon: Daemon, options: LaunchOptions, voice: Voice) -> Launched:
    """Serve ``app`` on loopback and show it, until it closes its last window or somebody the browser.

    Raises:
        UserError: there is no browser, or it cannot be started.
    """
    command = kiosk_command(options.browser)
    if not opens_windows(app):
        voice.note(f"{app.manifest.name} opens no window, so the screen stays empty.")
    profile = data_folder() / "kiosk" / app.id / Path(command[0]).stem
    ending: asyncio.Task[None] | None = None

    async def start() -> _Showing:
        address = await daemon.launch_url(app.id)
        return _Showing(await KioskBrowser.start(command, profile, address), host)

    # Nobody sits before a sign who would start it again.
    supervisor = Supervisor(start, RestartPolicy(limit=options.restarts, settled=60), note=voice.note)

    def closed() -> None:
        nonlocal ending  # not a task of the session's, which ends meanwhile
        ending = asyncio.ensure_future(supervisor.stop("it closed its last window"))

    origin = await daemon.register(app, kiosk=True, handlers={"kiosk.closed": closed})
    registered = daemon.app_host(app.id)
    assert registered is not None  # noqa: S101 - just registered
    host = registered
    running = asyncio.ensure_future(supervisor.run())

    async def ready() -> None:
        await either(host.begun, running)
        if not running.done():
            voice.note(f"{app.manifest.name} is shown by {Path(command[0]).name}")

    async def end() -> str | None:
        ended = await asyncio.shield(running)
        if not ended.wanted:
            return str(ended)
        voice.note(str(ended))
        return None

    async def stop() -> None:
        await supervisor.stop()
        await asyncio.wait([running])
        await daemon.unregister(app.id, removed=False)

    return Launched(ready(), end(), stop, f"{origin}/")
