"""Why an app cannot listen or bind here, in a sentence that says what to do."""

from __future__ import annotations

import ipaddress
import os
import sys

import psutil

from homeport import runs
from homeport._text import one_line
from homeport.engine import first_unprivileged_port
from homeport.launch._addresses import ANY, own_addresses
from homeport.launch._traffic import Failure
from homeport.net_errors import NetErrorCode, error_text

#: Windows refuses ports for other reasons than who asks.
_RESERVES = sys.platform == "win32"


def explain_failure(failure: Failure) -> str:
    """One sentence, or two: what failed, why, and what helps."""
    udp = failure.operation == "udp.bind"
    at = f"[{failure.host}]:{failure.port}" if ":" in failure.host else f"{failure.host}:{failure.port}"
    what = f"the app cannot {'receive datagrams' if udp else 'listen'} at {at}"
    first = first_unprivileged_port()
    match failure.code:
        case NetErrorCode.ADDRESS_IN_USE:
            return f"{what}: {_who_has_it(failure, udp)}"
        case NetErrorCode.ACCESS_DENIED | NetErrorCode.NETWORK_ACCESS_DENIED if 0 < failure.port < first:
            return (
                f"{what}: ports under {first} need root here. `homeport doctor` says how to "
                "allow them; as a service with --system the app may have those that its manifest names."
            )
        case NetErrorCode.ACCESS_DENIED if _RESERVES:
            shown = "`netsh interface ipv4 show excludedportrange tcp` shows what is set aside"
            return f"{what}: another program has that port for itself, or Windows keeps it; {shown}."
        case NetErrorCode.ADDRESS_INVALID:
            own = ", ".join(own_addresses()) or "none but loopback"
            return f"{what}: this machine does not have that address. It has {own}."
        case NetErrorCode.ADDRESS_UNREACHABLE if ":" in failure.host:
            return f"{what}: IPv6 is off on this machine."
        case NetErrorCode.INSUFFICIENT_RESOURCES:
            return f"{what}: it, or this machine, has as many sockets open as it may."
    return f"{what}: {error_text(failure.code)}."


def _who_has_it(failure: Failure, udp: bool) -> str:
    owner = _owner(failure, "udp" if udp else "tcp")
    if owner is None:
        return "the port is in use by another program. End that, or give the app another port."
    if owner == os.getpid():
        return "it has that port already."
    app = next((run.name for run in runs.running() if run.pid == owner), None)
    if app is not None:
        return f"{one_line(app)} has the port, run by Homeport, too. `homeport stop {owner}` ends it."
    try:
        name = one_line(psutil.Process(owner).name())
    except psutil.Error:
        name = "another program"
    return f"the port is in use by {name} (process {owner}). End that, or give the app another port."


def _owner(failure: Failure, kind: str) -> int | None:
    """The process that has the port, where the system tells us."""
    try:
        known = psutil.net_connections(kind)
    except (psutil.Error, OSError):
        return None  # macOS tells root only
    for connection in known:
        here = connection.laddr
        if not here or here.port != failure.port or connection.status not in ("LISTEN", "NONE"):
            continue
        if _overlap(here.ip, failure.host) and connection.pid:  # 0: it is not told
            return int(connection.pid)
    return None


def _overlap(one: str, other: str) -> bool:
    return bool({one, other} & set(ANY)) or _plain(one) == _plain(other)


def _plain(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
