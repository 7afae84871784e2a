"""How an app's page runs without a browser, as an operator wants it."""

from __future__ import annotations

from homeport.appfiles import App
from homeport.host import PageSettings, settings_for
from homeport.launch._options import LaunchOptions


def page_settings(app: App, options: LaunchOptions) -> PageSettings:
    """How the app's page runs: as suits the app, but for what the options say."""
    settings = settings_for(app)
    sandbox = settings.sandbox
    if options.inspect is not None:
        host, _, port = options.inspect.rpartition(":")
        sandbox = sandbox._replace(inspect=f"{host or '127.0.0.1'}:{port}")
    idle = settings.idle if options.idle is None else options.idle
    return settings._replace(sandbox=sandbox, idle=idle)
