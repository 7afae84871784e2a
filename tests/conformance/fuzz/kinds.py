"""The kinds of programs: what makes them, what runs them in a page, and what is meant when they part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import strategies as st
from tests.conformance.harness.case import HERE, INTERPRETER, Step

from . import old, placed, scripts, sockets
from .difference import Meant, never_meant, old_meant, sockets_meant

_FUZZ = HERE / "fuzz"


@dataclass(frozen=True)
class Kind:
    """One kind of programs."""

    #: Programs with at most so many steps after their beginning.
    programs: Callable[[int], st.SearchStrategy[list[Step]]]
    #: The scripts that run them, and the object in them that does.
    scripts: tuple[Path, ...]
    runs: str
    #: Whether a row of docs/compatibility.md says that they part so.
    meant: Meant
    #: How many are run at once.
    side_by_side: int = 12
    #: What else the app has.
    files: tuple[Path, ...] = ()
    #: Its manifest.
    app: str = "both"


_OPEN = {
    "sockets": Kind(sockets.programs, (INTERPRETER,), "Program", sockets_meant),
    "old": Kind(old.programs, (_FUZZ / "old_program.js",), "OldProgram", old_meant),
    "scripts": Kind(
        scripts.programs, (_FUZZ / "script.js",), "Script", never_meant, files=(_FUZZ / "page.html",)
    ),
    "placed": Kind(
        placed.programs,
        (INTERPRETER, _FUZZ / "placed.js"),
        "Placed",
        sockets_meant,
        side_by_side=4,
        files=(_FUZZ / "page.html",),
    ),
}

#: Some are told apart by what their app may do.
KINDS = _OPEN | {f"{name}-narrow": replace(_OPEN[name], app="both_narrow") for name in ("sockets", "old")}
