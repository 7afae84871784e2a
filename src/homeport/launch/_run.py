"""A whole run of one app, from a program that has not loaded much yet to its exit status."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from homeport.launch._choose import HostKind

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.host import Runtime
    from homeport.launch._options import LaunchOptions


def run_app(app: App, options: LaunchOptions) -> int:
    """Run ``app`` until it ends or somebody stops it; the exit status.

    The JavaScript runtime takes about as long to start as the engine takes to load, so it is started first.

    Raises:
        UserError: it cannot be started; the text says what to do.
    """
    with ExitStack() as stack:
        runtime = None
        if options.host is HostKind.HEADLESS:
            runtime = stack.enter_context(_start_runtime(app, options))
        from homeport.engine import run
        from homeport.launch._launch import launch

        return run(launch(app, options, runtime))


def _start_runtime(app: App, options: LaunchOptions) -> Runtime:
    from homeport.host import start_runtime
    from homeport.launch._page_settings import page_settings

    return start_runtime(page_settings(app, options).sandbox)
