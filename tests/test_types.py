"""The type check covers all Python here, also what is added tomorrow."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parent.parent
OVERRIDES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]

UNTYPED = "def unannotated(): ...\n"
WRONG = 'def test_unannotated():\n    len(5)\n    "text" + 5\n'
PLACES = {
    "new/tool.py": (UNTYPED, {"no-untyped-def"}),
    "tools/new.py": (UNTYPED, {"no-untyped-def"}),
    "tests/conftest.py": (UNTYPED, {"no-untyped-def"}),
    "tests/new/conftest.py": (UNTYPED, {"no-untyped-def"}),
    "tests/support/new.py": (UNTYPED, {"no-untyped-def"}),
    "tests/new/test_right.py": (UNTYPED, set()),
    "tests/new/test_wrong.py": (WRONG, {"arg-type", "operator"}),
    "tests/test_wrong.py": (WRONG, {"arg-type", "operator"}),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What is found in another tree that has this project's settings: kinds of errors by file."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for name, (text, _) in PLACES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=tree, capture_output=True, text=True, timeout=280, check=False
    )
    errors = re.findall(r"^(.+?):\d+: error: .*\[([\w-]+)\]$", done.stdout.replace("\\", "/"), re.MULTILINE)
    assert errors, done.stdout + done.stderr
    return {name: {code for path, code in errors if path == name} for name in {path for path, _ in errors}}


@pytest.mark.parametrize("place", PLACES)
def test_mistakes_are_found_wherever_they_are_added(place: str, found: dict[str, set[str]]) -> None:
    assert found.get(place, set()) == PLACES[place][1]


def strict(module: str) -> bool:
    """Whether a module below ``tests`` must be annotated, by the last section that names it."""
    of_it = [
        section["disallow_untyped_defs"]
        for section in OVERRIDES
        for pattern in section["module"]
        if "disallow_untyped_defs" in section
        and re.fullmatch(re.escape(pattern).replace(r"\.\*", r"(\..*)?"), module)
    ]
    return bool(of_it[-1])


def test_what_tests_share_is_annotated_and_no_test_module_must_be() -> None:
    modules = {
        path: ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "tests").rglob("*.py")
        if "conformance" not in path.parts
    }
    assert modules
    for path, module in modules.items():
        assert strict(module) != path.name.startswith("test_"), f"{module}: see [tool.mypy] in pyproject.toml"
