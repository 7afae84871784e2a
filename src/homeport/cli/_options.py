"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from homeport.launch import EngineOptions

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Of what decides where an app may go.
_DOOR = (
    click.option(
        "--map-host",
        multiple=True,
        metavar="NAME=ADDR[:PORT]",
        help="Answer for a host name, as for a server that is gone. May be repeated.",
    ),
    click.option("--policy", type=click.Path(path_type=Path), help="What apps may reach here (TOML)."),
)
_OTHERS = (
    click.option(
        "--ca-file",
        "ca_files",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Trust this authority too (PEM), for secure(). May be repeated.",
    ),
    click.option("--multicast-interface", metavar="NAME", help="Where multicast groups are joined."),
    click.option(
        "--strict-chromium", is_flag=True, help="Give -100 for every end of a connection, as Chromium."
    ),
)


def door_options(command: _Command) -> _Command:
    """Add the options that decide where an app may go; :func:`gather` turns them into one object."""
    for option in reversed(_DOOR):
        command = option(command)
    return command


def engine_options(command: _Command) -> _Command:
    """Add all options that describe the engine; :func:`gather` turns them into one object."""
    for option in reversed(_OTHERS):
        command = option(command)
    return door_options(command)


def gather(options: dict[str, Any]) -> EngineOptions:
    """Take the engine's options out of a command's keyword arguments."""
    from homeport.launch import EngineOptions

    names = ("map_host", "ca_files", "policy", "multicast_interface", "strict_chromium")
    return EngineOptions(**{name: options.pop(name) for name in names if name in options})
