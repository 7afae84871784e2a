"""Apps, launched: where they run, what they may use, what their terminal says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport._lazy import lazy

if TYPE_CHECKING:
    from homeport.launch._choose import Choice, HostKind, choose, choose_host, has_browser, opens_windows
    from homeport.launch._chrome_test import TestOptions, read_replies, run_tests
    from homeport.launch._early import early_addresses
    from homeport.launch._engine import make_engine
    from homeport.launch._options import EngineOptions, LaunchOptions, Placed
    from homeport.launch._run import early_runtime, run_apps
    from homeport.launch._running import left_to_run
    from homeport.launch._status import StatusLine
else:
    __getattr__ = lazy(
        __name__,
        {
            "_choose": ["Choice", "HostKind", "choose", "choose_host", "has_browser", "opens_windows"],
            "_chrome_test": ["TestOptions", "read_replies", "run_tests"],
            "_early": ["early_addresses"],
            "_engine": ["make_engine"],
            "_options": ["EngineOptions", "LaunchOptions", "Placed"],
            "_run": ["early_runtime", "run_apps"],
            "_running": ["left_to_run"],
            "_status": ["StatusLine"],
        },
    )

__all__ = [
    "Choice",
    "EngineOptions",
    "HostKind",
    "LaunchOptions",
    "Placed",
    "StatusLine",
    "TestOptions",
    "choose",
    "choose_host",
    "early_addresses",
    "early_runtime",
    "has_browser",
    "left_to_run",
    "make_engine",
    "opens_windows",
    "read_replies",
    "run_apps",
    "run_tests",
]
