"""All that one run found, as JSON, as Markdown and as a plot."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import names
from bench.growth import Memory, growth_table, memory_table
from bench.plot import plot
from bench.report import BASE, Results, rates_table
from bench.servers import servers_table
from bench.sessions import sessions_table
from bench.targets import DIRECT, ceiling_table, targets_table

FACES = (BASE, "direct", "tab-chromium", "tab-firefox", "headless", "python", "node")
PAGES = ("page-chromium", "page-firefox")


def machine() -> str:
    """Which machine this is, in a line."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} × {model}, {system}, Python {platform.python_version()}"


@dataclass(slots=True)
class Record:
    """One run."""

    n_rounds: int
    seconds: float
    date: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))
    machine: str = field(default_factory=machine)
    app: Results = field(default_factory=Results)
    servers: Results = field(default_factory=Results)
    growth: Results = field(default_factory=Results)
    idle: Memory = field(default_factory=dict)
    flood: Memory = field(default_factory=dict)
    sessions: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """The tables, each with its heading, and what there is to say of the run."""
        return (
            "\n\n".join([self._about(), *(f"## {head}\n\n{text}" for head, text in self._sections())]) + "\n"
        )

    def save(self, out: Path | None, markdown: Path | None, svg: Path | None) -> None:
        """Write what was asked for."""
        if out:
            out.write_text(json.dumps(self.as_json(), indent=1) + "\n", encoding="utf-8")
        if markdown:
            markdown.write_text(self.markdown(), encoding="utf-8")
        if svg:
            svg.write_text(plot(self.app, names.APP), encoding="utf-8")

    def as_json(self) -> dict[str, Any]:
        """Everything, with the least, the median and the most of each figure."""
        made: dict[str, Any] = {
            key: getattr(self, key)
            for key in ("date", "machine", "seconds", "lost", "idle", "flood", "sessions")
        }
        for key in ("app", "servers", "growth"):
            results: Results = getattr(self, key)
            made[key] = {"faces": results.faces, "summary": results.summary(), "rounds": results.rounds}
        return made

    def _about(self) -> str:
        text = (
            f"Measured {self.date} on {self.machine}. Medians of {self.n_rounds} "
            f"round{'s' * (self.n_rounds != 1)}, {self.seconds:g} s for each figure after its warm-up; "
            "ratios are taken within a round"
        )
        if disturbed := self.app.disturbance() + self.servers.disturbance():
            median, most = statistics.median(disturbed), max(disturbed)
            text += (
                f". While a figure was made, work that was not the bench's took {median:.2f} of a core "
                f"in the median and {most:.2f} at the most"
            )
        lost = "".join(f"\n- {line}" for line in self.lost)
        return text + "." + (f"\n\nFaces that were lost on the way:\n{lost}" if lost else "")

    def _sections(self) -> Iterator[tuple[str, str]]:
        made = set(self.app.names())
        if made & set(names.APP):
            yield "Targets", targets_table(self.app)
            yield "A tab against Direct Sockets", targets_table(self.app, DIRECT)
            yield "All figures", rates_table(self.app, names.APP, self._present(FACES), BASE)
        if made & set(names.BARE + names.BRIDGE):
            table = rates_table(self.app, names.BARE + names.BRIDGE, self._present(PAGES), None)
            yield "What a tab's WebSocket can do at all", f"{table}\n\n{ceiling_table(self.app)}"
        if self.servers.faces:
            yield "The engine as a server", servers_table(self.servers)
        if self.growth.faces:
            yield "A 64-byte round trip among idle sockets, in µs", growth_table(self.growth)
            yield "Memory of an idle socket", memory_table(self.idle, "KiB")
        if self.flood:
            yield "Memory while a page takes nothing in and peers flood it", memory_table(self.flood, "MiB")
        if self.sessions:
            yield "Sessions", sessions_table(self.sessions)

    def _present(self, faces: tuple[str, ...]) -> list[str]:
        return [face for face in faces if face in self.app.faces]
