"""Chromium's way to start an app, so that a test suite that starts ``$CHROME`` runs unchanged.

``homeport --load-and-launch-app=DIR [flags]`` is ``homeport run DIR``; the flags that mean something here are
translated, the rest of Chromium's flags are accepted and ignored, with one line that says so. Such a run
ends with the shell that waits for it: a suite that ends what it started does not know which of them it hits.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

_LAUNCH = "--load-and-launch-app"


def _host_map(rules: str) -> list[str]:
    """``--host-resolver-rules="MAP a b, MAP c d:1"`` as our own ``--map-host`` options."""
    options = []
    for rule in rules.strip("\"'").split(","):
        match rule.split():
            case ["MAP", name, address]:
                options += ["--map-host", f"{name}={address}"]
    return options


def translate(words: Sequence[str]) -> list[str]:
    """Our own arguments for a call in Chromium's manner; any other call comes back as it is."""
    launch = next((i for i, word in enumerate(words) if word.partition("=")[0] == _LAUNCH), None)
    if launch is None or "run" in words[:1]:
        return list(words)
    _, equals, folder = words[launch].partition("=")
    rest = [*words[:launch], *words[launch + 1 :]]
    if not equals and launch < len(rest):
        folder = rest.pop(launch)
    options: list[str] = []
    ignored: list[str] = []
    for word in rest:
        name, _, value = word.partition("=")
        if name == "--headless":
            options.append("--headless")
        elif name == "--host-resolver-rules":
            options += _host_map(value)
        elif name.startswith("--"):
            ignored.append(name)
    if ignored:
        sys.stderr.write(f"homeport: ignored Chromium's {', '.join(sorted(set(ignored)))}\n")
    return ["run", folder, "--end-with-shell", *options]
