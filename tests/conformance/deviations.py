"""Where Homeport is deliberately not like Chromium: each observation, and the row of docs/compatibility.md."""

from __future__ import annotations

from .harness.compare import Deviation

DEVIATIONS: tuple[Deviation, ...] = ()
