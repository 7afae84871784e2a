"""An empty network of one's own: loopback with multicast, and nothing else.

In there no name look-up leaves the machine, multicast always works, and both sides of a comparison see the
same network.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

#: Set inside: the cases that need the empty network run.
MARK = "CONFORMANCE_NETNS"

_SET_UP = 'ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo && exec "$@"'


def inside() -> bool:
    """Whether this process is in such a network."""
    return os.environ.get(MARK) == "1"


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
