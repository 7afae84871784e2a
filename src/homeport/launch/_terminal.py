"""What a person sees while apps run: lines of ours on standard error, the app's on standard output."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from homeport._text import one_line, plural, size
from homeport.host._console import console_line
from homeport.launch._addresses import firewall_hint, reachable_at
from homeport.launch._status import StatusLine
from homeport.launch._traffic import Traffic, totals

#: An app may try one port after the other; so many at once are told in full.
_AT_ONCE = 3

T = TypeVar("T")


class Terminal:
    """The terminal of one run. ``quiet`` leaves out everything of ours but errors."""

    def __init__(self, *, quiet: bool = False, status: bool | None = None) -> None:
        self.quiet = quiet
        self.status = StatusLine(enabled=False if quiet else status)

    def note(self, text: str) -> None:
        """Say something of Homeport's own."""
        if not self.quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """Say something that even who wants quiet must know. May be called from any thread."""
        ours = click.style("homeport: ", dim=True) if _colours() else "homeport: "
        self.status.line(f"{ours}{one_line(text, 2000)}\n")

    @contextmanager
    def with_warnings(self) -> Iterator[None]:
        """Say what parts of Homeport log as a warning or worse, and which policy is in force from now on."""
        handler, logger = _Said(self.note, self.warn), logging.getLogger("homeport")
        policies = logger.getChild("policy")
        before = policies.level
        logger.addHandler(handler)
        policies.setLevel(logging.INFO)
        try:
            yield
        finally:
            policies.setLevel(before)
            logger.removeHandler(handler)

    def say(self, text: str) -> None:
        """Say on standard output what a program may want to read."""
        self.status.line(f"{text}\n", sys.stdout)

    def count(self, traffic: Iterable[Traffic], before: str = "") -> None:
        """Show in the one calm line what goes through the apps' sockets, behind ``before``."""
        if not self.status.enabled:
            return
        every = list(traffic)
        sockets, received, sent = totals(every)
        parts = [plural(sockets, "socket"), f"in {size(received)}", f"out {size(sent)}"]
        if before:
            parts.insert(0, before)
        if denial := next((each.last_denial for each in every if each.last_denial), ""):
            parts.append(f"last denial: {denial}")
        self.status.show(" · ".join(parts))


class Voice:
    """What one app says, and what is said of it. ``label`` stands before each line where several run."""

    def __init__(self, terminal: Terminal, label: str = "", *, width: int = 0) -> None:
        self._terminal = terminal
        self._of = f"{label}: " if label else ""
        self._before = f"{label:{width}} | " if label else ""
        self._announced: set[tuple[str, int]] = set()

    def note(self, text: str) -> None:
        """Say something of Homeport's own about the app."""
        self._terminal.note(self._of + text)

    def warn(self, text: str) -> None:
        """Say something about it that even who wants quiet must know."""
        self._terminal.warn(self._of + text)

    def say(self, text: str) -> None:
        """Say on standard output what a program may want to read."""
        self._terminal.say(self._before + text)

    def console(self, level: str, place: str, text: str) -> None:
        """Show what the app said."""
        said = console_line(level, place, text)
        if self._before:
            said = "".join(f"{self._before}{line}\n" for line in said[:-1].split("\n"))
        self._terminal.status.line(said, sys.stdout)

    def refresh(self, traffic: Traffic) -> None:
        """Say what is new with the app: listeners, denials, what it could not have."""
        self._announce(traffic.listening())
        if refusals := traffic.refusals.take():
            self._tell(refusals, "refused {}".format)
            if traffic.refusals.full:
                self.note("what else is refused is told no more; the last of it is in `homeport ps --json`")
        if failures := traffic.failures.take():
            from homeport.launch._trouble import explain_failure  # takes a moment to import

            self._tell(failures, explain_failure)

    def _tell(self, new: Sequence[T], sentence: Callable[[T], str]) -> None:
        """Say what is new, of much the last."""
        for each in new[-_AT_ONCE:]:
            self.note(sentence(each))
        if len(new) > _AT_ONCE:
            self.note(f"so it was with {len(new) - _AT_ONCE} others just before")

    def _announce(self, listening: Iterable[tuple[str, int]]) -> None:
        new = [address for address in listening if address not in self._announced]
        if not new:
            return
        self._announced.update(new)
        if addresses := reachable_at(new):
            self.note(f"others reach it at {', '.join(addresses)}")
            if hint := firewall_hint(port for _, port in new):
                self.note(hint)


class _Said(logging.Handler):
    """Passes on what is logged, a line each."""

    def __init__(self, note: Callable[[str], None], warn: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._note = note
        self._warn = warn

    def emit(self, record: logging.LogRecord) -> None:
        say = self._warn if record.levelno >= logging.WARNING else self._note
        say(record.getMessage())


def _colours() -> bool:
    return sys.stderr.isatty()
