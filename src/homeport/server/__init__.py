"""The local server behind a browser's tab: files, tickets and the wire, at origins of the apps' own."""

from __future__ import annotations

from ._bundle import NotBuiltError
from ._daemon import Daemon
from ._gate import Access
from ._ports import usual_ports

__all__ = ["Access", "Daemon", "NotBuiltError", "usual_ports"]
