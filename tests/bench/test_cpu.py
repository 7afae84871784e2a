"""Whose processor time it was."""

from __future__ import annotations

import pytest
from bench.cpu import by_role, per_unit, role


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python -m bench.peer", "peer"),
        ("/usr/lib/chromium/chromium --type=renderer --lang=en", "page"),
        ("chromium --type=utility --utility-sub-type=network.mojom.NetworkService", "browser's network"),
        ("/usr/lib/chromium/chromium --headless=new", "browser"),
        ("/usr/lib/firefox-esr/firefox-esr -contentproc -isForBrowser tab", "page"),
        ("python -m homeport run app --headless", "daemon"),
        ("deno run --no-prompt src/homeport/page/_dist/headless.js", "page"),
        ("node bench/node_face.js", "program"),
        ("something else", "other"),
    ],
)
def test_a_process_is_known_by_its_command_line(command, name):
    assert role(command) == name


def test_only_what_was_spent_between_the_looks_counts():
    before = {1: ("daemon", 2.0), 2: ("page", 1.0)}
    after = {1: ("daemon", 2.5), 2: ("page", 1.0), 3: ("page", 0.25)}
    assert by_role(before, after) == {"daemon": 0.5, "page": 0.25}


def test_costs_are_for_each_operation_or_each_megabyte():
    assert per_unit({"daemon": 0.5}, {"per_s": 1000.0, "seconds": 2.0}) == {"daemon": 250.0}
    assert per_unit({"daemon": 0.5}, {"MB_per_s": 100.0, "seconds": 2.0}) == {"daemon": 2500.0}
