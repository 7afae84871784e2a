"""The oracle: Chromium itself, which still runs Chrome Apps when they are loaded unpacked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from .case import Case
from .cdp import Browser, CdpError
from .host import Setting, new_setting
from .transcript import Transcript
from .trust import trust_in_home

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--password-store=basic",
    "--use-mock-keychain",
    "--enable-unsafe-extension-debugging",
    "--remote-debugging-pipe",
)

#: Resolves to the transcript as soon as the case's script has begun and ended.
_TRANSCRIPT = """new Promise((resolve) => {
  const look = () => globalThis.transcript
    ? globalThis.transcript.then((t) => resolve(JSON.stringify(t))) : setTimeout(look, 5);
  look();
})"""


class ChromiumHost:
    """Runs cases as Chrome Apps in a Chromium of its own."""

    name = "chromium"
    version = ""

    def __init__(self, binary: str | None = None) -> None:
        self._binary = binary or os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"

    async def start(self, setting: Setting) -> None:
        """Start the browser with an empty profile, in which the setting's CA is trusted."""
        self._setting = setting
        home = setting.app_folder("chromium-home")
        trust_in_home(home, setting.certificates / "ca.pem")
        command = [self._binary, *FLAGS, f"--user-data-dir={home / 'profile'}"]
        env = {**os.environ, "HOME": str(home)}
        self._browser = await Browser.start(command, {k: v for k, v in env.items() if k != "XDG_DATA_HOME"})
        product: str = (await self._browser.call("Browser.getVersion"))["product"]
        self.version = product.partition("/")[2]

    def can_run(self, case: Case) -> bool:
        """It is what the cases are about."""
        return True

    async def run(self, case: Case) -> Transcript:
        """Load the case as an app, wait for its transcript, and remove it again."""
        folder = self._setting.app_folder(case.name)
        case.write_app(folder, self._setting.config)
        async with self.launch(folder) as session:
            transcript: Transcript = json.loads(await self._evaluate(session, _TRANSCRIPT))
            return transcript

    @contextlib.asynccontextmanager
    async def launch(self, folder: Path, *, stays: bool = False) -> AsyncIterator[str]:
        """An app's background page, for as long as the context lasts. What ``stays`` keeps what it stored."""
        app_id: str = (await self._browser.call("Extensions.loadUnpacked", {"path": str(folder)}))["id"]
        try:
            yield await self._background_page(app_id)
        finally:
            if not stays:
                await self._browser.call("Extensions.uninstall", {"id": app_id})

    async def aclose(self) -> None:
        """End the browser."""
        await self._browser.aclose()

    async def _background_page(self, app_id: str) -> str:
        """Attach to the app's background page; attached, it is not suspended either."""
        prefix = f"chrome-extension://{app_id}/"
        for _ in range(1000):
            # An empty filter shows every kind of target.
            targets = (await self._browser.call("Target.getTargets", {"filter": [{}]}))["targetInfos"]
            for target in targets:
                if target["type"] == "background_page" and target["url"].startswith(prefix):
                    attach = {"targetId": target["targetId"], "flatten": True}
                    session: str = (await self._browser.call("Target.attachToTarget", attach))["sessionId"]
                    return session
            await asyncio.sleep(0.02)
        raise CdpError("Target.getTargets", "the app's background page did not come up")

    async def _evaluate(self, session: str, expression: str) -> Any:
        """Evaluate, again if the empty document of the beginning went away meanwhile."""
        for _ in range(5):
            try:
                return await self._browser.evaluate(session, expression)
            except CdpError as error:
                if "destroyed" not in error.reason and "navigated" not in error.reason:
                    raise
        raise CdpError("Runtime.evaluate", "the page does not stay")


async def installed() -> str:
    """The version of the Chromium that is there."""
    async with new_setting() as setting:
        host = ChromiumHost()
        await host.start(setting)
        await host.aclose()
        return host.version
