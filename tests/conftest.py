"""What holds for all tests."""

from __future__ import annotations

import signal
import sys
from typing import Any

import pytest
from hypothesis import settings

from homeport.engine import new_event_loop


def pytest_configure() -> None:
    """Have the tests' processes hear Ctrl-C and hang-ups where these tests themselves ignore them.

    So it is behind ``nohup`` and in a script's background, and it is inherited. What has a handler is not.
    """
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


if sys.platform == "win32":

    def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
        """Run tests of coroutines on Homeport's own loop: the standard one there cannot watch sockets."""
        return {"fast": new_event_loop}


# How long an example takes is the machine's business, which may have other work.
settings.register_profile(
    "unhurried", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.load_profile("unhurried")
