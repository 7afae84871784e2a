"""What the source must not do, whoever writes the next part of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import homeport

SOURCE = Path(homeport.__file__).parent
FILES = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*.py")}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}

LOWEST = {"_lazy", "errors", "_locale", "_net_error_texts", "net_errors", "_text"}
#: What each package may import of Homeport beside itself and what is lowest; what is not named is refused.
MAY_IMPORT = {
    "_lazy": set(),
    "errors": set(),
    "_net_error_texts": set(),
    "net_errors": set(),
    "_text": set(),
    "_locale": set(),
    "manifest": set(),
    "wire": set(),
    "storage": set(),
    "runs": set(),
    "service": set(),
    "appfiles": {"manifest"},
    "engine": set(),
    "testing": {"engine"},
    "chrome": {"engine"},
    "audit": {"appfiles", "engine", "manifest"},
    "api": {"appfiles", "chrome", "engine", "manifest"},
    "inspect": {"appfiles", "chrome", "host", "manifest"},
    "host": {"appfiles", "chrome", "engine", "manifest", "storage", "wire"},
    "server": {"appfiles", "engine", "host", "manifest", "storage", "wire"},
    "launch": {"appfiles", "audit", "engine", "host", "manifest", "runs", "server", "storage"},
    "cli": {"appfiles", "engine", "host", "inspect", "launch", "manifest", "runs", "service", "storage"},
    "__main__": {"cli"},
    "__init__": {"api", "chrome", "engine", "manifest"},
}


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported anywhere in it, for types only too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            if node.module == "homeport":
                yield from (f"homeport.{alias.name}" for alias in node.names)


def package_of(name: str) -> str:
    return name.partition("/")[0].removesuffix(".py")


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the last part of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            yield node, name


@pytest.mark.parametrize("name", sorted(TREES))
def test_imports_point_downwards_only(name: str) -> None:
    package = package_of(name)
    assert package in MAY_IMPORT, f"{package} is new: say in MAY_IMPORT what it may import"
    allowed = MAY_IMPORT[package] | LOWEST | {package}
    for module in imported(TREES[name]):
        if module.startswith("homeport."):
            assert module.split(".")[1] in allowed, f"{name} imports {module}"


def test_the_packages_have_an_order() -> None:
    left = {package: set(allowed) for package, allowed in MAY_IMPORT.items()}
    while left:
        free = {package for package, needs in left.items() if not needs & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        for package in free:
            del left[package]


def test_the_apis_table_imports_nothing_but_the_table() -> None:
    for name, tree in TREES.items():
        if name.startswith("chrome/_table/") or name in ("chrome/_schema.py", "chrome/_namespace.py"):
            for module in imported(tree):
                inside = module.startswith(("homeport.chrome._", "homeport.net_errors", "homeport.errors"))
                assert inside or not module.startswith("homeport"), f"{name} imports {module}"


@pytest.mark.parametrize("package", ["wire", "manifest", "chrome/_table"])
def test_what_only_computes_opens_nothing(package: str) -> None:
    for name, tree in TREES.items():
        if name.startswith(f"{package}/"):
            found = {module.split(".")[0] for module in imported(tree)}
            assert not found & {"asyncio", "socket", "ssl", "subprocess", "threading", "aiohttp"}, name


def test_what_fetches_does_it_through_the_engine() -> None:
    for name, tree in TREES.items():
        for call, called in calls(tree):
            if called in ("ClientSession", "TCPConnector", "UnixConnector"):
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                connector = ast.unparse(given.get("connector", ast.Constant(None)))
                assert connector.startswith("EngineConnector("), f"{name} makes connections of its own"


def test_no_text_becomes_code() -> None:
    for name, tree in TREES.items():
        found = {module.split(".")[0] for module in imported(tree)}
        assert not found & {"pickle", "marshal", "shelve", "code", "codeop"}, name
        for call, called in calls(tree):
            direct = isinstance(call.func, ast.Name)
            assert not (direct and called in ("eval", "exec", "compile")), f"{name} calls {called}"
            assert called not in ("system", "popen", "getoutput", "getstatusoutput"), f"{name} calls {called}"
            assert all(keyword.arg != "shell" for keyword in call.keywords), f"{name} asks for a shell"


#: Who may start a program.
STARTS_PROGRAMS = {
    "cli/_doctor.py",
    "host/_bridge.py",  # names the type of what _runtime started
    "host/_browser.py",
    "host/_child.py",  # names what waiting for it raises
    "host/_kiosk.py",
    "host/_runtime.py",
    "host/_syntax.py",
    "launch/_addresses.py",
    "service/_systemd.py",
}


def test_programs_are_started_in_few_places() -> None:
    for name, tree in TREES.items():
        called = {each for _, each in calls(tree)}
        if "subprocess" in imported(tree) or "create_subprocess_exec" in called:
            assert name in STARTS_PROGRAMS
        assert "create_subprocess_shell" not in called


#: Who may read the clock that people set: to show it, or because the API is about it.
READS_THE_CLOCK = {
    *("audit/_log.py", "cli/_apps.py", "host/_alarms.py", "host/_app_host.py", "launch/_app_run.py"),
}


def test_nothing_is_timed_by_a_clock_that_can_be_set() -> None:
    for name, path in FILES.items():
        if name not in READS_THE_CLOCK:
            assert not re.search(
                r"\btime\.time\b|\bdatetime\.now\b|\bdate\.today\b", path.read_text("utf-8")
            ), name


PAGES = sorted((SOURCE / "page" / "src").rglob("*.ts"))
#: The document of a page without a browser: text of the app's own, in the app's own sandbox.
PARSES_ITS_OWN_PAGE = {"headless/dom.ts", "headless/dom_patches.ts"}
EVALUATES_ITS_OWN_SCRIPTS = {"headless/frame.ts"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_text_becomes_markup_or_code_in_a_page(path: Path) -> None:
    name = path.relative_to(SOURCE / "page" / "src").as_posix()
    text = re.sub(r"(?<!:)//[^\n]*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    if name not in PARSES_ITS_OWN_PAGE:
        markup = (
            r"\b(innerHTML|outerHTML|insertAdjacentHTML|srcdoc|DOMParser|createContextualFragment)\b\s*[=(]"
        )
        assert not re.search(markup, text)
        assert not re.search(r"document\.write", text)
    if name not in EVALUATES_ITS_OWN_SCRIPTS:
        assert not re.search(r"\beval\(|new Function\(|set(Timeout|Interval)\(\s*[\"'`]", text)


def test_there_are_pages_to_look_at() -> None:
    assert len(PAGES) > 40


def test_every_variable_of_ours_that_is_set_or_documented_is_read() -> None:
    places = [path.read_text("utf-8") for path in FILES.values()]
    docs = SOURCE.parent.parent / "docs" / "run.md"
    named = set(re.findall(r"\bHOMEPORT_[A-Z_]+\b", "".join(places) + docs.read_text("utf-8")))
    assert len(named) >= 3
    for name in named:
        assert any(f'environ.get("{name}")' in text for text in places), f"nobody reads {name}"


@pytest.mark.parametrize("name", FILES)
def test_text_is_read_and_written_in_a_stated_encoding(name: str) -> None:
    """Else it is Windows' own, which is another one there than here."""
    at_least = {"read_text": 1, "write_text": 2}
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in at_least:
            stated = any(keyword.arg == "encoding" for keyword in node.keywords)
            assert stated or len(node.args) >= at_least[node.func.attr], f"{name}:{node.lineno}"
