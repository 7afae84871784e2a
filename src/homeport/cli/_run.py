"""``homeport run``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from homeport.cli._options import engine_options, gather


@click.command()
@click.argument("app", type=click.Path())
@click.option("--headless", is_flag=True, help="With no browser at all.")
@click.option("--browser", metavar="NAME", help="In this browser, such as firefox or chromium.")
@click.option("--no-open", is_flag=True, help="In a browser, but only print the address.")
@click.option("--port", default=0, show_default="any free", help="Where the pages are served, on loopback.")
@click.option("--inspect", metavar="[HOST:]PORT", help="Headless: open the debugger for Chrome DevTools.")
@click.option(
    "--idle", type=float, metavar="SECONDS", help="Headless: unload an idle event page after this time."
)
@click.option("--restart", default=0, metavar="TIMES", help="Headless: start again after a crash, so often.")
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
@click.option("--quiet", is_flag=True, help="Say nothing but errors and what the app says.")
@click.option("--status/--no-status", default=None, help="The status line.  [on a terminal]")
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
    """
    from homeport.appfiles import open_app
    from homeport.engine import run as run_loop
    from homeport.launch import HostKind, LaunchOptions, choose_host, launch

    engine = gather(options)
    opened = open_app(app)
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
    sys.exit(run_loop(launch(opened, settings)))
