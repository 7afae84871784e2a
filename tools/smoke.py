"""Starts what an installed Homeport brings, as a user would: the command, its doctor, an app.

    VENV/bin/python tools/smoke.py

It is run from a folder without the source, by the Python into which the wheel was installed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.support.elsewhere import EXAMPLES, elsewhere  # noqa: E402

#: An app that is not heard so long is not heard any more.
SECONDS = 60


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "homeport", *map(str, words)]


def runs_an_app(folder: Path) -> None:
    app = subprocess.Popen(command("run", folder, "--headless"), stdout=subprocess.PIPE, text=True)
    watch = threading.Timer(SECONDS, app.kill)
    watch.daemon = True
    watch.start()
    with app:
        if app.stdout is None:
            raise RuntimeError("the app has no output")
        for line in app.stdout:
            print(line, end="")
            if "the echo said: hello" in line:
                break
        else:
            sys.exit("The app ended, or was ended, before it heard its echo.")
        app.terminate()
    watch.cancel()
    if app.returncode != 0:
        sys.exit(f"The app ended with status {app.returncode}.")


def main() -> None:
    import homeport

    if "site-packages" not in (homeport.__file__ or ""):
        sys.exit(f"This is not the installed package: {homeport.__file__}")
    for words in (("--version",), ("doctor",), ("check", EXAMPLES / "udp-echo")):
        subprocess.run(command(*words), check=True)
    with tempfile.TemporaryDirectory() as scratch:
        runs_an_app(elsewhere("udp-echo", Path(scratch))[0])
    print("The installed package works.")


if __name__ == "__main__":
    main()
