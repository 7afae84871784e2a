"""Which origins exist: one for each registered app."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.host import AppHost

__all__ = ["Site", "Sites"]


@dataclass(frozen=True, slots=True)
class Site:
    """One app's own origin."""

    app: App
    app_host: AppHost
    hostname: str
    port: int
    #: In the address of everything that a sandboxed page loads, since it has no origin to be known by.
    sandbox_token: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)

    @property
    def authority(self) -> str:
        """What the ``Host`` header says."""
        return self.hostname if self.port == 80 else f"{self.hostname}:{self.port}"

    @property
    def origin(self) -> str:
        """What the ``Origin`` header says."""
        return f"http://{self.authority}"

    @property
    def own_sources(self) -> tuple[str, ...]:
        """What a page's own policy must allow: the app's files, and where other servers are asked."""
        return ("'self'", f"http://*.{self.authority}/_homeport/web")

    @property
    def sandbox_authority(self) -> str | None:
        """Another name of the site, for its sandboxed pages; None where a browser finds no such name.

        There their paths are those that the app gave them, so that ``/js/x.js`` is found as well as ``x.js``.
        """
        return f"{self.sandbox_token}.{self.authority}" if self.hostname.endswith(".localhost") else None


#: A browser opens six connections to one host. So that servers which do not answer keep nobody else waiting,
#: what is asked of other servers goes to one of these names for the same site, each server's to the same.
_SHARD = re.compile(r"w(?:[0-9]|[12][0-9]|3[01])\.(.*)")


class Sites:
    """The registered apps, by authority and by id."""

    def __init__(self) -> None:
        self._by_authority: dict[str, Site] = {}
        self._by_app: dict[str, Site] = {}

    def add(self, site: Site) -> None:
        """An app is served from now on."""
        self._by_authority[site.authority] = site
        self._by_app[site.app.id] = site

    def remove(self, app_id: str) -> Site | None:
        """An app is no longer served."""
        site = self._by_app.pop(app_id, None)
        if site is not None:
            del self._by_authority[site.authority]
        return site

    def by_authority(self, authority: str) -> Site | None:
        """The site that a ``Host`` header names, exactly."""
        return self._by_authority.get(authority)

    def by_shard(self, authority: str) -> Site | None:
        """The site that has ``authority`` as another name, for requests to other servers only."""
        shard = _SHARD.fullmatch(authority)
        return None if shard is None else self._by_authority.get(shard[1])

    def by_sandbox(self, authority: str) -> Site | None:
        """The site whose sandboxed pages are at ``authority``."""
        label, _, rest = authority.partition(".")
        site = self._by_authority.get(rest)
        if site is None or site.sandbox_authority is None:
            return None
        known = hmac.compare_digest(label.encode("utf-8", "replace"), site.sandbox_token.encode())
        return site if known else None

    def by_app(self, app_id: str) -> Site | None:
        """The site of an app."""
        return self._by_app.get(app_id)

    def all(self) -> list[Site]:
        """Every site."""
        return list(self._by_app.values())
