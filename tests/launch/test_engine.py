"""An operator's options make the engine that they describe, or a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from homeport.engine import run
from homeport.errors import UserError
from homeport.launch import EngineOptions, make_engine


def make(**options: Any) -> None:
    async def begin() -> None:
        engine = make_engine(EngineOptions(**options))
        await engine.aclose()

    run(begin())


def test_without_options_there_is_an_engine() -> None:
    make()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"map_host": ["nonsense"]}, "NAME=ADDRESS"),
        ({"ca_files": [Path("/none.pem")]}, "--ca-file"),
        ({"policy": Path("/none.toml")}, "none.toml"),
        ({"multicast_interface": "x0"}, r"--multicast-interface: no interface is called 'x0'; there are \w+"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(options: dict[str, object], text: str) -> None:
    with pytest.raises(UserError, match=text):
        make(**options)
