"""A daemon that serves so many apps, and prints an address with a ticket for each.

python sessions_daemon.py FOLDER COUNT
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from homeport.appfiles import open_app
from homeport.engine import Engine, run
from homeport.server import Daemon
from homeport.storage import Storage

MANIFEST = {
    "manifest_version": 2,
    "version": "1",
    "app": {"background": {"scripts": ["background.js"]}},
    "sockets": {"tcp": {"connect": "127.0.0.1:*"}},
}


async def main() -> None:
    """Serve until ended."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    daemon = Daemon(Engine(), Storage(None))
    # Five pages a second may open; this is not what is measured.
    daemon._ticket_attempts.take = daemon._secret_attempts.take = lambda: True  # type: ignore[method-assign]
    await daemon.start()
    for number in range(count):
        app = folder / str(number)
        app.mkdir(parents=True)
        (app / "manifest.json").write_text(json.dumps({"name": f"Session {number}", **MANIFEST}))
        (app / "background.js").write_text("// The bench speaks the wire itself.\n")
        opened = open_app(app)
        await daemon.register(opened)
        print(await daemon.launch_url(opened.id), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    run(main())
