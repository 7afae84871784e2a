"""An empty network of one's own: loopback with multicast, and nothing else.

In there no name look-up leaves the machine, multicast always works, and both sides of a comparison see the
same network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

#: Set inside: the cases that need the empty network run.
MARK = "CONFORMANCE_NETNS"

_SET_UP = 'ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo && exec "$@"'


def inside() -> bool:
    """Whether this process is in such a network."""
    return os.environ.get(MARK) == "1"


def reenter(module: str) -> bool:
    """Run ``python -m module`` with this process's arguments in such a network, in this process's place.

    Returns when it is there already (true), or where none may be made (false).
    """
    if inside():
        return True
    command = wrap([sys.executable, "-m", module, *sys.argv[1:]])
    if command[0] == sys.executable:
        return False
    os.execvp(command[0], command)  # noqa: S606 - there is nothing for a shell to do
    raise AssertionError("exec returned")


def wrap(command: Sequence[str]) -> list[str]:
    """``command`` as it runs in a network of its own, or as it is where that is not allowed."""
    if inside():
        return list(command)
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        entry = [*unshare, "sh", "-c", _SET_UP, "sh"]
        try:
            allowed = subprocess.run([*entry, "true"], capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            break
        if allowed:
            return [*entry, "env", f"{MARK}=1", *command]
    return list(command)
