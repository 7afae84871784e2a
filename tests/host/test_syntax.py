"""The runtime says which scripts compile, and runs none."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeport.errors import UserError
from homeport.host import SyntaxFault, syntax_faults
from homeport.host import _syntax as syntax
from homeport.host._syntax import ScriptKind


@pytest.mark.parametrize(
    ("kind", "source", "line"),
    [
        ("classic", "with (x) { 010 }", None),
        ("classic", "<!-- old\nlet a", None),
        ("classic", "var x = 1;\n\nvar y = ;\n", 3),
        ("classic", "let a;\nlet a;", 2),
        ("classic", "\n/(/", 2),
        ("classic", "import './x.js'", 1),
        ("module", "import './x.js'; await 3", None),
        ("module", "\nwith (x) {}", 2),
        ("either", "with (x) {}", None),
        ("either", "import './x.js'", None),
        ("either", "import './x.js'\n\nvar y = ;", 3),
        ("either", "f(\n1 2", 2),
        ("either", "throw new Error('it runs')", None),
        ("either", "", None),
    ],
)
def test_a_script_compiles_or_the_line_is_named(kind, source, line):
    [fault] = syntax_faults([(kind, source)])
    assert (fault and fault.line) == line


def test_each_script_has_its_answer():
    ok: tuple[ScriptKind, str] = ("classic", "f()")
    wrong: tuple[ScriptKind, str] = ("classic", "f(")
    fault = SyntaxFault(1, "Unexpected end of input")
    assert syntax_faults([ok, wrong, ok]) == [None, fault, None]
    assert syntax_faults([]) == []


def test_text_of_any_kind_arrives_whole():
    text = "'\u2028\U0001f600\ud800\x00'"
    assert syntax_faults([("classic", f"{text}\n" * 100_000)]) == [None]


def test_a_runtime_that_does_not_answer_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(syntax, "find_deno", lambda: str(tmp_path / "none"))
    with pytest.raises(UserError, match="does not say whether the scripts compile"):
        syntax_faults([("classic", "")])
