"""The files that a manifest names must be there, or Chromium does not load the app."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ._errors import FieldError
from ._manifest import Manifest
from ._portable import portable_path

__all__ = ["check_files"]

# Chromium refuses `_metadata` in an unpacked app. Homeport does not: it is in every app that one finds in
# a browser's profile.
_ALLOWED_UNDERSCORE = frozenset({"_locales", "_metadata", "_platform_specific"})


def check_files(root: Path, manifest: Manifest) -> None:
    """Raises :class:`FieldError` if a file is missing, in Chromium's order."""
    _check_names(root)
    _check_background(root, manifest)
    if manifest.default_locale is not None and not (root / "_locales").is_dir():
        hint = 'Add the folder, or remove "default_locale".'
        message = "Default locale was specified, but _locales subtree is missing."
        raise FieldError(message, "default_locale", hint=hint)
    for size, icon in manifest.icons.items():
        if not _exists(root, icon):
            message = f"Could not load icon '{icon}' specified in 'icons'."
            raise FieldError(message, "icons", str(size), hint=_hint(root, icon))


def _check_names(root: Path) -> None:
    for entry in sorted(root.iterdir()):
        if entry.name.startswith("_") and entry.name not in _ALLOWED_UNDERSCORE:
            rule = 'Filenames starting with "_" are reserved for use by the system.'
            message = f"Cannot load extension with file or directory name {entry.name}. {rule}"
            raise FieldError(message, hint="Rename or remove it.")


def _check_background(root: Path, manifest: Manifest) -> None:
    for script in manifest.background_scripts:
        if not _readable(root, script):
            message = f"Could not load background script '{script}'."
            raise FieldError(message, *_script_place(manifest, script), hint=_hint(root, script))
    page = manifest.background_page
    if page is not None and not _readable(root, page):
        # Chromium leaves the name out.
        message = "Could not load background page ''."
        raise FieldError(message, "app", "background", "page", hint=_hint(root, page))


def _script_place(manifest: Manifest, script: str) -> tuple[str | int, ...]:
    """Where a script stands in the list as written, which may have had more items, and other spellings."""
    where = ("app", "background", "scripts")
    scripts: Any = manifest.raw
    for key in where:
        scripts = scripts[key]
    for index, text in enumerate(scripts):
        if portable_path(text) == tuple(script.split("/")):
            return (*where, index)
    return where


def _exists(root: Path, path: str) -> bool:
    try:
        return (root / path).exists()
    except ValueError:  # a name that no file can have
        return False


def _readable(root: Path, path: str) -> bool:
    """Chromium only looks whether it exists, and then runs nothing."""
    return _exists(root, path) and os.access(root / path, os.R_OK)


def _hint(root: Path, path: str) -> str:
    if _exists(root, path):
        return f"This user may not read {path}."
    wanted = path.lower()
    try:
        found = [entry for entry in root.rglob("*") if entry.relative_to(root).as_posix().lower() == wanted]
    except (OSError, ValueError):
        found = []
    if found:
        return f"There is {found[0].relative_to(root).as_posix()}: upper and lower case count."
    return f"There is no file {path} in the app's folder."
