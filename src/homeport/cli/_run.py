"""``homeport run``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeport.cli._options import engine_options, gather

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.launch import EngineOptions

_TEST_OPTIONS = ("chrome_test", "junit", "test_replies", "test_arg", "test_timeout")


def _debugger(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Check ``--inspect`` before anything starts."""
    port = (value or "").rpartition(":")[2]
    if value is not None and not (port.isascii() and port.isdigit() and int(port[:6]) <= 65535):
        raise click.BadParameter(f"{value!r} is no [HOST:]PORT, such as 9229 or 127.0.0.1:9229.")
    return value


@click.command()
@click.argument("app", type=click.Path())
@click.option("--headless", is_flag=True, help="With no browser at all.")
@click.option("--browser", metavar="NAME", help="In this browser, such as firefox or chromium.")
@click.option("--no-open", is_flag=True, help="In a browser, but only print the address.")
@click.option(
    "--plain-wire", is_flag=True, help="In a browser: show all that is said in its network panel; slower."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any free",
    metavar="PORT",
    help="Where the pages are served, on loopback.",
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
    default=0,
    metavar="TIMES",
    help="Headless: start again after a crash, so often.",
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
def run(app: str, headless: bool, browser: str | None, no_open: bool, **options: Any) -> None:
    """Run APP: a folder with a manifest.json, a .zip or a .crx.

    An app with windows opens in the browser, if there is one; any other runs headless. Ctrl-C stops it,
    twice at once.

    \b
    Examples:
      homeport run ./my-app
      homeport run ./my-app.crx --browser firefox
      homeport run ./my-app --headless --map-host printer.old=192.168.1.20
      homeport run ./my-tests --chrome-test --junit results.xml
    """
    from homeport.launch import HostKind, LaunchOptions, choose_host, run_app

    engine = gather(options)
    tests = {name: options.pop(name) for name in _TEST_OPTIONS}
    opened = _open(app)
    if tests.pop("chrome_test"):
        from homeport.engine import run as run_loop

        sys.exit(run_loop(_run_tests(opened, engine, **tests)))
    choice = choose_host(opened, headless=headless, browser=browser is not None or no_open)
    if choice.why and not options["quiet"]:
        where = "headless" if choice.kind is HostKind.HEADLESS else "in the browser"
        click.echo(f"homeport: running {where}: {choice.why}", err=True)
    restarts = options.pop("restart")
    settings = LaunchOptions(
        host=choice.kind,
        engine=engine,
        browser=browser,
        open_browser=not no_open,
        restarts=restarts,
        **options,
    )
    sys.exit(run_app(opened, settings))


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
