"""The kinds of programs: what makes them, what runs them in a page, and what is meant when they part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st
from tests.conformance.harness.case import HERE, INTERPRETER, Step

from . import old, sockets
from .difference import Meant, old_meant, sockets_meant

_FUZZ = HERE / "fuzz"


@dataclass(frozen=True)
class Kind:
    """One kind of programs."""

    #: Programs with at most so many steps after their beginning.
    programs: Callable[[int], st.SearchStrategy[list[Step]]]
    #: The script that runs them, and the object in it.
    script: Path
    runs: str
    #: Whether a row of docs/compatibility.md says that they part so.
    meant: Meant
    #: How many are run at once.
    side_by_side: int = 12


KINDS = {
    "sockets": Kind(sockets.programs, INTERPRETER, "Program", sockets_meant),
    "old": Kind(old.programs, _FUZZ / "old_program.js", "OldProgram", old_meant),
}
