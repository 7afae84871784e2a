"""Write ``docs/commands.md``: every command with its options, as ``--help`` has them.

Usage: python -m tools.generate_commands [--check]
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from tools.emit import emit

from homeport.cli._main import homeport

TARGET = Path(__file__).resolve().parent.parent / "docs" / "commands.md"

HEAD = """\
# Commands

All that the command line takes, as its own `--help` says.
"""


def paragraphs(text: str) -> Iterator[str]:
    r"""A command's own words. What follows a ``\b`` keeps its lines: what they are, then examples."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        plain, _, kept = paragraph.partition("\b\n")
        if plain.strip():
            yield plain.strip()
        if kept:
            title, *lines = kept.splitlines()
            yield title
            yield block(*(line.strip() for line in lines))


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", r"\|")


def block(*lines: str) -> str:
    """Lines as they are typed."""
    return "\n".join(["```text", *lines, "```"])


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """A table of the options that are not hidden."""
    own = (param for param in command.params if isinstance(param, click.Option))
    records = [record for param in own if (record := param.get_help_record(context)) is not None]
    if records:
        lines = [f"| `{cell(option)}` | {cell(text)} |" for option, text in records]
        yield "\n".join(["| option | |", "|---|---|", *lines])


def section(command: click.Command, parent: click.Context) -> Iterator[str]:
    """One command, and those below it."""
    context = click.Context(command, info_name=command.name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## {context.command_path}"
    yield block(usage)
    yield from paragraphs(command.help or "")
    yield from options(command, context)
    yield from below(command, context)


def below(command: click.Command, context: click.Context) -> Iterator[str]:
    """The commands of a group, in its order."""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from section(inner, context)


def generate() -> str:
    """The page."""
    context = click.Context(homeport, info_name="homeport")
    parts = [HEAD.strip(), *options(homeport, context), *below(homeport, context)]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the page, or with ``--check`` say whether it is fresh."""
    return emit({TARGET: generate()})


if __name__ == "__main__":
    sys.exit(main())
