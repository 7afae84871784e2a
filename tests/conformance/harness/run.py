"""Running cases on hosts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from .case import Case
from .chromium import ChromiumHost
from .headless import HeadlessHost
from .host import Host, Setting, new_setting
from .python_faces import ApiHost, DispatcherHost
from .report import Run
from .tabs import TabHost
from .transcript import Transcript

#: Every host by its name, in the order of the table's columns.
HOSTS: dict[str, Callable[[], Host]] = {
    "chromium": ChromiumHost,
    "chromium-tab": lambda: TabHost("chromium"),
    "firefox-tab": lambda: TabHost("firefox"),
    "headless": HeadlessHost,
    "dispatcher": DispatcherHost,
    "python": ApiHost,
}

_CASE_SECONDS = 90


async def run_case(host: Host, case: Case) -> Transcript:
    """Run one case; what stops it becomes an observation of its own."""
    try:
        return await asyncio.wait_for(host.run(case), _CASE_SECONDS)
    except Exception as error:
        return [{"what": "the host failed", "throws": f"{type(error).__name__}: {error}"}]


async def run_on(
    host: Host, setting: Setting, cases: Iterable[Case], *, tell: bool = False
) -> dict[str, Transcript]:
    """Start ``host``, run the cases one after another, end it."""
    transcripts: dict[str, Transcript] = {}
    await host.start(setting)
    try:
        for case in cases:
            if not host.can_run(case):
                continue
            began = time.monotonic()
            transcripts[case.name] = await run_case(host, case)
            if tell:
                print(f"{host.name:10} {case.name:32} {time.monotonic() - began:6.2f} s", flush=True)
    finally:
        await host.aclose()
    return transcripts


async def run(name: str, cases: list[Case], *, tell: bool = False) -> Run:
    """Run all ``cases`` that the host of that name can run."""
    host = HOSTS[name]()
    async with new_setting() as setting:
        transcripts = await run_on(host, setting, cases, tell=tell)
    return Run(transcripts, host.version)
