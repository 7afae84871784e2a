"""The headers that keep a page to itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._sites import Site

__all__ = ["app_policy", "common_headers", "sandbox_policy", "shell_policy"]

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def common_headers() -> Mapping[str, str]:
    """What every answer has, unless it says otherwise."""
    return _COMMON


def shell_policy(site: Site) -> str:
    """The policy of the shell page: scripts of ours, a connection home, the app's own pages as frames."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob: data:; "
        f"connect-src 'self' ws://{site.authority}; frame-src {_sandbox(site)}'self' blob: data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def app_policy(site: Site) -> str:
    """The policy that Chrome gives an app's pages; only their own origin may frame them."""
    policy = _one_line(site.app.manifest.csp).replace("frame-src ", f"frame-src {_sandbox(site)}")
    if site.app.manifest.has_permission("webview"):
        # A <webview> is a frame here.
        policy = policy.replace("frame-src ", "frame-src http: https: ")
    return f"{policy}; frame-ancestors 'self'"


def sandbox_policy(site: Site, script: str | None = None) -> str:
    """The policy of the pages in the manifest's ``sandbox``; it allows this script of ours.

    Who may frame them is not in it: one of them may frame another, and has no origin that could be named.
    Nobody else knows their address.
    """
    policy = _one_line(site.app.manifest.sandbox_csp)
    return policy if script is None else _allowing(policy, script)


def _allowing(policy: str, script: str) -> str:
    """The policy with one more script, where it lets any run."""
    directives = [directive.strip() for directive in policy.split(";")]
    names = [directive.partition(" ")[0].lower() for directive in directives]
    at = next((names.index(n) for n in ("script-src-elem", "script-src", "default-src") if n in names), None)
    if at is not None and not directives[at].lower().endswith(" 'none'"):
        directives[at] += f" {script}"
    return "; ".join(directives)


def _sandbox(site: Site) -> str:
    """Where the sandboxed pages are, which a page of the app may show in a frame; nothing if it has none."""
    if not site.app.manifest.sandbox_pages or site.sandbox_authority is None:
        return ""
    return f"http://{site.sandbox_authority} "


def _one_line(policy: str) -> str:
    """An app's policy as a header can have it: one line, one policy (a comma would begin another)."""
    printable = "".join(c for c in " ".join(policy.split()) if c.isprintable())
    return printable.replace(",", "%2C").rstrip("; ")
