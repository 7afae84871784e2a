"""What ``chrome.test`` of an app reports, as TAP while it comes and as JUnit XML at the end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

#: What XML cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Result:
    """One test's end. ``failure`` is empty for one that passed."""

    name: str
    seconds: float
    failure: str = ""


class Report:
    """Collects the results of one app.

    Args:
        name: the app's.
        output: gets TAP 14, line by line.
        clock: for how long tests take.
    """

    def __init__(self, name: str, output: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._output = output
        self._clock = clock
        self._current: tuple[str, float] | None = None
        self._planned: int | None = None
        self.results: list[Result] = []
        #: Whether the app has said that it is done.
        self.finished = False
        #: Whether it ended without saying so, or before all its tests had run.
        self.incomplete = False
        self._say("TAP version 14")

    @property
    def failed(self) -> int:
        """How many tests failed."""
        return sum(1 for result in self.results if result.failure)

    def hear(self, event: dict[str, Any]) -> None:
        """Take one event of the page: plan, start, pass, fail, log or done."""
        match event:
            case {"type": "plan", "count": int(count)}:
                self._planned = (self._planned or 0) + count
            case {"type": "start", "name": str(name)}:
                self._current = (name, self._clock())
            case {"type": "pass", "name": str(name)}:
                self._result(name, "")
            case {"type": "fail", "name": str(name), "message": message}:
                self._result(name, str(message).strip() or "it failed")
            case {"type": "log", "message": message}:
                self.comment(str(message))
            case {"type": "done"}:
                self._done(event)

    def comment(self, text: str) -> None:
        """A line that is no result."""
        for line in text.splitlines() or [""]:
            self._say(f"# {line}")

    def interrupted(self, reason: str) -> None:
        """The app did not come to its end."""
        self.incomplete = True
        if self._current is not None:
            self._result(self._current[0], reason)
        else:
            self._say(f"Bail out! {_line(reason)}")

    def end(self) -> None:
        """Say how many there were."""
        planned = self._planned if self._planned is not None else len(self.results)
        self.incomplete = self.incomplete or len(self.results) < planned
        self._say(f"1..{max(planned, len(self.results))}")

    def junit(self) -> str:
        """All results as JUnit XML."""
        total = sum(result.seconds for result in self.results)
        head = f'tests="{len(self.results)}" failures="{self.failed}" time="{total:.3f}"'
        cases = "".join(self._case(result) for result in self.results)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<testsuites {head}>\n"
            f" <testsuite name={_attribute(self._name)} {head}>\n{cases} </testsuite>\n</testsuites>\n"
        )

    def _case(self, result: Result) -> str:
        names = f"classname={_attribute(self._name)} name={_attribute(result.name)}"
        begin = f'  <testcase {names} time="{result.seconds:.3f}"'
        if not result.failure:
            return f"{begin}/>\n"
        from xml.sax.saxutils import escape  # brings an HTTP client along; few runs need it

        first, _, _ = result.failure.partition("\n")
        text = escape(_NOT_XML.sub("\ufffd", result.failure))
        return f"{begin}>\n   <failure message={_attribute(first)}>{text}</failure>\n  </testcase>\n"

    def _done(self, event: dict[str, Any]) -> None:
        self.finished = True
        failure = event.get("failed")
        if failure and not self.failed:
            self._result("chrome.test.notifyFail", str(failure))
        elif not self.results and not failure and self._planned is None:
            self._result("chrome.test.notifyPass", "")

    def _result(self, name: str, failure: str) -> None:
        began = self._current[1] if self._current is not None else self._clock()
        self._current = None
        self.results.append(Result(name, self._clock() - began, failure))
        said = re.sub(r"([\\#])", r"\\\1", _line(name))
        self._say(f"{'not ok' if failure else 'ok'} {len(self.results)} - {said}")
        if failure:
            lines = "\n".join(f"    {line}" for line in failure.splitlines())
            self._say(f"  ---\n  message: |\n{lines}\n  ...")

    def _say(self, text: str) -> None:
        self._output.write(text + "\n")
        self._output.flush()


def _line(text: str) -> str:
    return " ".join(text.split())


def _attribute(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(_NOT_XML.sub("\ufffd", text))
