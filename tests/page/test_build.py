"""The page's scripts can be built from the source tree alone, with the Deno of the Python package."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def build_page():
    """The module ``tools/build_page.py``."""
    spec = importlib.util.spec_from_file_location("build_page", ROOT / "tools" / "build_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(build_page, tmp_path_factory):
    """The scripts, built in a copy that holds nothing but the sources."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("deno.json", "deno.lock"):
        shutil.copy(ROOT / name, root / name)
    page = root / build_page.PAGE
    for name in ("src", "static"):
        shutil.copytree(ROOT / build_page.PAGE / name, page / name)
    return {path.name: path for path in build_page.build(root)}


def test_every_entry_and_every_static_file_is_there(build_page, built):
    """The bundle holds each entry's script and each file of ``static``, and none is empty."""
    static = [path.name for path in (ROOT / build_page.PAGE / "static").iterdir()]
    assert sorted(built) == sorted([*(entry.output for entry in build_page.ENTRIES), *static])
    assert all(path.stat().st_size > 0 for path in built.values())


def test_browser_scripts_run_as_classic_scripts(build_page, built):
    """They import and export nothing, and run before a page's own first script can."""
    for entry in build_page.ENTRIES:
        if entry.platform == "browser":
            compile_it = f"new Function(await Deno.readTextFile({str(built[entry.output])!r}))"
            subprocess.run([build_page.find_deno(), "eval", compile_it], check=True)
