"""The addresses that an app is known to listen on before it runs: what a service manager may open for it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from homeport.manifest import Entry, Kind, Manifest

Addresses = tuple[tuple[str, int], ...]


def _addresses(entries: Iterable[Entry]) -> Addresses:
    found = []
    for entry in entries:
        if not entry.port or entry.subdomains:
            continue
        try:
            host = str(ipaddress.ip_address(entry.host or "0.0.0.0"))  # noqa: S104 - what "any host" means
        except ValueError:
            continue  # A name: an app cannot listen on one.
        found.append((host, entry.port))
    return tuple(dict.fromkeys(found))


def early_addresses(manifest: Manifest) -> tuple[Addresses, Addresses]:
    """TCP and UDP addresses with a fixed port that the manifest lets the app listen on."""
    if manifest.sockets is None:
        return (), ()
    tcp = manifest.sockets.of_kind(Kind.TCP_LISTEN)
    return _addresses(tcp), _addresses(manifest.sockets.of_kind(Kind.UDP_BIND))
