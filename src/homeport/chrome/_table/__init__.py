"""The API, written down once: one module for each namespace or few, and the table of them all."""

from __future__ import annotations

from homeport.chrome._namespace import build_table

from ._app import APP_RUNTIME, APP_WINDOW
from ._background import ALARMS, IDLE, POWER
from ._dns import DNS
from ._file_system import FILE_SYSTEM
from ._notifications import NOTIFICATIONS
from ._runtime import I18N, RUNTIME
from ._socket import SOCKET
from ._storage import STORAGE
from ._system_network import SYSTEM_NETWORK
from ._tcp import TCP
from ._tcp_server import TCP_SERVER
from ._udp import UDP

__all__ = ["TABLE"]

TABLE = build_table(
    TCP,
    UDP,
    TCP_SERVER,
    *STORAGE,
    SYSTEM_NETWORK,
    DNS,
    SOCKET,
    APP_RUNTIME,
    APP_WINDOW,
    RUNTIME,
    I18N,
    ALARMS,
    IDLE,
    POWER,
    NOTIFICATIONS,
    FILE_SYSTEM,
)
