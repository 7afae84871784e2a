"""The bill of materials names what a release needs, and nothing that only its authors need."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "tools" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bill(tool: ModuleType) -> dict[str, Any]:
    try:
        found: dict[str, Any] = tool.bill()
    except tool.metadata.PackageNotFoundError:
        pytest.skip("homeport is not installed, so it has no version")
    return found


def test_it_names_what_is_needed_at_run_time_with_its_needs(bill: dict[str, Any]) -> None:
    names = {component["name"] for component in bill["components"]}
    assert {"aiohttp", "click", "multidict", "platformdirs", "linkedom", "css-select"} <= names
    if sys.platform != "win32":
        assert "uvloop" in names


def test_it_does_not_name_what_only_authors_need(bill: dict[str, Any]) -> None:
    names = {component["name"] for component in bill["components"]}
    assert not names & {"pytest", "mypy", "ruff", "sphinx", "@types/chrome-apps", "jquery"}


def test_each_component_has_a_version_and_hashes(bill: dict[str, Any]) -> None:
    for component in bill["components"]:
        assert component["purl"].endswith(f"@{component['version']}")
        lengths = {"SHA-256": 64, "SHA-512": 128}
        assert component["hashes"]
        assert all(len(h["content"]) == lengths[h["alg"]] for h in component["hashes"])


def test_the_same_sources_give_the_same_bill(tool: ModuleType, bill: dict[str, Any]) -> None:
    assert tool.bill() == bill
