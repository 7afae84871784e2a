"""Names of files that mean the same on every system: what a manifest may name, and what is served."""

from __future__ import annotations

__all__ = ["portable_path"]

_FORBIDDEN = frozenset('<>:"|?*\\')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{name}{digit}" for name in ("com", "lpt") for digit in "123456789¹²³"]
)


def portable_path(path: str) -> tuple[str, ...] | None:
    """The parts of a relative path; None if it could mean something else than a file below the app's folder.

    Refused on every system: empty parts, ``..``, backslashes, drives and alternate streams (``:``), control
    characters, names of devices (``nul``, ``com1.txt``), and parts that end in a space or a dot, which
    Windows drops. A leading ``/`` is the app's root; ``.`` is passed over.
    """
    parts = path.removeprefix("/").split("/")
    kept = tuple(part for part in parts if part != ".")
    return kept if kept and all(map(_is_portable, kept)) else None


def _is_portable(part: str) -> bool:
    if not part or part[-1] in " ." or part.partition(".")[0].rstrip(" ").lower() in _DEVICES:
        return False
    return not any(c in _FORBIDDEN or c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in part)
