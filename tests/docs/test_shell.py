"""The shell lines that the documentation shows run, page by page, as a reader would type them.

They run in a clone of the repository in which the reader has an app, with a home of its own. A command that
runs an app is started, and stopped once the app is up. What is not run is listed with its reason.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .blocks import PAGES, ROOT, blocks_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lines are of a POSIX shell")

NOT_RUN = {
    "python -m bench.run --quiet 5 --out figures.json --markdown docs/performance-table.md "
    "--svg docs/performance.svg": "takes an hour, and the machine for itself",
    "python3 tools/check.py": "is what runs this",
    "python3 tools/check.py pytest -- tests/engine -x": "runs many of these tests once more",
    "homeport run ./my-app --kiosk": "needs a screen; test_kiosk.py gives it browsers without one",
    "sudo /opt/homeport/bin/homeport service install /opt/my-app --system": "changes the machine",
    "homeport storage from-chrome ./my-app": "needs a Chrome with apps; test_storage_from_chrome.py has one",
    "journalctl --user -u homeport-my-app -f": "needs a running systemd; the journal is not ours",
}
#: Commands whose exit status is an answer.
ANSWERS = {"homeport explain", "homeport doctor"}
_LAUNCH = re.compile(r"(?:^|/)homeport run ")
_UP = re.compile(r"homeport: (.* (runs headless|opened at http://\S+)|\d+ apps run)$")


def lines_of(page: Path) -> list[str]:
    """The command lines on a page, without their comments."""
    texts = [text for kind, text in blocks_of(page) if kind == "sh"]
    lines = [line.partition("  #")[0].strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line]


class Reader:
    """Somebody who types what a page says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "reader"
        self.folder.mkdir()
        home = folder / "home"
        home.mkdir()
        # The repository may be another user's, whom git would not trust.
        (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
        # A clone, as a reader has it: nothing that is only here.
        clone: list[str | Path] = ["git", "clone", "--quiet", ROOT, self.folder / "homeport-clone"]
        subprocess.run(clone, check=True, env={**os.environ, "HOME": str(home)})
        for entry in (self.folder / "homeport-clone").iterdir():
            entry.rename(self.folder / entry.name)
        shutil.copytree(self.folder / "examples" / "echo-server", self.folder / "my-app")
        manifest = self.folder / "my-app" / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"Echo server"', '"My app"'))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "VIRTUAL_ENV"):
            kept.pop(name, None)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        (self.folder / "settings.json").write_text('{"port": 7777}')
        self.environment = {**kept, "HOME": str(home), "PATH": path}

    def type(self, line: str) -> None:
        """Run a line; an app that it starts is stopped once it is up."""
        line = line.replace("<the address of this repository>", f"file://{ROOT}")
        if _LAUNCH.search(line):
            self._launch(line)
            return
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self.environment,
            timeout=500,
            check=False,
        )
        allowed = (0, 1) if line.startswith(tuple(ANSWERS)) else (0,)
        assert done.returncode in allowed, f"{line}\n{done.stdout}{done.stderr}"
        assert "error: " not in done.stderr

    def _launch(self, line: str) -> None:
        before, _, launch = line.rpartition("&& ")
        if before:
            self.type(before.rstrip("& "))
        with subprocess.Popen(
            launch.split(),
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**self.environment, "PATH": f"{self.folder}:{self.environment['PATH']}"},
        ) as app:
            assert app.stderr is not None
            said = []
            for text in app.stderr:
                said.append(text)
                if _UP.search(text):
                    app.send_signal(signal.SIGINT)
                    break
            said += app.stderr.readlines()
        assert app.returncode == 0, f"{line}\n{''.join(said)}"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    if shutil.which("bash") is None or not (ROOT / ".git").exists():
        pytest.skip("needs bash, and a clone")
    return Reader(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", [page for page in PAGES if lines_of(page)], ids=lambda page: page.name)
def test_what_a_page_says_to_type_works(reader: Reader, page: Path) -> None:
    for line in lines_of(page):
        if line not in NOT_RUN:
            reader.type(line)


def test_what_is_not_run_is_still_shown() -> None:
    shown = {line for page in PAGES for line in lines_of(page)}
    assert set(NOT_RUN) <= shown
