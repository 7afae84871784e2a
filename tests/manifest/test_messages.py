"""Messages are looked up, filled in and refused as in Chromium; the texts were recorded from it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.manifest import ManifestError, Messages, format_message, load_catalogue, load_messages
from homeport.manifest._messages import MessageError


def catalogue(folder: Path, locale: str, messages: object) -> Path:
    file = folder / "_locales" / locale / "messages.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(messages if isinstance(messages, str) else json.dumps(messages))
    return file


def texts(**messages: str) -> dict[str, dict[str, str]]:
    return {name: {"message": text} for name, text in messages.items()}


#: A message, then what getMessage gave without arguments, with "A" and "B", and with 1 to 9.
FILLED = [
    (
        "a$1 b$2 c$3 d$9 e$10 f$$ g$$1 h",
        "a b c d e0 f$ g$1 h",
        "aA bB c d eA0 f$ g$1 h",
        "a1 b2 c3 d9 e10 f$ g$1 h",
    ),
    ("$$", "$", "$", "$"),
    ("x$", "x", "x", "x"),
    ("$12 $0 $a", "2  ", "A2  ", "12  "),
    ("$$$$ $$$1 $$$$1", "$$$ $$1 $$$1", "$$$ $$1 $$$1", "$$$ $$1 $$$1"),
    ("", "", "", ""),
    ("<b>", "<b>", "<b>", "<b>"),
]


@pytest.mark.parametrize(("text", "none", "two", "nine"), FILLED)
def test_arguments_are_filled_in(text: str, none: str, two: str, nine: str) -> None:
    assert format_message(text) == none
    assert format_message(text, ["A", "B"]) == two
    assert format_message(text, list("123456789")) == nine


def test_what_is_filled_in_is_not_read_again() -> None:
    assert format_message("<$1>", ["$2", "b"]) == "<$2>"


@given(st.text(), st.lists(st.text()))
def test_filling_in_takes_any_text(text: str, arguments: list[str]) -> None:
    assert "$" in text or format_message(text, arguments) == text


#: A catalogue's entry, and the message it makes.
PLACEHOLDERS: list[tuple[dict[str, Any], str]] = [
    ({"message": "$name$ $NAME$ $Name$", "placeholders": {"nAme": {"content": "v"}}}, "v v v"),
    ({"message": "$a$$b$", "placeholders": {"a": {"content": "A"}, "b": {"content": "B"}}}, "AB"),
    ({"message": "Hi $WHO$", "placeholders": {"who": {"content": "[$1]"}}}, "Hi [$1]"),
    ({"message": "$ $a b$ 5$"}, "$ $a b$ 5$"),
    ({"message": "__MSG_b__"}, "__MSG_b__"),
    ({"message": "x", "description": "y", "more": 1}, "x"),
]


@pytest.mark.parametrize(("entry", "text"), PLACEHOLDERS)
def test_placeholders_are_replaced_when_the_catalogue_is_read(
    tmp_path: Path, entry: Mapping[str, Any], text: str
) -> None:
    assert load_catalogue(catalogue(tmp_path, "en", {"Key": entry})) == {"key": text}


#: A catalogue, Chromium's text, and where it is.
WRONG: list[tuple[object, str, int]] = [
    (
        {"a-b": {"message": "y"}},
        'Name of a key "a-b" is invalid. Only ASCII [a-z], [A-Z], [0-9] and "_" are allowed.',
        2,
    ),
    (
        {"A b": {"message": "y"}},
        'Name of a key "a b" is invalid. Only ASCII [a-z], [A-Z], [0-9] and "_" are allowed.',
        2,
    ),
    ({"k": "X"}, "Not a valid tree for key k.", 2),
    ({"k": {}}, 'There is no "message" element for key k.', 2),
    ({"k": {"message": 5}}, 'There is no "message" element for key k.', 2),
    ({"k": {"message": "x $foo$"}}, "Variable $foo$ used but not defined.", 3),
    ({"k": {"message": "x $1b$"}}, "Variable $1b$ used but not defined.", 3),
    ({"k": {"message": "x", "placeholders": []}}, 'Not a valid "placeholders" element for key k.', 4),
    ({"k": {"message": "x", "placeholders": {"a": "x"}}}, "Invalid placeholder a for key k", 5),
    ({"k": {"message": "x", "placeholders": {"a": {}}}}, 'Invalid "content" element for key k.', 5),
    (
        {"k": {"message": "x", "placeholders": {"a b": {"content": "x"}}}},
        'Name of a key "a b" is invalid. Only ASCII [a-z], [A-Z], [0-9] and "_" are allowed.',
        5,
    ),
]


@pytest.mark.parametrize(("content", "message", "line"), WRONG)
def test_a_wrong_entry_has_chromiums_text_and_its_line(
    tmp_path: Path, content: object, message: str, line: int
) -> None:
    file = catalogue(tmp_path, "en", json.dumps(content, indent=1))
    with pytest.raises(ManifestError) as caught:
        load_catalogue(file)
    assert (caught.value.message, caught.value.path, caught.value.line) == (message, file, line)


def test_a_catalogue_that_is_no_json_says_where(tmp_path: Path) -> None:
    file = catalogue(tmp_path, "en", "{\n 'a': 1}")
    with pytest.raises(ManifestError) as caught:
        load_catalogue(file)
    assert caught.value.message == f"Invalid locale file '{file}': key must be a string at line 2 column 2"
    assert caught.value.line == 2


@pytest.mark.parametrize("content", ["[]", "1", '"x"', "[" * 300, "x" * (4 << 20), ""])
def test_a_catalogue_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    file = catalogue(tmp_path, "en", content + " ")
    with pytest.raises(ManifestError, match="Invalid locale file"):
        load_catalogue(file)


def test_the_locale_comes_before_its_parents_and_they_before_the_default(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", texts(a="en", b="en", c="en", d="en"))
    catalogue(tmp_path, "pt", texts(a="pt", b="pt", c="pt"))
    catalogue(tmp_path, "pt_BR", texts(A="br"))
    catalogue(tmp_path, "de", "{ not read }")
    messages = load_messages(tmp_path, "en", "pt_BR")
    assert messages is not None
    assert [messages.get(name) for name in ("A", "b", "c", "d", "nope")] == ["br", "pt", "pt", "en", ""]


def test_predefined_messages_follow_the_users_language_even_without_a_catalogue_for_it(
    tmp_path: Path,
) -> None:
    catalogue(tmp_path, "en", texts(a="en"))
    for locale, values in {
        "en_US": ["en_US", "ltr", "rtl", "left", "right"],
        "ar": ["ar", "rtl", "ltr", "right", "left"],
    }.items():
        messages = load_messages(tmp_path, "en", locale)
        assert messages is not None
        names = ["ui_locale", "bidi_dir", "bidi_reversed_dir", "bidi_start_edge", "bidi_end_edge"]
        assert [messages.get(f"@@{name}") for name in names] == values


def test_an_app_without_locales_has_no_messages(tmp_path: Path) -> None:
    assert load_messages(tmp_path, None) is None


def test_predefined_names_are_reserved_but_not_all_that_look_like_them(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", texts(**{"@@foo": "x", "@@extension_id": "y"}))
    assert load_messages(tmp_path, "en", "en") is not None
    catalogue(tmp_path, "en", texts(**{"@@ui_locale": "x"}))
    with pytest.raises(ManifestError) as caught:
        load_messages(tmp_path, "en", "en")
    assert caught.value.message == "Reserved key @@ui_locale found in message catalog."


@pytest.mark.parametrize("default", [None, 5, "", "fr", "en-US", "../en", "e\0n", ["en"]])
def test_locales_need_a_default_that_is_one_of_them(tmp_path: Path, default: object) -> None:
    catalogue(tmp_path, "en", texts(a="en"))
    with pytest.raises(ManifestError) as caught:
        load_messages(tmp_path, default)
    assert caught.value.message == "Localization used, but default_locale wasn't specified in the manifest."
    assert "messages.json (en)" in str(caught.value)


def test_the_default_locale_needs_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "_locales" / "en").mkdir(parents=True)
    with pytest.raises(ManifestError) as caught:
        load_messages(tmp_path, "en")
    assert caught.value.message == "Catalog file is missing for locale en."


STYLE = Messages(MappingProxyType({"appname": "EN", "@@bidi_dir": "ltr"})).with_app_id("abc")


def test_messages_are_put_into_style_sheets() -> None:
    assert STYLE.replace_in_css("a{b:__MSG_@@extension_id__; c:__MSG_appName__ __MSG_@@bidi_dir__}") == (
        "a{b:abc; c:EN ltr}"
    )


def test_from_the_first_unknown_message_on_a_style_sheet_stays_as_it_is() -> None:
    text = "a:__MSG_appName__ __MSG_nope__ __MSG_appName__"
    assert STYLE.replace_in_css(text) == "a:EN __MSG_nope__ __MSG_appName__"


def test_what_cannot_be_a_name_is_left_alone() -> None:
    assert STYLE.replace("__MSG_a-b__ __MSG_appname__ __MSG_") == "__MSG_a-b__ EN __MSG_"


@given(st.text("_MSGappnme @-", max_size=60))
def test_any_style_sheet_comes_out(text: str) -> None:
    result = STYLE.replace_in_css(text)
    assert "__MSG_" in text or result == text


def test_a_text_cannot_grow_beyond_all_bounds() -> None:
    big = Messages(MappingProxyType({"big": "x" * (1 << 20)}))
    text = "__MSG_big__" * 100
    assert len(big.replace_in_css(text)) < 5 << 20
    with pytest.raises(MessageError, match="too long"):
        big.replace(text)


def test_placeholders_cannot_make_a_catalogue_grow_beyond_all_bounds(tmp_path: Path) -> None:
    bomb = {"message": "$a$" * 1000, "placeholders": {"a": {"content": "x" * 1000}}}
    with pytest.raises(ManifestError, match="too long"):
        load_catalogue(catalogue(tmp_path, "en", {f"k{number}": bomb for number in range(10)}))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("link", ["file", "folder", "pipe", "itself"])
def test_what_is_no_file_of_the_app_is_no_catalogue(tmp_path: Path, link: str) -> None:
    """A file of the user's would be read, and a pipe without end."""
    app, file = tmp_path / "app", catalogue(tmp_path / "app", "en", texts(a="ours"))
    outside = catalogue(tmp_path, "en", texts(a="another's"))
    if link == "folder":
        (app / "_locales").rename(tmp_path / "before")
        (app / "_locales").symlink_to(outside.parents[1])
    else:
        file.unlink()
        if link == "pipe":
            os.mkfifo(file)
        else:
            file.symlink_to(outside if link == "file" else file)
    with pytest.raises(ManifestError, match="Catalog file is missing for locale en"):
        load_messages(app, "en")


def test_a_link_to_another_file_of_the_app_is_a_catalogue(tmp_path: Path) -> None:
    file = catalogue(tmp_path, "en", texts(a="ours"))
    other = catalogue(tmp_path, "de", {})
    other.unlink()
    other.symlink_to(file)
    assert load_catalogue(other) == {"a": "ours"}
