"""``homeport ps`` (also ``apps``) and ``homeport stop``."""

from __future__ import annotations

import json
import time

import click

from homeport import runs
from homeport._text import duration, one_line, size, table
from homeport.cli._progress import progress


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def ps(as_json: bool) -> None:
    """List the apps that run now, with their sockets and bytes."""
    found = list(runs.running())
    if as_json:
        click.echo(json.dumps([run._asdict() for run in found], indent=1))
        return
    if not found:
        click.echo("Nothing runs. `homeport run APP` starts one.")
        return
    now = time.time()
    rows = [
        (
            str(r.pid),
            r.name,
            r.host,
            str(r.sockets),
            size(r.bytes_in),
            size(r.bytes_out),
            duration(now - r.started),
        )
        for r in found
    ]
    click.echo(table(("PID", "APP", "HOST", "SOCKETS", "IN", "OUT", "SINCE"), rows))


@click.command()
@click.argument("app")
@click.option("--timeout", default=10.0, show_default=True, help="Seconds to wait for its end.")
def stop(app: str, timeout: float) -> None:
    """Stop the running APP: its name, id, path or process id."""
    with progress(f"Stopping {app}"):
        stopped = runs.stop(app, patience=timeout)
    for run in stopped:
        click.echo(f"Stopped {one_line(run.name)} (process {run.pid}).")
