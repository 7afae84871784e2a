"""What the app's scripts say: which APIs they use, and what in them does not work in a Chrome App."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.manifest import Manifest

from ._apis import find_api
from ._calls import check_call
from ._files import Tree, resolve
from ._javascript import Call, Script, Use
from ._report import Level, Problem, Spot

__all__ = ["look_at_script", "uses_of"]

_CODE_FROM_TEXT = frozenset(("eval", "Function", "setTimeout", "setInterval"))
_LOADERS = frozenset(("Worker", "SharedWorker", "importScripts"))
_DISABLED = {
    "alert": "Show a window of the app, or write to the page.",
    "confirm": "Show a window of the app, or a <dialog>.",
    "prompt": "Show a window of the app, or a <dialog>.",
    "document.write": "Change the document with its own functions.",
    "document.writeln": "Change the document with its own functions.",
    "openDatabase": "Use chrome.storage or IndexedDB.",
}
_STORES = frozenset(("localStorage", "sessionStorage"))
_TEXTS = frozenset(("string", "template_string"))


def uses_of(script: Script, file: str) -> Iterator[tuple[str, Use, Spot]]:
    """Each use of a known or unknown API: its name, how it is used, and where."""
    for use in script.uses():
        api = find_api(use.names)
        if api is not None:
            yield api.name, use, Spot(file, use.line, use.column)


def look_at_script(
    script: Script, file: str, tree: Tree, manifest: Manifest, *, sandboxed: bool
) -> Iterator[Problem]:
    """What will not work in this script. ``file`` is also what its relative paths are relative to."""
    if not sandboxed:
        for name, use, spot in uses_of(script, file):
            for level, message, fix in check_call(name, use, manifest.sockets):
                yield Problem(level, message, fix, spot)
            if name == "app.window.create" and use.arguments:
                yield from _missing(use.arguments[0].text, "", spot, tree, manifest)
        yield from _blocked(script, file)
    for call in script.calls(_LOADERS):
        if call.arguments:
            spot = Spot(file, call.line, call.column)
            yield from _missing(call.arguments[0].text, _base_of(call, file), spot, tree, manifest)
    for url, line, column in script.imports():
        if url.startswith((".", "/", "http:", "https:")):
            yield from _missing(url, file, Spot(file, line, column), tree, manifest)


def _base_of(call: Call, file: str) -> str:
    # A worker's URL is relative to the page, which is not known here; most are at the top.
    return file if call.name == "importScripts" else ""


def _missing(url: str | None, base: str, spot: Spot, tree: Tree, manifest: Manifest) -> Iterator[Problem]:
    target = resolve(base, url, manifest.app_id) if url else None
    if target is None or (target.path and tree.has(target.path)):
        return
    if target.host:
        message = f"A script from {target.host} does not load: the app's policy blocks it."
        yield Problem(Level.WARNING, message, "Put the file into the app's folder.", spot)
    elif target.path:
        known = tree.like(target.path)
        fix = f"There is {known}: upper and lower case count." if known else "Add it, or correct its name."
        yield Problem(Level.WARNING, f"There is no {target.path} in the app's folder.", fix, spot)


def _blocked(script: Script, file: str) -> Iterator[Problem]:
    for call in script.calls(_CODE_FROM_TEXT):
        timer = call.name.startswith("set")
        if timer and not (call.arguments and call.arguments[0].kind in _TEXTS):
            continue
        message = f"{call.name} of a text does not work in a Chrome App: its policy blocks it."
        fix = "Pass a function." if timer else "Do without it, or do it in a page of sandbox.pages."
        yield Problem(Level.HINT, message, fix, Spot(file, call.line, call.column))
    for call in script.calls(frozenset(_DISABLED)):
        message = f"Chrome Apps have no {call.name}()."
        yield Problem(Level.HINT, message, _DISABLED[call.name], Spot(file, call.line, call.column))
    for name, line, column in script.reads(_STORES):
        message = f"Chrome Apps have no {name}."
        yield Problem(Level.HINT, message, "Use chrome.storage.local.", Spot(file, line, column))
