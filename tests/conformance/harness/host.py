"""What a host of cases is, and the setting that all hosts share."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .case import HERE, Case
from .transcript import Transcript
from .trust import Trust


@dataclass
class Setting:
    """One run: a folder of its own, certificates, and the peer."""

    folder: Path
    peer_port: int
    _made: int = field(default=0, init=False)

    @property
    def certificates(self) -> Path:
        """Where ``ca.pem`` and the peer's certificates are."""
        return self.folder / "certificates"

    @property
    def config(self) -> dict[str, Any]:
        """What the toolkit is told."""
        return {"peerPort": self.peer_port}

    def app_folder(self, name: str) -> Path:
        """A fresh path for an app."""
        self._made += 1
        return self.folder / "apps" / f"{self._made}-{name}"


class Host(Protocol):
    """An implementation of the API under test."""

    name: str
    #: The browser's, such as ``156.0.8078.79``, once it has started; empty where there is no browser.
    version: str

    async def start(self, setting: Setting) -> None:
        """Get ready to run cases."""

    def can_run(self, case: Case) -> bool:
        """Whether the host has what the case needs."""

    async def run(self, case: Case) -> Transcript:
        """Run one case in an app of its own."""

    async def aclose(self) -> None:
        """End everything that ``start`` began."""


@contextlib.asynccontextmanager
async def new_setting() -> AsyncIterator[Setting]:
    """Certificates and a running peer, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "certificates").mkdir()
        Trust().write(folder / "certificates")
        peer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.conformance.peer", str(folder / "certificates")),
            cwd=HERE.parents[1],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert peer.stdin is not None
        assert peer.stdout is not None
        try:
            yield Setting(folder, int(await peer.stdout.readline()))
        finally:
            peer.stdin.close()
            await peer.wait()
