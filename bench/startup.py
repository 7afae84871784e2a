"""How long a headless app takes to its first onLaunched, and what memory both its processes then hold.

    python bench/startup.py --times 9

Each line is a start of an echo app: milliseconds from starting the command to the app's first onLaunched,
then the resident memory of the parent and of the child in MiB once the app listens. The last line has the
medians. One start before them is not counted: it leaves the bytecode that an installation has.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil

APP = """
chrome.app.runtime.onLaunched.addListener(() => {
  console.log("launched");
  const { tcp, tcpServer } = chrome.sockets;
  tcp.onReceive.addListener(({ socketId, data }) => tcp.send(socketId, data, () => {}));
  tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
  tcpServer.create({}, ({ socketId }) => tcpServer.listen(socketId, "127.0.0.1", 0, () =>
    console.log("listening")));
});
"""
MANIFEST = {
    "manifest_version": 2,
    "name": "Startup",
    "version": "1",
    "app": {"background": {"scripts": ["background.js"]}},
    "sockets": {"tcpServer": {"listen": "127.0.0.1:*"}},
}


@dataclass(frozen=True)
class Start:
    """One start: milliseconds to onLaunched, MiB of the parent and of the child."""

    launched: float
    parent: float
    child: float

    def __str__(self) -> str:
        return f"{self.launched:6.0f} ms  parent {self.parent:5.1f} MiB  child {self.child:5.1f} MiB"


def wait_for(lines: Iterable[str], word: str) -> None:
    """Read console lines up to one that ends in ``word``."""
    for line in lines:
        if line.rstrip().endswith(word):
            return
    raise RuntimeError(f"the app ended before it wrote {word!r}")


def measure(folder: Path) -> Start:
    """Start an app in ``folder``, look at it, and end it."""
    app = folder / "app"
    app.mkdir(exist_ok=True)
    (app / "manifest.json").write_text(json.dumps(MANIFEST))
    (app / "background.js").write_text(APP)
    environment = {**os.environ, "HOMEPORT_DATA_DIR": str(folder / "data")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "homeport", "run", str(app), "--headless"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout
            wait_for(process.stdout, "launched")
            launched = (time.perf_counter() - began) * 1000
            wait_for(process.stdout, "listening")
            parent = psutil.Process(process.pid)
            (child,) = (each for each in parent.children(recursive=True) if "deno" in each.name())
            return Start(launched, *(each.memory_info().rss / 2**20 for each in (parent, child)))
        finally:
            process.terminate()


def median(starts: list[Start]) -> Start:
    """The median of each figure by itself."""
    return Start(*map(statistics.median, zip(*map(astuple, starts), strict=True)))


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=9, help="how often to start the app")
    times = parser.parse_args().times
    starts = []
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))
        for _ in range(times):
            starts.append(measure(Path(folder)))
            print(starts[-1], flush=True)
    print(f"{median(starts)}  (median of {times})")


if __name__ == "__main__":
    main()
