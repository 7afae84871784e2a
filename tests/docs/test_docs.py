"""What the documentation shows is true: commands exist, files parse; the other tests here run its code."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest

from homeport.cli._main import homeport as command
from homeport.engine import parse_policy
from homeport.manifest import parse_sockets_key

from .blocks import PAGES, SHOWN_ONLY, blocks, blocks_of, spans

EXECUTED = {"sh", "python", "js", "toml", "json"}


def commands() -> Iterator[Any]:
    for param in blocks("sh"):
        for line in param.values[0].splitlines():
            for part in line.split("#")[0].split("&&"):
                words = shlex.split(part.split(" > ")[0])
                if words[:1] == ["sudo"]:
                    words = words[1:]
                if words and words[0].rpartition("/")[2] == "homeport":
                    yield pytest.param(words[1:], id=f"{param.id}: {' '.join(words[1:])}")
    for start in ("homeport ", "sudo homeport "):
        for param in spans(start):
            words = shlex.split(param.values[0].removeprefix("sudo ").split(" > ")[0])
            yield pytest.param(words[1:], id=param.id)


@pytest.mark.parametrize("words", list(commands()))
def test_a_command_that_is_shown_exists_with_its_options(words: list[str]) -> None:
    context = click.Context(command)
    shown: click.Command = command
    while isinstance(shown, click.Group) and words and not words[0].startswith("-"):
        found = shown.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        shown, words = found, words[1:]
    if words or not isinstance(shown, click.Group):
        missing = [p.name for p in shown.params if isinstance(p, click.Argument)] if not words else []
        shown.make_context("homeport", [*words, *map(str, missing)], parent=context)


def test_every_block_is_of_a_language_that_is_tested_or_only_shown() -> None:
    found = {kind for page in PAGES for kind, _ in blocks_of(page)}
    assert found - SHOWN_ONLY <= EXECUTED


@pytest.mark.parametrize("text", list(blocks("toml")))
def test_a_policy_that_is_shown_can_be_read(text: str) -> None:
    assert parse_policy(text).rules


@pytest.mark.parametrize("text", list(blocks("json")))
def test_a_manifest_key_that_is_shown_can_be_read(text: str) -> None:
    assert parse_sockets_key(json.loads("{" + text + "}")["sockets"])
