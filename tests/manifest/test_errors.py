"""An error is one line: the place, Chromium's text, what to do."""

from __future__ import annotations

from pathlib import Path

from homeport.errors import UserError
from homeport.manifest import ManifestError, NotAPackagedAppError
from homeport.manifest._errors import one_line


def test_place_text_and_hint_stand_in_one_line() -> None:
    error = ManifestError("Bad\tthing", path=Path("app/manifest.json"), line=7, column=20, hint="Do this.")
    assert str(error) == f"{Path('app/manifest.json')}:7:20: Bad\\tthing. Do this."
    assert isinstance(error, UserError)
    assert (error.message, error.line, error.column) == ("Bad\tthing", 7, 20)


def test_what_is_unknown_is_left_out() -> None:
    assert str(ManifestError("Bad.")) == "Bad."
    assert str(ManifestError("Bad.", path=Path("m"))) == "m: Bad."
    assert str(ManifestError("Bad.", hint="Do.")) == "Bad. Do."


def test_control_characters_cannot_reach_a_terminal() -> None:
    assert one_line("a\x1b[31m\n\u2028é☃") == "a\\x1b[31m\\n\\u2028é☃"


def test_another_kind_of_package_is_called_by_its_name() -> None:
    error = NotAPackagedAppError("extension", "Do this.", path=Path("m"))
    assert str(error) == "m: this is an extension, not a packaged Chrome App. Do this."
    assert "a theme" in str(NotAPackagedAppError("theme", ""))
