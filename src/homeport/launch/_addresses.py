"""How others reach what an app serves, and what may be in the way."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
import sys
from collections.abc import Iterable

ANY = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def reachable_at(listening: Iterable[tuple[str, int]]) -> list[str]:
    """The ``host:port`` texts under which other machines reach these listeners; none for loopback."""
    found: list[str] = []
    for host, port in listening:
        if ipaddress.ip_address(host).is_loopback:
            continue
        hosts = own_addresses() if host in ANY else [host]
        found += [f"[{h}]:{port}" if ":" in h else f"{h}:{port}" for h in hosts]
    return list(dict.fromkeys(found))


def own_addresses() -> list[str]:
    """The addresses of this machine that others may reach."""
    import ifaddr

    found = []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            address = ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
            if not address.is_loopback and not address.is_link_local:
                found.append(str(address))
    return found


def firewall_hint(ports: Iterable[int]) -> str | None:
    """A sentence when a firewall of this machine is probably in the way of these ports, or ``None``."""
    wanted = sorted(set(ports))
    if not wanted or not sys.platform.startswith("linux"):
        return None
    for program, question, likely, opens in _FIREWALLS:
        path = shutil.which(program)
        if path is None:
            continue
        try:
            answer = subprocess.run([path, *question], capture_output=True, text=True, timeout=2, check=False)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            continue
        if likely in answer.stdout.splitlines():
            commands = "; ".join(opens.format(port) for port in wanted)
            return f"{program} is active and may block others. To let them in: {commands}"
    return None


_FIREWALLS = (
    ("ufw", ("status",), "Status: active", "sudo ufw allow {}/tcp"),
    ("firewall-cmd", ("--state",), "running", "sudo firewall-cmd --add-port={}/tcp"),
)
