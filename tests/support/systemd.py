"""A real systemd for one test: a user's manager with folders, a control group and a `/run` of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANAGER = Path("/lib/systemd/systemd")
#: Where control groups of version 2 are, on machines of today and of yesterday.
GROUPS = [
    path
    for path in map(Path, ("/sys/fs/cgroup/unified", "/sys/fs/cgroup"))
    if (path / "cgroup.procs").exists()
]

#: Systemd starts where it finds that the machine runs under one, and needs a tree of groups for itself.
START = """
set -e
echo $$ > "$0/cgroup.procs"
exec unshare --mount --cgroup sh -ec '
  mount --make-rprivate /
  umount -R /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mount -t tmpfs tmpfs /run
  mkdir -p /run/systemd/system
  exec /lib/systemd/systemd --user --log-target=console --log-level=info
'
"""


def why_not() -> str | None:
    """What this machine lacks for :func:`user_manager`."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux may mount"
    if not MANAGER.exists() or not GROUPS:
        return "needs systemd and control groups of version 2"
    if not all(map(shutil.which, ("unshare", "nsenter", "systemctl"))):
        return "needs util-linux and systemctl"
    return None


class UserManager:
    """A running one.

    Attributes:
        environment: of the user whose manager it is.
    """

    def __init__(self, pid: int, environment: dict[str, str]) -> None:
        self.environment = environment
        self._pid = pid

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        """Run a command as that user, to its end."""
        inside = ["nsenter", "-t", str(self._pid), "-m", *map(str, command)]
        return subprocess.run(
            inside, capture_output=True, text=True, env=self.environment, timeout=100, check=False
        )

    def systemctl(self, *words: str) -> str:
        """What ``systemctl --user`` says."""
        return self.run("systemctl", "--user", "--no-pager", *words).stdout

    def show(self, unit: str) -> dict[str, str]:
        """The properties of a unit."""
        return dict(line.split("=", 1) for line in self.systemctl("show", unit).splitlines() if "=" in line)


@contextmanager
def user_manager(folder: Path) -> Iterator[UserManager]:
    """Start one, whose user's home is ``folder``; it and all that it started ends at the exit."""
    group = GROUPS[0] / f"homeport-test-{os.getpid()}"
    group.mkdir()
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(runtime),
        "PATH": os.environ["PATH"],
        "HOMEPORT_RUNTIME_DIR": str(folder / "runs"),
    }
    # Whatever else it says of itself it is refused: it would wait for a reader, and do nothing meanwhile.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind(str(folder / "ready"))
        ready.settimeout(60)
        process = subprocess.Popen(
            ["sh", "-c", START, str(group)],
            env={**environment, "NOTIFY_SOCKET": str(folder / "ready")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            while b"READY=1" not in ready.recv(1000).split(b"\n"):
                pass
        except TimeoutError:
            _end(process, group)
            raise
    try:
        yield UserManager(process.pid, environment)
    finally:
        _end(process, group)


def _end(process: subprocess.Popen[bytes], group: Path) -> None:
    process.send_signal(signal.SIGRTMIN + 24)  # exit at once, says systemd(1)
    try:
        process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    (group / "cgroup.kill").write_text("1")
    while "populated 1" in (group / "cgroup.events").read_text():
        time.sleep(0.02)
    for path, _, _ in os.walk(group, topdown=False):
        Path(path).rmdir()
