"""The benchmark as a whole, made small."""

from __future__ import annotations

import json
import shutil

import pytest
from bench.run import arguments, main
from bench.servers import measure_servers, servers_table


@pytest.mark.slow
async def test_a_small_run_of_headless_and_of_python_gives_figures_of_everything_they_do(tmp_path):
    wanted = [
        "call",
        "rtt:64",
        "recv:65536",
        "send:65536:8",
        "udp:64:16",
        "connect",
        "accept:echo:1",
        "many:100:64",
    ]
    out, table, svg = tmp_path / "out.json", tmp_path / "table.md", tmp_path / "plot.svg"
    places = ["--out", str(out), "--markdown", str(table), "--svg", str(svg)]
    options = arguments(
        [*wanted, "--rounds", "1", "--seconds", "0.05", *places, "--faces", "headless", "python"]
    )
    record = await main(options)
    assert record.lost == []
    made = json.loads(out.read_text())["app"]["summary"]
    assert {name: set(by) for name, by in made.items()} == {name: {"headless", "python"} for name in wanted}
    assert all(figures["min"] > 0 for by in made.values() for figures in by.values())
    assert "| `rtt:64` | /s |" in table.read_text()
    assert svg.read_text().startswith("<svg")


@pytest.mark.slow
async def test_sessions_that_speak_the_wire_themselves_all_make_round_trips(tmp_path):
    options = arguments(["--only", "sessions", "--seconds", "0.1"])
    options.sessions = 5
    record = await main(options)
    assert record.sessions["sessions"] == 5
    assert record.sessions["least_per_s"] > 0


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("cc"), reason="the load and the limit are C programs")
def test_the_servers_take_turns_under_the_same_load(tmp_path):
    found = measure_servers(tmp_path, 1, 0.05)
    assert {"C epoll", "uvloop Protocol", "engine"} <= set(found.faces)
    assert all(found.median(name, face) for name in found.names() for face in ("C epoll", "engine"))
    assert "÷ C" in servers_table(found)


def test_a_short_run_is_one_round_and_names_alone_leave_the_rest_out():
    assert arguments(["--short"]).rounds == 1
    assert arguments(["rtt:64"]).only == ["app"]
    assert "growth" in arguments([]).only
