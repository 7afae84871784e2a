"""From ``manifest.json`` to :class:`Manifest`, in the order in which Chromium looks at things."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from homeport._locale import normalize_locale, system_locale

from . import _fields as fields
from ._errors import FieldError, ManifestError, NotAPackagedAppError
from ._files import check_files
from ._identity import app_id_from_key, app_id_from_path
from ._json import Document, JsonError, parse_json
from ._keys import KNOWN_KEYS, key_warning
from ._manifest import APP_CSP, Manifest, ManifestWarning
from ._messages import MessageError, Messages, load_messages
from ._permission_list import read_permissions
from ._permissions import parse_sockets_key, unknown_in_sockets

__all__ = ["MAX_MANIFEST", "parse_manifest", "read_manifest"]

#: A larger manifest is refused; Chromium has no bound.
MAX_MANIFEST = 1 << 20

# The Chromium whose behaviour Homeport has.
_CHROMIUM = 156

_SYNTAX_HINTS = {
    "trailing comma": "Remove the last comma.",
    "trailing characters": "Remove what follows the closing brace.",
    "key must be a string": "Put each key in double quotes.",
    "expected value": "Texts stand in double quotes; every comma and colon needs a value.",
    "recursion limit exceeded": "It is nested too deeply.",
    "invalid unicode code point": "Save the file as UTF-8.",
}


def read_manifest(
    app_dir: Path, *, locale: str | None = None, app_id: str | None = None, id_path: Path | None = None
) -> Manifest:
    """Reads and checks the app in a folder, its messages and the files that the manifest names.

    Args:
        app_dir: the folder that has ``manifest.json``.
        locale: in which language, such as ``de``; the user's if not given.
        app_id: the id if the manifest has no ``key``: that of the package which the app came in.
        id_path: the path that gives the id otherwise; the folder if not given.

    Raises:
        ManifestError: Chromium would not load it either.
        NotAPackagedAppError: it is an extension, a hosted app or a theme.
    """
    path = app_dir / "manifest.json"
    document = _parse(_read_file(path), path)
    value = _object(document, path)
    locale = normalize_locale(locale) if locale else system_locale()
    try:
        messages = load_messages(app_dir, value.get("default_locale"), locale)
        manifest = _Reader(document, path, locale).read(messages, app_id, id_path or app_dir)
        check_files(app_dir, manifest)
    except FieldError as error:
        raise _placed(error, document, path) from None
    except OSError as error:
        raise ManifestError(f"{error.strerror}: {error.filename}", path=path) from error
    return manifest


def parse_manifest(
    text: str | bytes,
    *,
    path: Path | None = None,
    locale: str | None = None,
    messages: Messages | None = None,
) -> Manifest:
    """Reads a manifest from a text; looks at no file.

    ``path`` is for error messages and, without a ``key``, for the id. ``messages`` are for ``__MSG_…__``.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    document = _parse(data, path)
    _object(document, path)
    locale = normalize_locale(locale) if locale else system_locale()
    try:
        return _Reader(document, path, locale).read(messages, None, path and path.parent)
    except FieldError as error:
        raise _placed(error, document, path) from None


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_MANIFEST + 1)
    except (OSError, ValueError) as error:
        hint = f"Give the folder that has the app's manifest.json{_nearby(path.parent)}."
        if isinstance(error, PermissionError):
            hint = "This user may not read it."
        raise ManifestError("Manifest file is missing or unreadable", path=path, hint=hint) from error


def _nearby(folder: Path) -> str:
    """Where it might be: unpacked archives often have one folder around the app."""
    try:
        found = sorted(folder.glob("*/manifest.json"))
    except (OSError, ValueError):
        return ""
    return f"; there is one in {found[0].parent}" if found else ""


def _parse(data: bytes, path: Path | None) -> Document:
    if len(data) > MAX_MANIFEST:
        raise ManifestError(f"The manifest is larger than {MAX_MANIFEST >> 20} MiB.", path=path)
    try:
        return parse_json(data)
    except JsonError as error:
        line, column = error.place
        raise ManifestError(
            f"Manifest is not valid JSON.  {error}",
            path=path,
            line=line,
            column=column,
            hint=_syntax_hint(data, error.reason),
        ) from None


def _syntax_hint(data: bytes, reason: str) -> str | None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or data[:2] in (b"{\0", b"\0{"):
        return "The file is UTF-16. Save it as UTF-8."
    if not data.strip():
        return "The file is empty. Copy the app once more."
    if reason.startswith("EOF"):
        return "The file ends too early: a brace, a bracket or a quote is not closed."
    return _SYNTAX_HINTS.get(reason)


def _object(document: Document, path: Path | None) -> Mapping[str, object]:
    """The manifest, which is an object and a packaged app's."""
    value = document.value
    if not isinstance(value, dict):
        hint = "A manifest is an object: { … }."
        raise ManifestError("Manifest file is invalid", path=path, line=1, column=1, hint=hint)
    if other := _other_kind(value):
        raise NotAPackagedAppError(*other, path=path)
    return value


def _other_kind(manifest: Mapping[str, object]) -> tuple[str, str] | None:
    app = manifest.get("app")
    background = 'A packaged app has "app": {"background": {"scripts": [...]}} in its manifest.'
    if "theme" in manifest:
        return "theme", "There is nothing to run in it."
    if "export" in manifest:
        return "shared module", "Run the app that uses it."
    if "app" not in manifest:
        return "extension", f"Homeport runs packaged apps only. {background}"
    if not isinstance(app, dict) or "background" in app:
        return None
    launch = app.get("launch")
    launch = launch if isinstance(launch, dict) else {}
    if "web_url" in launch or "urls" in app:
        return "hosted app", f"It is a link: open {launch.get('web_url', 'its address')} in any browser."
    if "local_path" in launch:
        return "legacy packaged app", f"That kind has no chrome.sockets. {background}"
    return None


def _placed(error: FieldError, document: Document, path: Path | None) -> ManifestError:
    line, column = document.place(*error.where)
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.where).lstrip(".")
    return ManifestError(error.message, path=path, line=line, column=column, key=key, hint=error.hint)


class _Reader:
    def __init__(self, document: Document, path: Path | None, locale: str) -> None:
        assert isinstance(document.value, dict)  # noqa: S101  # the caller looked
        self.document = document
        self.path = path
        self.locale = locale
        self.raw: dict[str, object] = dict(document.value)
        self.warnings: list[ManifestWarning] = []

    def warn(
        self,
        message: str,
        *where: str | int,
        key: bool = False,
        name: str = "",
        known: frozenset[str] = frozenset(),
    ) -> None:
        line, column = self.document.place(*where, key=key)
        self.warnings.append(ManifestWarning(message, line, column, name, known))

    def read(self, messages: Messages | None, packed_id: str | None, id_path: Path | None) -> Manifest:
        if messages is not None:
            self.localize(messages)
        raw = self.raw
        key = fields.read_key(raw)
        name = fields.read_name(raw)
        version = fields.read_version(raw)
        manifest_version = fields.read_manifest_version(raw)
        permissions, old_sockets = read_permissions(raw, "permissions", self.warn)
        optional_permissions, _ = read_permissions(raw, "optional_permissions", self.warn)
        scripts, page = self.background()
        sandbox_csp = fields.read_sandbox_csp(raw)
        default_locale = fields.read_default_locale(raw)
        description = fields.read_string(raw, "description")
        icons = fields.read_icons(raw)
        kiosk_enabled = fields.read_bool(raw, "kiosk_enabled", default=True)
        offline_enabled = fields.read_bool(raw, "offline_enabled", default=True)
        sandbox_pages = fields.read_sandbox_pages(raw)
        sockets = parse_sockets_key(raw["sockets"]) if "sockets" in raw else None
        fields.read_string(raw, "version_name")
        minimum_chrome_version = fields.read_minimum_chrome_version(raw)
        short_name = fields.read_string(raw, "short_name", may_be_empty=False)
        self.look_for_oddities(version, manifest_version, minimum_chrome_version)
        app_id = self.app_id(key, packed_id, id_path)
        return Manifest(
            path=self.path,
            name=name,
            short_name=short_name or name,
            version=version,
            description=description,
            manifest_version=manifest_version,
            app_id=app_id,
            key=key,
            background_scripts=scripts,
            background_page=page,
            persistent=False,
            sockets=sockets,
            socket_permissions=old_sockets,
            permissions=permissions,
            optional_permissions=optional_permissions,
            icons=icons,
            kiosk_enabled=kiosk_enabled,
            kiosk_only=raw.get("kiosk_only") is True,
            offline_enabled=offline_enabled,
            minimum_chrome_version=minimum_chrome_version,
            sandbox_pages=sandbox_pages,
            sandbox_csp=sandbox_csp,
            csp=APP_CSP,
            default_locale=default_locale,
            messages=(messages or Messages(locale=self.locale)).with_app_id(app_id),
            raw=MappingProxyType(raw),
            warnings=tuple(self.warnings),
        )

    def app_id(self, key: bytes | None, packed_id: str | None, id_path: Path | None) -> str:
        if key is not None:
            return app_id_from_key(key)
        if packed_id is not None:
            return packed_id
        if id_path is not None:
            return app_id_from_path(id_path)
        # A text alone: the same text has the same id.
        return app_id_from_key(hashlib.sha256(self.document.data).digest())

    def localize(self, messages: Messages) -> None:
        for key in ("name", "short_name", "description"):
            value = self.raw.get(key)
            if isinstance(value, str):
                self.raw[key] = self.message(messages, value, key)
        commands = self.raw.get("commands")
        if isinstance(commands, dict):
            self.raw["commands"] = {
                name: self.localized_command(messages, name, command) for name, command in commands.items()
            }
        self.raw["current_locale"] = messages.locale
        self.raw = dict(sorted(self.raw.items()))

    def localized_command(self, messages: Messages, name: str, command: object) -> object:
        if not isinstance(command, dict) or not isinstance(command.get("description"), str):
            return command
        text = self.message(messages, command["description"], "commands", name, "description")
        return {**command, "description": text}

    def message(self, messages: Messages, text: str, *where: str) -> str:
        try:
            return messages.replace(text)
        except MessageError as error:
            raise FieldError(str(error), *where, hint="Add it to _locales, or correct its name.") from None

    def background(self) -> tuple[tuple[str, ...], str | None]:
        app = self.raw.get("app")
        if not isinstance(app, dict) or "background" not in app:
            message = "Either 'app.launch.local_path' or 'app.launch.web_url' is required."
            hint = 'A packaged app has "app": {"background": {"scripts": ["background.js"]}}.'
            raise FieldError(message, "app", hint=hint)
        scripts, page, passed_over = fields.read_background(self.raw)
        for index in passed_over:
            self.warn(
                f"Invalid background script mime type for 'background.scripts[{index}]', a background script "
                "can only be loaded from supported JavaScript files such as .js files.",
                *("app", "background", "scripts", index),
            )
        return scripts, page

    def look_for_oddities(self, version: str, manifest_version: int, minimum: str | None) -> None:
        for key in self.raw:
            if warning := key_warning(key):
                self.warn(warning, key, key=True, name=key, known=KNOWN_KEYS)
        for where, known in unknown_in_sockets(self.raw.get("sockets")):
            message = f"'{'.'.join(where[:-1])}' has no '{where[-1]}'."
            self.warn(message, *where, key=True, name=where[-1], known=known)
        parsed = ".".join(str(int(part)) for part in version.split("."))
        if parsed != version:
            self.warn(f"The extension version is parsed as '{parsed}'.", "version")
        if manifest_version > 3:
            self.warn(
                f"The maximum currently-supported manifest version is 3, but this is {manifest_version}.  "
                "Certain features may not work as expected.",
                "manifest_version",
            )
        if minimum and int(minimum.split(".")[0]) > _CHROMIUM:
            text = f"This extension requires Chromium version {minimum} or greater."
            self.warn(text, "minimum_chrome_version")
        self.look_at_app()

    def look_at_app(self) -> None:
        app = self.raw["app"]
        assert isinstance(app, dict)  # noqa: S101  # it has a background
        if app["background"].get("persistent") is True:
            self.warn(
                "Invalid value for 'app.background.persistent'. Packaged apps do not support persistent "
                "background pages and must use event pages.",
                *("app", "background", "persistent"),
            )
        if "content_security_policy" in app:
            text = "'app.content_security_policy' is not allowed for specified extension ID."
            self.warn(text, "app", "content_security_policy", key=True)
        if "launch" in app:
            allowed = "legacy packaged apps and hosted apps"
            text = f"'app.launch' is only allowed for {allowed}, but this is a packaged app."
            self.warn(text, "app", "launch", key=True)
