"""A script that is no JavaScript is named with its line: an error where the app cannot run without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.inspect import Report, Verdict

Look = Callable[..., Report]
WRONG = "var a;\nvar b = ;\n"
WHY = "2: This script does not run, for it is no JavaScript: Unexpected token ';'. Correct it there, or"


def problems(report: Report) -> list[str]:
    return [f"{problem.level}: {problem}" for problem in report.problems]


def test_a_background_script_is_an_error(look: Look) -> None:
    report = look(WRONG)
    assert report.verdict is Verdict.DOES_NOT_RUN
    assert problems(report)[0].startswith(f"error: bg.js:{WHY}")


def test_a_script_of_the_background_page_is_an_error(look: Look) -> None:
    files = {"bg.html": "<script src=x.js></script>", "x.js": WRONG}
    report = look(files=files, app={"background": {"page": "bg.html"}})
    assert problems(report)[0].startswith(f"error: x.js:{WHY}")


def test_a_windows_script_is_a_warning(look: Look) -> None:
    files: dict[str, Any] = {"w.html": "<script src=w.js></script>", "w.js": WRONG}
    report = look("chrome.app.window.create('w.html');", files)
    assert report.verdict is Verdict.RUNS_WITH_GAPS
    assert problems(report)[0].startswith(f"warning: w.js:{WHY}")


def test_modules_and_old_javascript_are_no_mistakes(look: Look) -> None:
    page = "<script type=module src=m.js></script><script src=o.js></script>"
    files = {
        "w.html": page,
        "m.js": "import './n.mjs'; import 'jquery'",
        "n.mjs": "await 1",
        "o.js": "with (a) 010",
    }
    assert problems(look("chrome.app.window.create('w.html');", files)) == []


def test_a_script_that_the_app_does_not_use_is_not_looked_at(look: Look) -> None:
    assert problems(look(files={"unused.js": WRONG})) == []
