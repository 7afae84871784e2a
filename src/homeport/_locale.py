"""The user's language, and names of locales as ``_locales`` has them: ``de``, ``pt_BR``, ``zh_Hant_TW``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

__all__ = ["is_locale", "is_right_to_left", "locale_chain", "normalize_locale", "system_locale"]

_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?")
_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "ha_Arab", "he", "iw", "ks", "ku_Arab", "ps", "sd", "ug", "ur", "yi")
)
_DEFAULT = "en_US"


def is_locale(name: str) -> bool:
    """Whether a folder of this name in ``_locales`` is a locale. Others are passed over."""
    return _LOCALE.fullmatch(name) is not None


def normalize_locale(name: str) -> str:
    """``pt-br.UTF-8`` as ``pt_BR``; ``en_US`` for anything that names no language."""
    parts = re.split(r"[-_]", re.split(r"[.@:]", name)[0])
    language, *rest = parts[0].lower(), *parts[1:]
    rest = [part.title() if len(part) == 4 else part.upper() for part in rest]
    text = "_".join([language, *rest])
    return text if is_locale(text) else _DEFAULT


def locale_chain(locale: str, default_locale: str) -> tuple[str, ...]:
    """Where a message is looked for: the locale, its parents, then the app's default."""
    parts = locale.split("_")
    chain = ["_".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return (*(name for name in chain if name != default_locale), default_locale)


def is_right_to_left(locale: str) -> bool:
    """Whether the locale's language is written from right to left."""
    parts = locale.split("_")
    return parts[0] in _RIGHT_TO_LEFT or "_".join(parts[:2]) in _RIGHT_TO_LEFT


def system_locale(environ: Mapping[str, str] | None = None) -> str:
    """The user's locale, from the environment; on Windows from the system's settings if that says nothing."""
    environ = os.environ if environ is None else environ
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return normalize_locale(value)
    return normalize_locale(_settings_locale())


if sys.platform == "win32":
    import ctypes
    import locale

    def _settings_locale() -> str:
        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), _DEFAULT)
else:

    def _settings_locale() -> str:
        return _DEFAULT
