"""``homeport check``: what an app is, what it may reach, what to fix, without running it."""

from __future__ import annotations

import json

import click

from homeport._text import one_line
from homeport.cli._progress import progress
from homeport.inspect import ApiUse, Level, Report, Status, Verdict, inspect_app

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.HINT: "cyan"}
_VERDICTS = {
    Verdict.RUNS: ("green", "It runs."),
    Verdict.RUNS_WITH_GAPS: ("yellow", "It runs, with gaps: see the warnings."),
    Verdict.DOES_NOT_RUN: ("red", "It does not run: see the errors."),
}


@click.command(short_help="Say what APP is, what it may reach, and what to fix in it.")
@click.argument("app", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.option("--verbose", is_flag=True, help="Every API with every place where it is used.")
def check(app: str, as_json: bool, verbose: bool) -> None:
    """Say what APP is, what it may reach, which chrome.* it calls, and what to fix. Nothing of it is run.

    Exit status 0 when nothing must be fixed, else 1.

    \b
    Examples:
      homeport check ./my-app
      homeport check ./my-app.crx --json
    """
    with progress(f"Looking at {app}"):
        report = inspect_app(app)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=1))
    else:
        _show(report, verbose)
    raise click.exceptions.Exit(report.exit_status)


def _show(report: Report, verbose: bool) -> None:
    _section("What it is", report.about)
    _section("What it may reach", report.reach)
    if report.apis:
        click.secho("Which APIs it uses", bold=True)
        for use in report.apis:
            if verbose or use.status is not Status.SUPPORTED:
                _show_api(use)
        supported = [use for use in report.apis if use.status is Status.SUPPORTED]
        if supported and not verbose:
            names = ", ".join(sorted({use.namespace for use in supported}))
            click.echo(f"  {len(supported)} of {len(report.apis)} are there: {names} (--verbose lists them)")
        click.echo()
    if report.problems:
        click.secho("What to fix", bold=True)
        for problem in report.problems:
            click.secho(f"  {problem.level:8s}", fg=_COLOURS[problem.level], nl=False)
            click.echo(one_line(str(problem), 2000))
        click.echo()
    colour, sentence = _VERDICTS[report.verdict]
    click.secho(sentence, fg=colour, bold=True)


def _section(title: str, sentences: tuple[str, ...]) -> None:
    if sentences:
        click.secho(title, bold=True)
        for sentence in sentences:
            click.echo(f"  {one_line(sentence, 2000)}")
        click.echo()


def _show_api(use: ApiUse) -> None:
    places = ", ".join(str(spot) for spot in use.spots[:3])
    more = f" and {len(use.spots) - 3} more" if len(use.spots) > 3 else ""
    note = f": {use.note}" if use.note else ""
    click.echo(one_line(f"  {use.name} ({use.status}) at {places}{more}{note}", 2000))
