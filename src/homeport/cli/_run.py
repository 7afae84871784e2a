"""``homeport run``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeport._text import one_line
from homeport.cli._options import engine_options, gather

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.launch import Choice, EngineOptions

_ABOUT_TESTS = ("junit", "test_replies", "test_arg")
_TEST_OPTIONS = ("chrome_test", "test_timeout", *_ABOUT_TESTS)


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
    from homeport.launch import HostKind, LaunchOptions, Placed, early_runtime, run_apps

    engine = gather(options)
    tests = {name: options.pop(name) for name in _TEST_OPTIONS}
    chrome_test = tests.pop("chrome_test")
    inspect = options["inspect"] is not None
    given = {name: tests[name] is not None for name in _ABOUT_TESTS} | {"chrome_test": chrome_test}
    given |= {"headless": headless, "kiosk": kiosk, "inspect": inspect}
    given |= {"no_open": no_open, "browser": browser is not None}
    _check(given, len(apps))
    if chrome_test:
        from homeport.engine import run as run_loop

        sys.exit(run_loop(_run_tests(open_apps(apps)[0], engine, **tests)))
    with early_runtime() if headless and not inspect else nullcontext() as early:
        opened = open_apps(apps)
        choices = [_choose(app, headless, browser is not None or no_open or kiosk) for app in opened]
        if inspect and choices[0].kind is HostKind.BROWSER:
            raise click.UsageError("--inspect is for --headless; in a browser its own tools show the app.")
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
        if any(each.host is HostKind.BROWSER for each in placed):
            from homeport.launch import left_to_run

            placed = left_to_run(placed, settings, partial(_note, settings.quiet))
        sys.exit(run_apps(placed, settings, early) if placed else 0)


def _note(quiet: bool, text: str) -> None:
    if not quiet:
        click.echo(f"homeport: {one_line(text)}", err=True)


def _check(given: Mapping[str, bool], apps: int) -> None:
    """See to it that no option is given beside one with which it would do nothing.

    Raises:
        click.UsageError: one is.
    """

    def refuse(sentence: str, *names: str) -> None:
        for name in names:
            if given[name]:
                raise click.UsageError(sentence.format(f"--{name.replace('_', '-')}"))

    if apps > 1:
        refuse(f"{{}} is for one APP; you named {apps}.", "chrome_test", "inspect", "kiosk")
    if given["kiosk"]:
        sentence = "--kiosk shows the app in a browser, which {} does not."
        refuse(sentence, "headless", "no_open", "chrome_test", "inspect")
    if given["headless"]:
        refuse("{} is about a browser, and --headless wants none.", "browser", "no_open")
    if not given["chrome_test"]:
        refuse("{} is about an app that tests itself; add --chrome-test.", *_ABOUT_TESTS)


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
