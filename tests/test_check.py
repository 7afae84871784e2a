"""The one command that checks everything: what it asks of the machine, of what is locked and of a wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def load() -> Callable[..., ModuleType]:
    """Loads ``tools/check.py``, or another of the tools."""

    def load(name: str = "check") -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def tool(load: Callable[..., ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``tools/check.py``, whose programs are those in ``tmp_path``."""
    for name in ("CHROMIUM", "FIREFOX"):
        monkeypatch.delenv(name, raising=False)
    module = load()
    monkeypatch.setattr(module, "BIN", tmp_path)
    return module


def say(folder: Path, text: str, status: int) -> None:
    program = folder / "pip-audit"
    program.write_text(f"#!/bin/sh\necho '{text}' >&2\nexit {status}\n")
    program.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="what is missing differs by system")
@pytest.mark.parametrize(
    ("apt_get", "sentence"),
    [
        (None, "The tests need chromium, firefox-esr, iproute2"),
        ("exit 100", "apt-get could not install chromium, firefox-esr, iproute2"),
    ],
)
def test_what_the_machine_lacks_is_named_before_anything_else_is_done(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apt_get: str | None, sentence: str
) -> None:
    if apt_get is not None:
        for name, text in {"apt-get": apt_get, "sudo": f'test "$2" = true || {apt_get}'}.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tool, "VENV", tmp_path / "venv")
    monkeypatch.setattr(sys, "argv", ["check.py", "lint"])
    with pytest.raises(SystemExit, match=sentence) as ended:
        tool.main()
    assert "named in CHROMIUM and FIREFOX" in str(ended.value)
    assert not (tmp_path / "venv").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="what is missing differs by system")
def test_browsers_that_are_elsewhere_are_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: Callable[..., ModuleType]
) -> None:
    for name in ("chrome", "fox", "ip"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chrome"))
    monkeypatch.setenv("FIREFOX", str(tmp_path / "fox"))
    load().browsers()


@pytest.mark.skipif(os.name == "nt", reason="the program is a script of the shell")
@pytest.mark.parametrize(
    "count", ["1 known vulnerability in 1 package", "2 known vulnerabilities in 2 packages"]
)
def test_what_is_found_fails_it(tool: ModuleType, tmp_path: Path, count: str) -> None:
    say(tmp_path, f"Found {count}", 1)
    with pytest.raises(SystemExit, match="vulnerabilities"):
        tool.audit()


@pytest.mark.skipif(os.name == "nt", reason="the program is a script of the shell")
@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("No known vulnerabilities found", 0, "No known vulnerabilities found"),
        (
            *("Traceback: many lines\nConnectionError: Name or service not known", 1),
            "Nobody could be asked: ConnectionError: Name or service not known",
        ),
    ],
)
def test_nothing_found_and_nobody_to_ask_do_not_and_are_a_line(
    tool: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    status: int,
    told: str,
) -> None:
    say(tmp_path, text, status)
    tool.audit()
    assert capsys.readouterr().out.strip() == told


def test_what_builds_a_release_is_pinned_to_what_is_locked() -> None:
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    lock = (ROOT / "requirements" / "dev.lock").read_text()
    assert requires
    for requirement in requires:
        assert f"\n{requirement} \\\n    --hash=sha256:" in lock, requirement


def test_a_wheel_has_every_script_that_is_built(load: Callable[..., ModuleType]) -> None:
    built = {f"page/_dist/{entry.output}" for entry in load("build_page").ENTRIES}
    assert {name for name in load().IN_WHEEL if name.endswith(".js")} == built


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({"homeport/page/src/shim.ts": ""}, r"strayed \['page/src/shim.ts'\]"),
        ({"tests/x.txt": ""}, r"strayed \['tests/x.txt'\]"),
        ({"homeport/py.typed": None}, r"missing \['py.typed'\]"),
    ],
)
def test_a_wheel_with_more_or_less_than_it_needs_is_refused(
    tool: ModuleType, tmp_path: Path, change: dict[str, str | None], complaint: str | None
) -> None:
    files: dict[str, str | None] = {f"homeport/{name}": "" for name in ("__init__.py", *tool.IN_WHEEL)}
    files |= {"homeport-0.1.dist-info/RECORD": "", **change}
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        for name, text in files.items():
            if text is not None:
                wheel.writestr(name, text)
    if complaint is None:
        tool.contents(tmp_path / "x.whl")
    else:
        with pytest.raises(SystemExit, match=complaint):
            tool.contents(tmp_path / "x.whl")


RUNS = ("all-others", "conformance", "apps")

#: Stands for pytest: waits until all runs are there, and fails as told, at its first try.
PYTEST = """#!/bin/sh
cache=${4#cache_dir=}
run=$(basename "$cache")
case "$*" in *--last-failed*) echo "again $run"; exit $AGAIN;; esac
mkdir -p "$cache/v/cache"
touch "$cache.up"
while [ "$(ls "$(dirname "$cache")" | grep -c up)" -lt 3 ]; do sleep 0.01; done
echo "first $run"
[ "$run" = "$FAILS" ] || exit 0
echo "$FAILED" > "$cache/v/cache/lastfailed"
exit $STATUS
"""


@pytest.fixture
def pytest_step(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Makes that step with a run that fails, and gives what it said; a failure's text, too."""
    if sys.platform == "win32":
        pytest.skip("its stand-in is a shell script")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    program = tmp_path / "python"
    program.write_text(PYTEST)
    program.chmod(0o755)

    def step(fails: str = "", failed: int = 1, status: int = 1, again: int = 0) -> str:
        for name, value in {
            "FAILS": fails,
            "FAILED": json.dumps({f"test_{number}": True for number in range(failed)}),
            "STATUS": str(status),
            "AGAIN": str(again),
        }.items():
            monkeypatch.setenv(name, value)
        try:
            tool.pytest([])
        except SystemExit as end:
            return f"{capfd.readouterr().out}{end.code}"
        return capfd.readouterr().out

    return step


def test_all_tests_are_run_three_runs_at_a_time(pytest_step: Callable[..., str], tool: ModuleType) -> None:
    said = pytest_step()
    assert all(f"first {name}" in said for name in RUNS)
    assert "again" not in said
    others, *shares = tool.SIDE_BY_SIDE.values()
    folders = [folder for share in shares for folder in share]
    assert others == ["tests", *(f"--ignore={folder}" for folder in folders)]
    assert len(set(folders)) == len(folders)
    assert all((ROOT / folder).is_dir() for folder in folders)


@pytest.mark.parametrize("run", RUNS)
def test_a_few_that_fail_are_named_and_tried_once_more(pytest_step: Callable[..., str], run: str) -> None:
    said = pytest_step(run, failed=2)
    assert "Tried once more:\n  test_0\n  test_1\n" in said
    assert f"again {run}" in said
    assert "The tests failed." not in said


@pytest.mark.parametrize("how", [{"again": 1}, {"failed": 6}, {"failed": 0}, {"status": 2}])
def test_what_fails_twice_or_much_or_otherwise_has_failed(
    pytest_step: Callable[..., str], how: dict[str, int]
) -> None:
    assert pytest_step("apps", **how).endswith("The tests failed.")


#: Stands for a row of steps: waits until the other is there too, and fails as told.
ROW = """
import os, pathlib, sys, time
here, first = pathlib.Path(__file__).parent, sys.argv[2]
(here / f"{first}.up").touch()
while len(list(here.glob("*.up"))) < 2:
    time.sleep(0.01)
print("did", *sys.argv[1:])
sys.exit(first == os.environ.get("FAILS"))
"""


@pytest.fixture
def row(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "row.py").write_text(ROW)
    monkeypatch.setattr(tool, "__file__", str(tmp_path / "row.py"))


@pytest.mark.usefixtures("row")
def test_every_step_between_lint_and_the_tests_is_in_one_of_two_rows_that_go_at_the_same_time(
    tool: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    tool.rows()
    said = capfd.readouterr().out
    assert all(f"did --prepared {' '.join(steps)}\n" in said for steps in tool.ROWS)
    assert sorted(["lint", *(step for steps in tool.ROWS for step in steps)]) == sorted(tool.STEPS)


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize("number", [0, 1])
def test_a_step_that_fails_in_either_row_fails_it_and_is_shown(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], number: int
) -> None:
    monkeypatch.setenv("FAILS", tool.ROWS[number][0])
    with pytest.raises(SystemExit, match="FAILED"):
        tool.rows()
    assert capfd.readouterr().out.count("did --prepared") == 2
