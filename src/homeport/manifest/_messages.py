"""The messages of an app: ``_locales/*/messages.json``, and what they are put into.

A catalogue gives each name (any case) a text. ``$NAME$`` in a text is replaced at once by its placeholder's
content; ``$1`` to ``$9`` wait for the arguments of ``chrome.i18n.getMessage``. ``__MSG_name__`` stands for a
message in some strings of the manifest and in style sheets. All of it is as in Chromium, the errors too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from homeport._locale import is_locale, is_right_to_left, locale_chain, system_locale

from ._errors import ManifestError
from ._json import Document, JsonError, parse_json

__all__ = ["MAX_CATALOGUE", "MessageError", "Messages", "format_message", "load_catalogue", "load_messages"]

#: A larger messages.json is refused.
MAX_CATALOGUE = 4 << 20
#: What all messages of a catalogue, or one text with its messages put in, may come to, in characters.
MAX_TEXT = 4 << 20

_NAME = re.compile(r"[A-Za-z0-9_@]+")
_NO_DEFAULT = "Localization used, but default_locale wasn't specified in the manifest."


class MessageError(Exception):
    """A text uses a message that is not there, in Chromium's words, or grows beyond all bounds.

    ``done`` is what came of the text so far, and the rest of it.
    """

    def __init__(self, message: str, done: str) -> None:
        super().__init__(message)
        self.done = done


class Messages(NamedTuple):
    """The messages of one app for one locale.

    ``texts`` has the names in lower case and, like Chromium, the predefined ones: ``@@ui_locale``,
    ``@@bidi_dir`` and the other directions if the app has ``_locales`` at all, and ``@@extension_id``.
    """

    texts: Mapping[str, str] = MappingProxyType({})
    locale: str = "en_US"

    def get(self, name: str, substitutions: Sequence[str] = ()) -> str:
        """What ``chrome.i18n.getMessage`` answers: the message with its ``$1`` … filled in, or ``""``."""
        return format_message(self.texts.get(name.lower(), ""), substitutions)

    def replace(self, text: str) -> str:
        """``text`` with each ``__MSG_name__`` replaced; raises :class:`MessageError` if one is not there."""
        return _replace(self.texts, text, "__MSG_", "__")

    def replace_in_css(self, text: str) -> str:
        """The same for a style sheet: from the first message that is not there, the text stays as it is."""
        try:
            return self.replace(text)
        except MessageError as error:
            return error.done

    def replace_in_css_file(self, content: bytes) -> bytes:
        """The same for what a file holds; one that is no UTF-8 stays as it is."""
        if b"__MSG_" not in content:
            return content
        try:
            return self.replace_in_css(content.decode()).encode()
        except UnicodeDecodeError:
            return content

    def with_app_id(self, app_id: str) -> Messages:
        """The same messages and ``@@extension_id``, which the manifest's own strings cannot use."""
        return Messages(MappingProxyType({**self.texts, "@@extension_id": app_id}), self.locale)


def format_message(text: str, substitutions: Sequence[str] = ()) -> str:
    """Fills in ``$1`` to ``$9``. Of several ``$`` in a row one goes; one ``$`` goes with what follows it."""

    def fill(match: re.Match[str]) -> str:
        mark = match[0]
        if mark.startswith("$$"):
            return mark[1:]
        index = ord(mark[1:] or "0") - ord("1")
        return substitutions[index] if 0 <= index < min(9, len(substitutions)) else ""

    return re.sub(r"\$\$+|\$.|\$\Z", fill, text, flags=re.DOTALL)


def _replace(texts: Mapping[str, str], text: str, begin: str, end: str) -> str:
    """Chromium's way, which goes on behind what it has put in, and leaves what cannot be a name."""
    done: list[str] = []
    left = MAX_TEXT
    at = 0
    while True:
        start = text.find(begin, at)
        stop = text.find(end, start + len(begin)) if start >= 0 else -1
        if stop < 0:
            return "".join([*done, text[at:]])
        name = text[start + len(begin) : stop]
        if not _NAME.fullmatch(name):
            done.append(text[at : start + len(begin)])
            at = start + len(begin)
            continue
        value = texts.get(name.lower())
        if value is None:
            message = f"Variable {begin}{name}{end} used but not defined."
            raise MessageError(message, "".join([*done, text[at:]]))
        left -= len(value)
        if left < 0:
            message = f"Variable {begin}{name}{end} makes the text too long."
            raise MessageError(message, "".join([*done, text[at:]]))
        done.append(text[at:start] + value)
        at = stop + len(end)


def load_catalogue(file: Path) -> dict[str, str]:
    """Reads one ``messages.json`` of an app's ``_locales``; raises :class:`ManifestError`."""
    prefix = f"Invalid locale file '{file}': "
    if not _is_the_apps(file):
        hint = "It is no file of the app's folder: a link that leads out of it is not followed."
        raise ManifestError(f"Catalog file is missing for locale {file.parent.name}.", path=file, hint=hint)
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_CATALOGUE + 1)
    except OSError as error:
        raise ManifestError(f"Catalog file is missing for locale {file.parent.name}.", path=file) from error
    if len(data) > MAX_CATALOGUE:
        raise ManifestError(f"{prefix}it is larger than {MAX_CATALOGUE >> 20} MiB", path=file)
    try:
        document = parse_json(data)
    except JsonError as error:
        line, column = error.place
        raise ManifestError(f"{prefix}{error}", path=file, line=line, column=column) from None
    if not isinstance(document.value, dict):
        raise ManifestError(f"{prefix}it is not an object of messages", path=file, line=1, column=1)
    return _Catalogue(document, file).read()


def _is_the_apps(file: Path) -> bool:
    """Whether it is a file, of which reading comes to an end, within the app's folder."""
    try:
        real, root = file.resolve(), file.parents[2].resolve()
        return real.is_file() and root in real.parents
    except (OSError, RuntimeError):  # RuntimeError: a link to itself
        return False


class _Catalogue:
    def __init__(self, document: Document, file: Path) -> None:
        self.document = document
        self.file = file

    def read(self) -> dict[str, str]:
        assert isinstance(self.document.value, dict)  # noqa: S101  # the caller looked
        texts: dict[str, str] = {}
        left = MAX_TEXT
        for name, message in self.document.value.items():
            self.name(name, name.lower(), name)
            text = texts[name.lower()] = self.message(name, message)
            left -= len(text)
            if left < 0:
                raise self.error("The messages are too long with their placeholders.", name)
        return texts

    def message(self, name: str, message: object) -> str:
        if not isinstance(message, dict):
            raise self.error(f"Not a valid tree for key {name}.", name)
        text = message.get("message")
        if not isinstance(text, str):
            raise self.error(f'There is no "message" element for key {name}.', name)
        try:
            return _replace(self.placeholders(name, message), text, "$", "$")
        except MessageError as error:
            raise self.error(str(error), name, "message") from None

    def placeholders(self, name: str, message: Mapping[str, object]) -> dict[str, str]:
        if "placeholders" not in message:
            return {}
        placeholders = message["placeholders"]
        if not isinstance(placeholders, dict):
            raise self.error(f'Not a valid "placeholders" element for key {name}.', name, "placeholders")
        return {
            key.lower(): self.placeholder(name, key, placeholder) for key, placeholder in placeholders.items()
        }

    def placeholder(self, name: str, key: str, placeholder: object) -> str:
        where = (name, "placeholders", key)
        self.name(key, key, *where)
        if not isinstance(placeholder, dict):
            raise self.error(f"Invalid placeholder {key} for key {name}", *where)
        content = placeholder.get("content")
        if not isinstance(content, str):
            raise self.error(f'Invalid "content" element for key {name}.', *where)
        return content

    def name(self, name: str, shown: str, *where: str) -> None:
        if not _NAME.fullmatch(name):
            allowed = 'Only ASCII [a-z], [A-Z], [0-9] and "_" are allowed.'
            raise self.error(f'Name of a key "{shown}" is invalid. {allowed}', *where)

    def error(self, message: str, *where: str) -> ManifestError:
        line, column = self.document.place(*where, key=True)
        return ManifestError(message, path=self.file, line=line, column=column)


def load_messages(root: Path, default_locale: object, locale: str | None = None) -> Messages | None:
    """The messages of the app in ``root`` for ``locale`` (the user's, if not given).

    None if the app has no ``_locales``. Raises :class:`ManifestError`.
    """
    folder = root / "_locales"
    if not folder.is_dir():
        return None
    known = _locales(folder)
    if not isinstance(default_locale, str) or default_locale not in known:
        raise _bad_default(folder, default_locale, known)
    locale = locale or system_locale()
    texts: dict[str, str] = {}
    for name in reversed(locale_chain(locale, default_locale)):
        if name in known:
            texts.update(load_catalogue(folder / name / "messages.json"))
    _add_predefined(texts, locale, folder / default_locale / "messages.json")
    return Messages(MappingProxyType(texts), locale)


def _locales(folder: Path) -> set[str]:
    """The locales that have a catalogue. Chromium refuses the app if one has none, even if it is not used."""
    return {file.parent.name for file in folder.glob("*/messages.json") if is_locale(file.parent.name)}


def _bad_default(folder: Path, default_locale: object, known: set[str]) -> ManifestError:
    if isinstance(default_locale, str) and is_locale(default_locale) and (folder / default_locale).is_dir():
        file = folder / default_locale / "messages.json"
        return ManifestError(f"Catalog file is missing for locale {default_locale}.", path=file)
    names = ", ".join(sorted(known)) or "there is none yet"
    hint = f'Set "default_locale" to a folder of _locales that has a messages.json ({names}).'
    return ManifestError(_NO_DEFAULT, path=folder.parent / "manifest.json", hint=hint)


def _add_predefined(texts: dict[str, str], locale: str, file: Path) -> None:
    right_to_left = is_right_to_left(locale)
    direction = ("rtl", "ltr") if right_to_left else ("ltr", "rtl")
    edges = ("right", "left") if right_to_left else ("left", "right")
    predefined = {
        "@@ui_locale": locale,
        "@@bidi_dir": direction[0],
        "@@bidi_reversed_dir": direction[1],
        "@@bidi_start_edge": edges[0],
        "@@bidi_end_edge": edges[1],
    }
    for name, text in sorted(predefined.items()):
        if name in texts:
            raise ManifestError(f"Reserved key {name} found in message catalog.", path=file)
        texts[name] = text
