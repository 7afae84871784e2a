"""A whole run of apps, from a program that has not loaded much yet to its exit status."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from homeport.launch._choose import HostKind

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.host import Runtime
    from homeport.launch._options import LaunchOptions, Placed


def run_apps(apps: Sequence[Placed], options: LaunchOptions) -> int:
    """Run ``apps`` until all have ended or somebody stops them; the exit status.

    The JavaScript runtime takes about as long to start as the engine takes to load, so that of the first app
    is started before.

    Raises:
        UserError: nothing can be started; the text says what to do.
    """
    with ExitStack() as stack:
        runtime = None
        if apps[0].host is HostKind.HEADLESS:
            runtime = stack.enter_context(_start_runtime(apps[0].app, options))
        from homeport.engine import run
        from homeport.launch._launch import launch

        return run(launch(apps, options, runtime))


def _start_runtime(app: App, options: LaunchOptions) -> Runtime:
    from homeport.host import start_runtime
    from homeport.launch._page_settings import page_settings

    return start_runtime(page_settings(app, options).sandbox)
