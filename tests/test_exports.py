"""The front door: what ``homeport`` itself offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import homeport


@pytest.mark.parametrize("name", homeport.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(homeport, name) is not None
    assert name in dir(homeport)


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = homeport.nonsense  # type: ignore[attr-defined]  # whoever checks types hears of it, too


def test_importing_it_loads_nothing_heavy() -> None:
    program = "import sys, homeport; sys.exit('asyncio' in sys.modules or 'ssl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_running_what_is_no_coroutine_is_refused_as_by_asyncio() -> None:
    async def main() -> None: ...

    with pytest.raises(ValueError, match="a coroutine was expected, got <function"):
        homeport.run(main)  # type: ignore[arg-type]
