"""What the app's pages say: what they load, and what an app's policy blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homeport.manifest import Manifest

from ._files import Tree, resolve
from ._html import Page, Reference
from ._report import Level, Problem, Spot

__all__ = ["local_scripts", "look_at_page"]

# What a Chrome App's policy lets come from elsewhere.
_MEDIA = frozenset(("audio", "video", "source"))
#: What a library puts something else for.
_PLACEHOLDER = re.compile(r"\{\{|\[\[|<%|\$\{")
_NAMES = {
    "script": "script",
    "stylesheet": "style sheet",
    "iframe": "frame",
    "img": "picture",
    "input": "picture",
}
_FIXES = {
    "img": "Put it into the app's folder, or fetch it and show it by a blob: URL.",
    "input": "Put it into the app's folder, or fetch it and show it by a blob: URL.",
    "iframe": "Use a <webview>, or open the page in a browser.",
}


def local_scripts(page: Page, file: str, manifest: Manifest) -> Iterator[str]:
    """The scripts in the app's folder that a page loads."""
    for reference in page.references:
        target = resolve(file, reference.url, manifest.app_id) if reference.kind == "script" else None
        if target is not None and target.path:
            yield target.path


def look_at_page(page: Page, file: str, tree: Tree, manifest: Manifest) -> Iterator[Problem]:
    """What will not work in this page."""
    sandboxed = file in manifest.sandbox_pages
    for reference in page.references:
        # What a piece of a page names counts from the page that it is put into, which is often at the top.
        if not _PLACEHOLDER.search(reference.url) and not (page.is_piece and _is_at_top(reference, tree)):
            yield from _reference(reference, file, tree, manifest, sandboxed=sandboxed)
    for tag, line, column in page.app_elements:
        message = f"<{tag}> is shown as a plain frame, in which sites that forbid frames stay empty."
        yield Problem(Level.WARNING, message, "", Spot(file, line, column))
    if sandboxed:
        return
    for script in page.inline_scripts:
        message = "A script in the page itself does not run in a Chrome App: its policy blocks it."
        yield Problem(Level.WARNING, message, "Move it into a file.", Spot(file, script.line, script.column))
    if page.inline_handlers:
        names = ", ".join(sorted({name for name, _, _ in page.inline_handlers}))
        count = len(page.inline_handlers)
        message = (
            f"Code in attributes ({count} × {names}) does not run in a Chrome App: its policy blocks it."
        )
        _, line, column = page.inline_handlers[0]
        yield Problem(Level.WARNING, message, "Use addEventListener in a script.", Spot(file, line, column))


def _is_at_top(reference: Reference, tree: Tree) -> bool:
    target = resolve("", reference.url, "")
    return target is not None and tree.has(target.path)


def _reference(
    reference: Reference, file: str, tree: Tree, manifest: Manifest, *, sandboxed: bool
) -> Iterator[Problem]:
    target = resolve(file, reference.url, manifest.app_id)
    spot = Spot(file, reference.line, reference.column)
    name = _NAMES.get(reference.kind, reference.kind)
    if target is None:
        return
    if target.host:
        if reference.kind not in _MEDIA and not (sandboxed and reference.kind in ("img", "stylesheet")):
            message = f"A {name} from {target.host} does not load: the app's policy blocks it."
            fix = _FIXES.get(reference.kind, "Put it into the app's folder.")
            yield Problem(Level.WARNING, message, fix, spot)
    elif target.path and not tree.has(target.path):
        known = tree.like(target.path)
        fix = f"There is {known}: upper and lower case count." if known else "Add it, or correct its name."
        level = Level.HINT if reference.kind in (*_MEDIA, "img", "input") else Level.WARNING
        yield Problem(level, f"There is no {target.path} in the app's folder.", fix, spot)
