"""Which of the files in an app's folder the app uses.

Folders hold tests, demos and sources beside the app. A file counts as used if it is named, by the manifest or
in a file that is used: ``"lib/a.js"``, ``require("a")``, ``a.html``. Only names are compared, not paths, so
that a path that is put together (``"lib/" + name``) is missed only if its last part is.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from homeport.manifest import Manifest

from ._files import Tree

__all__ = ["used_files"]

_ENDING = re.compile(rb"\.(?:m?js|x?html?)\b")
#: What stands before an ending, backwards: data in a script may be megabytes of it.
_STEM = re.compile(rb"[\w.$-]+")
_LONGEST = 255
_QUOTED = re.compile(rb"""["'`]([\w./$@-]+)["'`]""")


def used_files(tree: Tree, manifest: Manifest) -> set[str]:
    """The paths of the scripts and pages that the app uses."""
    by_name: dict[str, list[str]] = {}
    for path in (*tree.scripts, *tree.pages):
        pure = PurePosixPath(path)
        for name in {pure.name.lower(), pure.stem.lower()}:
            by_name.setdefault(name, []).append(path)
    used: set[str] = set()
    fresh = {*manifest.background_scripts, manifest.background_page or "", *manifest.sandbox_pages}
    while fresh:
        used |= fresh
        names = set().union(*(_names(tree.read(path)) for path in fresh if path))
        fresh = {path for name in names for path in by_name.get(name, ())} - used
    return used & {*tree.scripts, *tree.pages}


def _names(text: bytes) -> set[str]:
    found = []
    for ending in _ENDING.finditer(text):
        before = text[max(0, ending.start() - _LONGEST) : ending.start()]
        if stem := _STEM.match(before[::-1]):
            found.append(stem[0][::-1] + ending[0])
    found += [quoted.rpartition(b"/")[2] for quoted in _QUOTED.findall(text)]
    return {name.decode("utf-8", "replace").lower() for name in found}
