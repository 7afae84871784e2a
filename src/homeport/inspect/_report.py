"""What ``homeport check`` has to say of an app, as data."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from homeport.manifest import Manifest

from ._apis import Status

__all__ = ["ApiUse", "Level", "Problem", "Report", "Spot", "Verdict"]


class Level(StrEnum):
    """How much a problem matters."""

    #: The app cannot be run.
    ERROR = "error"
    #: It runs, but something in it will not work.
    WARNING = "warning"
    #: It may be a mistake, or could be better.
    HINT = "hint"


class Verdict(StrEnum):
    """What comes of it all."""

    RUNS = "runs"
    RUNS_WITH_GAPS = "runs with gaps"
    DOES_NOT_RUN = "does not run"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in one of the app's files; ``/`` between the parts of its path."""

    file: str
    #: Counted from 1; 0 stands for the whole file.
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to know or to fix: one sentence that says what is wrong, and one that says what to do."""

    level: Level
    message: str
    fix: str = ""
    spot: Spot | None = None

    def __str__(self) -> str:
        place = f"{self.spot}: " if self.spot else ""
        end = "" if not self.fix else " " if self.message.endswith((".", "!", "?")) else ". "
        return f"{place}{self.message}{end}{self.fix}"


@dataclass(frozen=True, slots=True)
class ApiUse:
    """An API that the app uses, whether Homeport has it, and where it is used."""

    name: str
    namespace: str
    status: Status
    note: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an app is, what it may reach, which APIs it uses and what to fix.

    Attributes:
        path: the folder or file that was given.
        manifest: None if it cannot be loaded; ``problems`` then says why.
        about: what it is, in sentences.
        reach: what it may reach, in sentences.
        install_warnings: what Chromium says at install time.
        apis: by name.
        unused: scripts and pages in the folder that the app does not seem to use; they were not looked into.
        problems: worst first.
    """

    path: Path
    manifest: Manifest | None
    about: tuple[str, ...]
    reach: tuple[str, ...]
    install_warnings: tuple[str, ...]
    apis: tuple[ApiUse, ...]
    unused: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether the app will run."""
        levels = {problem.level for problem in self.problems}
        if Level.ERROR in levels:
            return Verdict.DOES_NOT_RUN
        return Verdict.RUNS_WITH_GAPS if Level.WARNING in levels else Verdict.RUNS

    @property
    def exit_status(self) -> int:
        """0 if there is nothing that must be fixed; 1 otherwise."""
        return 0 if self.verdict is Verdict.RUNS else 1

    def to_json(self) -> dict[str, Any]:
        """The report for programs; only what JSON has."""
        manifest = self.manifest
        return {
            "path": str(self.path),
            "verdict": str(self.verdict),
            "app": manifest
            and {
                "id": manifest.app_id,
                "name": manifest.name,
                "version": manifest.version,
                "manifest_version": manifest.manifest_version,
                "background_scripts": list(manifest.background_scripts),
                "background_page": manifest.background_page,
                "sockets": None if manifest.sockets is None else manifest.sockets.to_manifest(),
            },
            "about": list(self.about),
            "reach": list(self.reach),
            "install_warnings": list(self.install_warnings),
            "apis": [
                {"name": use.name, "status": str(use.status), "note": use.note, "used": _spots(use.spots)}
                for use in self.apis
            ],
            "unused": list(self.unused),
            "problems": [
                {
                    "level": str(problem.level),
                    "message": problem.message,
                    "fix": problem.fix,
                    **(dataclasses.asdict(problem.spot) if problem.spot else {}),
                }
                for problem in self.problems
            ],
        }


def _spots(spots: tuple[Spot, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(spot) for spot in spots]
