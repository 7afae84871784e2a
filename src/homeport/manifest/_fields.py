"""The fields of a manifest, each read and checked as Chromium does. All raise :class:`FieldError`.

They take the whole manifest, so that the order in which Chromium looks is one list in the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote, urljoin, urlsplit

from homeport._locale import is_locale

from ._errors import FieldError
from ._identity import decode_key
from ._manifest import SANDBOX_CSP
from ._portable import portable_path

__all__ = [
    "Json",
    "read_background",
    "read_bool",
    "read_default_locale",
    "read_icons",
    "read_key",
    "read_manifest_version",
    "read_minimum_chrome_version",
    "read_name",
    "read_sandbox_csp",
    "read_sandbox_pages",
    "read_string",
    "read_version",
]

Json = Mapping[str, object]

_BAD_VERSION = (
    "Required value 'version' is missing or invalid. It must be between 1-4 dot-separated integers each "
    "between 0 and 65536."
)
_BAD_MANIFEST_VERSION = (
    "Invalid value for 'manifest_version'. Must be an integer either 2 or 3. See "
    "developer.chrome.com/apps/manifestVersion for details."
)
_ONE_BACKGROUND = (
    "Only one of 'background.page', 'background.scripts', and 'background.service_worker' can be specified."
)
_NO_BACKGROUND = "Packaged apps must have a background page or background scripts."
_UINT32 = 2**32
_BASE = "http://app.invalid/"
_BACKGROUND = ("app", "background")
_SCRIPT = re.compile(r".*\.m?js", re.IGNORECASE | re.DOTALL)


def _invalid(name: str, *where: str | int, hint: str | None = None) -> FieldError:
    return FieldError(f"Invalid value for '{name}'.", *where, hint=hint)


def read_key(manifest: Json) -> bytes | None:
    """The public key (DER), if there is one."""
    if "key" not in manifest:
        return None
    value = manifest["key"]
    key = decode_key(value) if isinstance(value, str) else None
    if key is None:
        hint = "Copy the whole key, one line of base64, or remove it."
        raise FieldError("Value 'key' is missing or invalid.", "key", hint=hint)
    return key


def read_name(manifest: Json) -> str:
    """The name on one line: line breaks vanish with the white space around them."""
    name = manifest.get("name")
    if not isinstance(name, str) or not name:
        raise FieldError("Required value 'name' is missing or invalid.", "name")
    return re.sub(r"\s+", lambda space: "" if re.search(r"[\r\n]", space[0]) else " ", name.strip())


def read_version(manifest: Json) -> str:
    """One to four numbers with dots between them."""
    version = manifest.get("version")
    if not isinstance(version, str) or not _is_version(version) or version.count(".") > 3:
        raise FieldError(_BAD_VERSION, "version")
    return version


def _is_version(text: str) -> bool:
    parts = text.split(".")
    if len(parts[0]) > 1 and parts[0].startswith("0"):
        return False
    return all(re.fullmatch(r"[0-9]{1,20}", part) and int(part) < _UINT32 for part in parts)


def read_manifest_version(manifest: Json) -> int:
    """2 or 3, or a later one; 1 if there is none, which Chromium lets an app have."""
    value = manifest.get("manifest_version", 1)
    if type(value) is not int or (value < 2 and "manifest_version" in manifest):
        raise FieldError(_BAD_MANIFEST_VERSION, "manifest_version", hint='Write "manifest_version": 2.')
    return value


def read_string(manifest: Json, key: str, *, may_be_empty: bool = True) -> str:
    """A text that may be absent."""
    value = manifest.get(key, "")
    if not isinstance(value, str) or (key in manifest and not value and not may_be_empty):
        raise _invalid(key, key)
    return value


def read_bool(manifest: Json, key: str, *, default: bool) -> bool:
    """True or false."""
    value = manifest.get(key, default)
    if not isinstance(value, bool):
        raise _invalid(key, key, hint="Write true or false, without quotes.")
    return value


def read_minimum_chrome_version(manifest: Json) -> str | None:
    """The version; whether it is old enough is not asked here."""
    key = "minimum_chrome_version"
    if key not in manifest:
        return None
    value = manifest[key]
    if not isinstance(value, str) or not _is_version(value):
        raise _invalid(key, key, hint='Write a version in quotes: "45".')
    return value


def read_default_locale(manifest: Json) -> str | None:
    """The locale, of any form that a locale can have."""
    if "default_locale" not in manifest:
        return None
    value = manifest["default_locale"]
    if not isinstance(value, str) or not is_locale(value.replace("-", "_")):
        message = "Invalid value for default locale - locale name must be a string."
        raise FieldError(message, "default_locale")
    return value


def read_background(manifest: Json) -> tuple[tuple[str, ...], str | None, list[int]]:
    """The scripts or the page, and the indexes of scripts that are passed over because they are none."""
    app = manifest.get("app")
    background = app.get("background") if isinstance(app, dict) else None
    if not isinstance(background, dict):
        background = {}
    scripts, passed_over = _scripts(background)
    page = _page(background)
    if page is not None and background.get("scripts"):
        raise FieldError(_ONE_BACKGROUND, *_BACKGROUND, hint="Keep one of them.")
    if page is None and not scripts:
        hint = 'Name them: "app": {"background": {"scripts": ["background.js"]}}.'
        raise FieldError(_NO_BACKGROUND, *_BACKGROUND, hint=hint)
    return scripts, page, passed_over


def _scripts(background: Mapping[str, object]) -> tuple[tuple[str, ...], list[int]]:
    values = background.get("scripts", [])
    if not isinstance(values, list):
        hint = 'Write a list: ["background.js"].'
        raise _invalid("background.scripts", *_BACKGROUND, "scripts", hint=hint)
    scripts: list[str] = []
    passed_over: list[int] = []
    for index, value in enumerate(values):
        parts = _file(value)
        if parts is None:
            hint = "Write the path of a file in the app's folder."
            raise _invalid(f"background.scripts[{index}]", *_BACKGROUND, "scripts", index, hint=hint)
        if _SCRIPT.fullmatch(parts[-1]):
            scripts.append("/".join(parts))
        else:
            passed_over.append(index)
    return tuple(scripts), passed_over


def _file(value: object) -> tuple[str, ...] | None:
    """The parts of a path that a manifest may name, which has no hidden files in it."""
    parts = portable_path(value) if isinstance(value, str) else None
    return None if parts is None or any(part.startswith(".") for part in parts) else parts


def _page(background: Mapping[str, object]) -> str | None:
    if "page" not in background:
        return None
    value = background["page"]
    try:
        url = urlsplit(urljoin(_BASE, value)) if isinstance(value, str) else None
    except ValueError:
        url = None
    if url is None or f"{url.scheme}://{url.netloc}/" != _BASE or portable_path(unquote(url.path)) is None:
        hint = "Write the path of an HTML file in the app's folder."
        raise _invalid("background_page", *_BACKGROUND, "page", hint=hint)
    return unquote(url.path).lstrip("/")


def read_icons(manifest: Json) -> Mapping[int, str]:
    """Sizes and paths."""
    value = manifest.get("icons", {})
    if not isinstance(value, dict):
        raise _invalid("icons", "icons")
    icons: dict[int, str] = {}
    for size, path in value.items():
        if not re.fullmatch(r"\+?0*[0-9]{1,4}", size) or not 1 <= int(size) <= 2048:
            raise FieldError(f'Invalid key in icons: "{size}".', "icons", size)
        parts = _file(path)
        if parts is None:
            raise _invalid(f'icons["{size}"]', "icons", size)
        icons[int(size)] = "/".join(parts)
    return MappingProxyType(icons)


def read_sandbox_csp(manifest: Json) -> str:
    """The policy of the sandboxed pages."""
    csp = _sandbox(manifest).get("content_security_policy", SANDBOX_CSP)
    if not isinstance(csp, str) or not _is_sandboxed(csp):
        hint = 'It must have "sandbox", without allow-same-origin and allow-top-navigation.'
        raise _invalid("sandbox.content_security_policy", "sandbox", "content_security_policy", hint=hint)
    return csp


def read_sandbox_pages(manifest: Json) -> tuple[str, ...]:
    """The sandboxed pages."""
    pages = _sandbox(manifest).get("pages", [])
    if not isinstance(pages, list):
        raise _invalid("sandbox.pages", "sandbox", "pages")
    for index, page in enumerate(pages):
        if not isinstance(page, str):
            raise _invalid(f"sandbox.pages[{index}]", "sandbox", "pages", index)
    return tuple(page.lstrip("/") for page in pages)


def _sandbox(manifest: Json) -> Json:
    sandbox = manifest.get("sandbox")
    return sandbox if isinstance(sandbox, dict) else {}


def _is_sandboxed(csp: str) -> bool:
    for directive in csp.lower().split(";"):
        name, *flags = directive.split() or [""]
        if name == "sandbox":
            return not {"allow-same-origin", "allow-top-navigation"}.intersection(flags)
    return False
