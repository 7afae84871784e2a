"""Front doors that load nothing by themselves still open on every name."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

LAZY = ["homeport.appfiles", "homeport.engine", "homeport.host", "homeport.launch"]


@pytest.mark.parametrize("package", LAZY)
def test_every_name_is_behind_the_door_and_no_other(package: str) -> None:
    module = import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match=rf"module '{package}' has no attribute 'nonsense'"):
        _ = module.nonsense


@pytest.mark.parametrize("package", LAZY)
def test_the_door_alone_loads_nothing(package: str) -> None:
    program = (
        f"import sys, {package}; print(*(n for n in sys.modules if n.startswith(('{package}.', 'asyncio'))))"
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.split() == []


def test_what_was_asked_for_once_is_there() -> None:
    host = import_module("homeport.host")
    assert host.PageSettings is vars(host)["PageSettings"]
