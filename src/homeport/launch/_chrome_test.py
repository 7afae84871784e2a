"""``homeport run APP --chrome-test``: an app that is its own test, run headless, with a report."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.errors import UserError
from homeport.host import run_headless
from homeport.host._console import console_line
from homeport.launch._test_report import Report
from homeport.storage import Storage

#: Nothing else has a meaning of its own.
PASSED, FAILED, NOT_DONE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class TestOptions:
    """How an app's tests are run.

    Attributes:
        junit: the file to write as JUnit XML, beside TAP on the output.
        replies: what ``chrome.test.sendMessage`` is answered, by message; ``*`` is for any other.
        custom_arg: ``customArg`` of ``chrome.test.getConfig``.
        seconds: how long the whole may take.
    """

    __test__ = False  # pytest shall not collect it

    junit: Path | None = None
    replies: Mapping[str, str] = field(default_factory=dict)
    custom_arg: str | None = None
    seconds: float = 300.0

    @property
    def config(self) -> dict[str, object]:
        """What ``getConfig`` gives."""
        return {} if self.custom_arg is None else {"customArg": self.custom_arg}


def read_replies(path: Path | None) -> dict[str, str]:
    """The scripted replies in a JSON file: an object of texts.

    Raises:
        UserError: there is none such.
    """
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"--test-replies {path}: {why}.") from error
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise UserError(f'--test-replies {path}: it must be an object of texts, as {{"ready": "go"}}.')
    return content


async def run_tests(app: App, engine: Engine, options: TestOptions, output: TextIO, errors: TextIO) -> int:
    """Run the app's tests; the exit status. TAP goes to ``output``, the app's console to ``errors``.

    Raises:
        UserError: the app cannot be started, or the report not be written.
    """
    if options.junit is not None:
        _write(options.junit, "")  # else it is known at the end only that this cannot be, or an old one stays
    report = Report(app.manifest.name, output)
    done = asyncio.Event()

    def hear(event: dict[str, Any]) -> None:
        report.hear(event)
        if report.finished:
            done.set()

    def reply(message: str) -> str:
        report.comment(f"message: {message}")
        return options.replies.get(message, options.replies.get("*", ""))

    broken = _Broken(app.manifest.background_scripts)

    def console(level: str, place: str, text: str) -> None:
        errors.write(console_line(level, place, text))
        if broken.hear(place, text):
            done.set()

    storage = Storage(None)
    try:
        running = await run_headless(
            app,
            engine,
            storage,
            console=console,
            options={"chromeTest": options.config},
            handlers={"test.report": hear, "test.sendMessage": reply},
        )
        waiting = {asyncio.ensure_future(done.wait()), asyncio.ensure_future(running.wait())}
        try:
            await asyncio.wait(waiting, timeout=options.seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
            status = running.status()
            await running.stop()
    finally:
        await storage.aclose()
    if not report.finished:
        late = f"nothing more came within {options.seconds:g} s"
        report.interrupted(str(status.end or (broken.reason if done.is_set() else late)))
    report.end()
    if options.junit is not None:
        _write(options.junit, report.junit())
    if report.incomplete:
        return NOT_DONE
    return FAILED if report.failed else PASSED


class _Broken:
    """The background scripts that do not compile. When it is all of them, nothing comes of the app."""

    def __init__(self, scripts: tuple[str, ...]) -> None:
        self._scripts = scripts
        self._found: set[str] = set()

    def hear(self, place: str, text: str) -> bool:
        """Take a line of the app's console; whether no script is left."""
        if text.startswith("Uncaught SyntaxError"):
            self._found.add(place.rpartition(":")[0])
        return bool(self._scripts) and self._found.issuperset(self._scripts)

    @property
    def reason(self) -> str:
        """What is wrong then."""
        return f"{', '.join(self._scripts)} {'does' if len(self._scripts) == 1 else 'do'} not compile"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"--junit {path}: {error.strerror}.") from error
