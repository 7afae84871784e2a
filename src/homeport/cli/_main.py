"""The ``homeport`` command. Its subcommands are imported only when they are called: an app starts fast."""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from homeport._text import did_you_mean, one_line
from homeport.cli import _chromium
from homeport.errors import HomeportError, UserError

COMMANDS = {
    "run": "homeport.cli._run:run",
    "check": "homeport.cli._check:check",
    "explain": "homeport.cli._explain:explain",
    "ps": "homeport.cli._apps:ps",
    "apps": "homeport.cli._apps:ps",
    "stop": "homeport.cli._apps:stop",
    "service": "homeport.cli._service:service",
    "storage": "homeport.cli._storage:storage",
    "doctor": "homeport.cli._doctor:doctor",
}
_SHOWN = [name for name in COMMANDS if name != "apps"]

EXAMPLES = """\b
Examples:
  homeport run ./my-app              run an app, in the browser or without one
  homeport run ./my-app --headless   run it with no browser at all
  homeport check ./my-app            what it is, what it may reach, what to fix
  homeport service install ./my-app  start it at every boot
"""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return _SHOWN

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            meant = did_you_mean(args[0], _SHOWN)
            raise click.UsageError(f"{error.message} {meant}".rstrip(), ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        where = COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, _, name = where.partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{where} is no command")
        if cmd_name != "run":  # which has more to load, and sees to it once its apps run
            gc.enable()
        return command


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"homeport {version('homeport')}")
        ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Say which version this is.",
)
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.pass_context
def homeport(ctx: click.Context, debug: bool) -> None:
    """Run Chrome Apps that use chrome.sockets, unmodified, in any browser or with none."""
    ctx.obj = {"debug": debug}


def _open_standard_files() -> None:
    """Give the standard files a place where whoever started us closed them.

    Else the next file or socket that is opened takes their number, and is written to as standard output.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as we live
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _write_any_text() -> None:
    """Escape what standard output's encoding has no character for, as in a pipe on Windows."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; its exit status. Some commands end the process themselves."""
    _open_standard_files()
    _write_any_text()
    words = list(sys.argv[1:] if arguments is None else arguments)
    words = _chromium.translate(words)
    debug = "--debug" in words[: words.index("run")] if "run" in words else "--debug" in words
    try:
        status = homeport.main(args=words, prog_name="homeport", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        _say(UserError(_with_help(error)))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; that is how `homeport check … | head` ends.
        _give_output_up()
        return 1
    except Exception as error:
        if debug:
            raise
        _say(error)
        _give_output_up()
        return 1


def _with_help(error: click.ClickException) -> str:
    """What was wrong with the command line, and where it is said what would be right."""
    text = error.format_message()
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return text
    return f"{text} `{error.ctx.command_path} --help` says what there is."


def _give_output_up() -> None:
    """Let what could not be written go nowhere, or Python would complain of it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _say(error: Exception) -> None:
    """One line on what went wrong and what to do; a mistake of ours is owned up to."""
    match error:
        case HomeportError():
            text = str(error)
        case OSError(strerror=str(why), filename=None):
            text = f"{why}. `homeport --debug …` shows where."
        case OSError(strerror=str(why)):
            text = f"{error.filename}: {why}."
        case _:
            text = (
                f"this should not happen: {type(error).__name__}: {error}. "
                "Please report it with what `homeport --debug …` shows."
            )
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(one_line(text, 2000), err=True)
