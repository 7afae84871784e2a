from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from homeport.server._sites import Site, Sites


def site_at(port: int) -> Site:
    app: Any = SimpleNamespace(id="a")
    nobody: Any = None
    return Site(app, nobody, "a.localhost", port)


@pytest.mark.parametrize(("port", "authority"), [(8930, "a.localhost:8930"), (80, "a.localhost")])
def test_the_standard_port_is_left_out_as_browsers_do(port, authority):
    site = site_at(port)
    assert (site.authority, site.origin) == (authority, f"http://{authority}")


def test_sites_are_found_by_exactly_their_name_until_they_go():
    sites = Sites()
    site = site_at(1)
    sites.add(site)
    assert sites.by_authority("a.localhost:1") is site
    assert sites.by_app("a") is site
    assert sites.all() == [site]
    for other in "A.localhost:1", "a.localhost", "a.localhost:1 ", "":
        assert sites.by_authority(other) is None
    assert sites.remove("a") is site
    assert sites.remove("a") is None
    assert sites.by_authority("a.localhost:1") is None
