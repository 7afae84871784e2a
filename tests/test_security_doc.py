"""``docs/security.md`` has every attack, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = {found[1]: found[0] for found in re.finditer(r"^\| (T\d+) \|.*$", TEXT, re.M)}
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def defined_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions}


def test_all_twenty_attacks_are_there() -> None:
    assert list(ROWS) == [f"T{number}" for number in range(1, 21)]


@pytest.mark.parametrize("attack", ROWS)
def test_each_names_its_defence_setting_default_and_tests_that_exist(attack: str) -> None:
    _, name, who, defence, setting, default, tests, _ = ROWS[attack].split("|")
    assert all(cell.strip() for cell in (name, who, defence, setting, default))
    named = NAMED.findall(tests)
    assert named, "no test"
    assert tests.strip() == ", ".join(f"`{path}::{test}`" for path, test in named)
    for path, test in named:
        assert (ROOT / path).is_file(), path
        assert test in defined_in(path), f"{path} has no {test}"


def test_the_numbers_are_those_of_the_source() -> None:
    from homeport.audit._observer import _DENIALS_AT_ONCE, _DENIALS_PER_SECOND
    from homeport.engine import Credit, SocketLimits
    from homeport.host._session import MAX_OPEN_CALLS
    from homeport.host._web import _MOST_OPENING, _MOST_REQUESTS, _MOST_WAITING
    from homeport.server._connections import MAX_STRANGERS, REQUEST_WITHIN

    limits = SocketLimits()
    for number in (limits.session, limits.total, limits.known, MAX_OPEN_CALLS, _DENIALS_AT_ONCE):
        assert f"{number:,}" in TEXT, number
    assert f"; {_MOST_OPENING} |" in TEXT
    assert f"; {_MOST_REQUESTS} and {_MOST_WAITING:,} |" in TEXT
    assert f"at most {MAX_STRANGERS} connections" in TEXT
    assert f"{REQUEST_WITHIN:g} seconds" in TEXT
    assert f"{Credit().session >> 20} MiB under way" in TEXT
    assert f"{_DENIALS_PER_SECOND:g} a second" in TEXT
    bound = re.search(r"^BOUND = (\d+) << 20$", (ROOT / "tests/threats/test_memory.py").read_text(), re.M)
    assert bound
    assert f"take from the daemon | {bound[1]} MiB |" in TEXT
