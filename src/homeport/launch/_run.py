"""A whole run of apps, from a program that has not loaded much yet to its exit status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from homeport.launch._choose import HostKind

if TYPE_CHECKING:
    from homeport.host import Runtime
    from homeport.launch._options import LaunchOptions, Placed


@contextmanager
def early_runtime() -> Iterator[Runtime | None]:
    """A JavaScript runtime as nearly every app wants it; if nobody takes it, it ends at the exit.

    It takes about as long to start as all that is ours takes to load, so it comes first. ``None``: it
    cannot be started, which whoever needs one will say.
    """
    from homeport.errors import UserError
    from homeport.host import start_runtime, usual_sandbox

    try:
        runtime = start_runtime(usual_sandbox())
    except UserError:
        runtime = None
    with runtime or nullcontext():
        yield runtime


def run_apps(apps: Sequence[Placed], options: LaunchOptions, early: Runtime | None = None) -> int:
    """Run ``apps`` until all have ended or somebody stops them; the exit status.

    The first takes the ``early`` runtime, if it runs headless and is as its page wants it. Else that is
    ended, and where one is needed another is started before the engine is loaded.

    Raises:
        UserError: nothing can be started; the text says what to do.
    """
    with _suitable(early, apps[0], options) or nullcontext() as runtime:
        from homeport.engine import run
        from homeport.launch._launch import launch

        return run(launch(apps, options, runtime))


def _suitable(early: Runtime | None, placed: Placed, options: LaunchOptions) -> Runtime | None:
    sandbox = None
    if placed.host is HostKind.HEADLESS:
        from homeport.launch._page_settings import page_settings

        sandbox = page_settings(placed.app, options).sandbox
    if early is not None:
        if early.sandbox == sandbox:
            return early
        early.drop()
    if sandbox is None:
        return None
    from homeport.host import start_runtime

    return start_runtime(sandbox)
