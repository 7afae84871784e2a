"""What an app may reach, in plain sentences, from its manifest."""

from __future__ import annotations

from collections.abc import Iterable

from homeport.manifest import Entry, HostPermissions, Kind, Manifest, SocketPermissions

__all__ = ["describe_reach"]


def describe_reach(manifest: Manifest) -> tuple[str, ...]:
    """One sentence for each thing that the app may do on the network."""
    sentences: list[str] = []
    if manifest.sockets is None:
        sentences.append('It has no chrome.sockets: its manifest has no "sockets" key.')
    else:
        sentences += _sentences(manifest.sockets, "chrome.sockets")
    if manifest.socket_permissions is not None:
        sentences += _sentences(manifest.socket_permissions, "the old chrome.socket")
    if servers := HostPermissions(manifest.permissions).texts:
        sentences.append(f"It may ask web servers by XMLHttpRequest and fetch: {_joined([*servers])}.")
    return tuple(sentences)


def _sentences(permissions: SocketPermissions, api: str) -> Iterable[str]:
    if not permissions:
        yield f"It may do nothing with {api}: its manifest allows no address."
    through = "" if api == "chrome.sockets" else f" (by {api})"
    for kind, text in _TEXTS.items():
        entries = permissions.of_kind(kind)
        if entries:
            targets = [] if not kind.has_address else sorted({_target(kind, entry) for entry in entries})
            yield f"It may {text.format(_joined(targets))}{through}."


_TEXTS = {
    Kind.TCP_CONNECT: "connect by TCP to {}",
    Kind.TCP_LISTEN: "accept TCP connections on {}",
    Kind.UDP_SEND: "send UDP packets to {}",
    Kind.UDP_BIND: "receive UDP packets on {}",
    Kind.UDP_MULTICAST_MEMBERSHIP: "join multicast groups",
    Kind.RESOLVE_HOST: "look up host names",
    Kind.RESOLVE_PROXY: "ask which proxy is used",
    Kind.NETWORK_STATE: "list the network interfaces",
}


def _target(kind: Kind, entry: Entry) -> str:
    port = f"port {entry.port}" if entry.port else "any port"
    if kind in (Kind.TCP_LISTEN, Kind.UDP_BIND):
        where = f" of the local address {entry.host_text}" if entry.host else " of this computer"
        return f"{port}{where}"
    if not entry.host:
        return f"{port} of any computer"
    if entry.subdomains:
        return f"{port} of {entry.host} and everything below it"
    return f"{port} of {entry.host_text}"


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
