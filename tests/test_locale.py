"""Locales: their names, what a locale falls back to, which one the user has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport._locale import is_locale, locale_chain
from homeport.manifest import is_right_to_left, normalize_locale, system_locale


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("de", "de"),
        ("pt-br", "pt_BR"),
        ("de_DE.UTF-8", "de_DE"),
        ("sr_rs@latin", "sr_RS"),
        ("ZH-hant-tw", "zh_Hant_TW"),
        ("es-419", "es_419"),
        ("de:en", "de"),
        ("C", "en_US"),
        ("POSIX", "en_US"),
        ("", "en_US"),
    ],
)
def test_a_locale_has_one_spelling(text: str, locale: str) -> None:
    assert normalize_locale(text) == locale


@given(st.text())
def test_any_text_gives_a_locale(text: str) -> None:
    assert is_locale(normalize_locale(text))


@pytest.mark.parametrize("name", ["en", "pt_BR", "zh_Hant_TW", "es_419", "fil"])
def test_folders_of_locales_are_known(name: str) -> None:
    assert is_locale(name)


@pytest.mark.parametrize("name", [".git", "en-US", "EN", "english", "", "en_", "e", "x" * 50])
def test_other_folders_are_not_locales(name: str) -> None:
    assert not is_locale(name)


@pytest.mark.parametrize(
    ("locale", "default", "chain"),
    [
        ("pt_BR", "en", ("pt_BR", "pt", "en")),
        ("zh_Hant_TW", "en", ("zh_Hant_TW", "zh_Hant", "zh", "en")),
        ("en_US", "en", ("en_US", "en")),
        ("en", "en_US", ("en", "en_US")),
        ("de", "de", ("de",)),
    ],
)
def test_a_message_is_looked_for_from_the_locale_to_the_default(
    locale: str, default: str, chain: tuple[str, ...]
) -> None:
    assert locale_chain(locale, default) == chain


def test_right_to_left_is_known_by_language_or_script() -> None:
    assert [
        name for name in ("ar", "he_IL", "fa", "ku_Arab", "en", "ku", "de_DE") if is_right_to_left(name)
    ] == [
        "ar",
        "he_IL",
        "fa",
        "ku_Arab",
    ]


def test_the_first_variable_that_is_set_says_the_users_locale() -> None:
    assert system_locale({"LANGUAGE": "fr:de", "LC_ALL": "de_DE"}) == "fr"
    assert system_locale({"LC_ALL": "", "LC_MESSAGES": "it_IT.UTF-8", "LANG": "C"}) == "it_IT"
    assert system_locale({"LANG": "C.UTF-8"}) == "en_US"
