"""``homeport run``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeport._text import one_line
from homeport.cli._options import engine_options, gather

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.launch import Choice, EngineOptions

_TEST_OPTIONS = ("chrome_test", "junit", "test_replies", "test_arg", "test_timeout")


def _debugger(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Check ``--inspect`` before anything starts."""
    port = (value or "").rpartition(":")[2]
    if value is not None and not (port.isascii() and port.isdigit() and int(port[:6]) <= 65535):
        raise click.BadParameter(f"{value!r} is no [HOST:]PORT, such as 9229 or 127.0.0.1:9229.")
    return value


@click.command()
@click.argument("apps", metavar="APP...", nargs=-1, required=True, type=click.Path())
@click.option("--headless", is_flag=True, help="With no browser at all.")
@click.option("--browser", metavar="NAME", help="In this browser, such as firefox or chromium.")
@click.option(
    "--kiosk",
    is_flag=True,
    help="In a browser of its own that fills the screen and comes back when it falls.",
)
@click.option("--no-open", is_flag=True, help="In a browser, but only print the address.")
@click.option(
    "--plain-wire", is_flag=True, help="In a browser: show all that is said in its network panel; slower."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    show_default="the app's own",
    metavar="PORT",
    help="Where the pages are served, on loopback; 0: any free one.",
)
@click.option(
    "--inspect",
    metavar="[HOST:]PORT",
    callback=_debugger,
    help="Headless: open the debugger for Chrome DevTools.",
)
@click.option(
    "--idle",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Headless: unload an idle event page after this time.",
)
@click.option(
    "--restart",
    type=click.IntRange(min=0),
    default=None,
    metavar="TIMES",
    show_default="headless 0; a kiosk always",
    help="Start again after a crash, so often in a row.",
)
@click.option(
    "--audit-log",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Note connections, listeners and denials there (JSON lines).",
)
@click.option(
    "--learn",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write there the policy that the app's use needs; each run adds to it.",
)
@click.option(
    "--chrome-test", is_flag=True, help="Run an app that is its own test, written with chrome.test; headless."
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="--chrome-test: JUnit XML goes there.",
)
@click.option(
    "--test-replies",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="--chrome-test: what chrome.test.sendMessage is answered, by message (JSON; * for any other).",
)
@click.option("--test-arg", metavar="TEXT", help="--chrome-test: customArg of chrome.test.getConfig.")
@click.option(
    "--test-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="--chrome-test: for all.",
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors and what the app says.")
@click.option("--status/--no-status", default=None, help="The status line.  [on a terminal]")
@click.option("--end-with-shell", is_flag=True, hidden=True)
@engine_options
def run(
    apps: tuple[str, ...], headless: bool, browser: str | None, no_open: bool, kiosk: bool, **options: Any
) -> None:
    """Run APP: a folder with a manifest.json, a .zip or a .crx.

    An app with windows opens in the browser, if there is one; any other runs headless. Ctrl-C stops it,
    twice at once. Of several, each runs as it would alone, with its name before its lines; one that fails or
    ends does not end the others.

    \b
    Examples:
      homeport run ./my-app
      homeport run ./my-app.crx --browser firefox
      homeport run ./my-sign --kiosk
      homeport run ./my-app --headless --map-host printer.old=192.168.1.20
      homeport run ./apps/* --headless
      homeport run ./my-tests --chrome-test --junit results.xml
    """
    from homeport.launch import LaunchOptions, Placed, early_runtime, run_apps

    engine = gather(options)
    tests = {name: options.pop(name) for name in _TEST_OPTIONS}
    chrome_test = tests.pop("chrome_test")
    inspect = options["inspect"] is not None
    if len(apps) > 1:
        sentence = f"{{}} is for one APP; you named {len(apps)}."
        _refuse(sentence, chrome_test=chrome_test, inspect=inspect, kiosk=kiosk)
    if kiosk:
        sentence = "--kiosk shows the app in a browser, which {} does not."
        _refuse(sentence, headless=headless, no_open=no_open, chrome_test=chrome_test, inspect=inspect)
    if chrome_test:
        from homeport.engine import run as run_loop

        sys.exit(run_loop(_run_tests(open_apps(apps)[0], engine, **tests)))
    with early_runtime() if headless and not inspect else nullcontext() as early:
        opened = open_apps(apps)
        choices = [_choose(app, headless, browser is not None or no_open or kiosk) for app in opened]
        if not options["quiet"]:
            _tell_choices(opened, choices)
        settings = LaunchOptions(
            engine=engine,
            browser=browser,
            open_browser=not no_open,
            restarts=options.pop("restart"),
            kiosk=kiosk,
            **options,
        )
        placed = [Placed(app, choice.kind) for app, choice in zip(opened, choices, strict=True)]
        sys.exit(run_apps(placed, settings, early))


def _refuse(sentence: str, **given: bool) -> None:
    """See to it that none of these options is given; ``sentence`` says why it must not be."""
    for name, wanted in given.items():
        if wanted:
            raise click.UsageError(sentence.format(f"--{name.replace('_', '-')}"))


def _choose(app: App, headless: bool, browser: bool) -> Choice:
    from homeport.launch import choose_host

    return choose_host(app, headless=headless, browser=browser)


def _tell_choices(apps: Sequence[App], choices: Sequence[Choice]) -> None:
    """Say where each runs and why, if that was not asked for."""
    from homeport.launch import HostKind

    for choice in dict.fromkeys(choices):
        if choice.why:
            where = "headless" if choice.kind is HostKind.HEADLESS else "in the browser"
            names = (app.manifest.name for app, its in zip(apps, choices, strict=True) if its == choice)
            which = f": {', '.join(names)}" if len(apps) > 1 else ""
            click.echo(one_line(f"homeport: running {where}: {choice.why}{which}"), err=True)


def open_apps(paths: Sequence[str]) -> list[App]:
    """The apps at these paths; of several, those that can be opened: it says why the others cannot.

    Raises:
        UserError: none can be.
    """
    from homeport.errors import UserError

    opened: dict[str, tuple[str, App]] = {}
    for path in paths:
        try:
            app = _open(path)
            if app.id in opened:
                raise UserError(f"{path} is the same app as {opened[app.id][0]}.")
        except UserError as error:
            if len(paths) == 1:
                raise
            click.echo(f"homeport: {one_line(str(error), 2000)}", err=True)
        else:
            opened[app.id] = path, app
    if not opened:
        raise UserError("None of the apps can be run.")
    return [app for _, app in opened.values()]


def _open(path: str) -> App:
    from homeport.appfiles import open_app

    if not Path(path).is_file():
        return open_app(path)
    from homeport.cli._progress import progress

    with progress(f"Unpacking {path}"):
        return open_app(path)


async def _run_tests(
    app: App,
    engine: EngineOptions,
    *,
    junit: Path | None,
    test_replies: Path | None,
    test_arg: str | None,
    test_timeout: float,
) -> int:
    from homeport.launch import TestOptions, make_engine, read_replies, run_tests

    options = TestOptions(junit, read_replies(test_replies), test_arg, test_timeout)
    running = make_engine(engine)
    try:
        return await run_tests(app, running, options, sys.stdout, sys.stderr)
    finally:
        await running.aclose()
