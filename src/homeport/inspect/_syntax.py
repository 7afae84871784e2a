"""Which scripts are no JavaScript: the runtime that would run them is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from homeport.errors import UserError

from ._files import Tree
from ._report import Level, Problem, Spot

if TYPE_CHECKING:
    from homeport.host import ScriptKind

__all__ = ["look_at_syntax"]

#: Characters that are compiled at most; an app with more has been looked at well enough.
_ENOUGH = 32 << 20


def look_at_syntax(
    files: Sequence[str], tree: Tree, background: Collection[str], classic: Collection[str]
) -> Iterator[Problem]:
    """A problem for each script that does not compile: an error for those of the ``background``.

    ``classic`` are those that are certainly no modules.
    """
    from homeport.host import syntax_faults  # takes a moment to import

    scripts: list[tuple[ScriptKind, str]] = []
    left = _ENOUGH
    for file in files:
        source = tree.read(file).decode("utf-8", "replace")
        left -= len(source)
        if left < 0:
            break
        scripts.append((_kind(file, classic), source))
    try:
        faults = syntax_faults(scripts)
    except UserError as error:
        yield Problem(Level.HINT, "Whether the scripts are JavaScript was not looked into.", str(error))
        return
    for file, fault in zip(files, faults, strict=False):
        if fault is not None:
            level = Level.ERROR if file in background else Level.WARNING
            message = f"This script does not run, for it is no JavaScript: {fault.message}."
            yield Problem(level, message, "Correct it there, or in the lines before.", Spot(file, fault.line))


def _kind(file: str, classic: Collection[str]) -> ScriptKind:
    if file in classic:
        return "classic"
    return "module" if file.endswith(".mjs") else "either"
