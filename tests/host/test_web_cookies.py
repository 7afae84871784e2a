"""Which servers a cookie is for."""

from __future__ import annotations

import pytest
from yarl import URL

from homeport.host._web_cookies import Cookies


async def names_at(where: str, header: str, at: str) -> list[str]:
    """What ``where`` is sent after ``at`` has set a cookie."""
    cookies = Cookies()
    cookies.update_cookies_from_headers([header], URL(f"http://{at}/"))
    return list(cookies.filter_cookies(URL(f"http://{where}/")))


@pytest.mark.parametrize(
    "domain", ["local", ".local", "LOCAL", " .local ", "local; Domain=local", "x.local; domain=local"]
)
async def test_none_is_for_all_below_one_word(domain):
    header = f"a=b; Path=/; Domain={domain}; HttpOnly"
    assert await names_at("other.local", header, "one.local") == []
    assert await names_at("one.local", header, "one.local") == []


@pytest.mark.parametrize(
    ("domain", "at", "where", "names"),
    [
        ("plant.example", "one.plant.example", "two.plant.example", ["a"]),
        (".plant.example", "one.plant.example", "plant.example", ["a"]),
        ("plant.example", "one.plant.example", "plant.other", []),
        ("other.example", "one.plant.example", "other.example", []),
        ("printer", "printer", "printer", ["a"]),
        ("printer", "printer", "x.printer", []),
        ("", "one.local", "one.local", ["a"]),
        ("", "one.local", "x.one.local", []),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", ["a"]),
        ("0.0.1", "127.0.0.1", "127.0.0.1", []),
        ("1", "127.0.0.1", "127.0.0.1", []),
    ],
)
async def test_it_is_for_whom_its_server_may_name(domain, at, where, names):
    assert await names_at(where, f"a=b; Domain={domain}", at) == names


async def test_what_only_looks_like_a_domain_is_none():
    assert await names_at("one.local", "domain=local", "one.local") == ["domain"]
    assert await names_at("one.local", "a=domain=local; xdomain=local", "one.local") == ["a"]


@pytest.mark.parametrize(("length", "names"), [(4096, ["n"]), (4097, [])])
async def test_none_is_longer_than_a_browsers(length, names):
    header = "n=" + "v" * (length - 1) + "; Path=/; HttpOnly"
    assert await names_at("one.test", header, "one.test") == names


async def test_there_are_only_so_many():
    cookies = Cookies()
    for server in range(100):
        headers = [f"n{number}=v" for number in range(100)]
        cookies.update_cookies_from_headers(headers, URL(f"http://s{server}.test/"))
    assert 0 < len(cookies) <= 3300
    for number in range(1000):
        cookies.update_cookies_from_headers([f"n{number}=v"], URL("http://one.test/"))
    assert len(cookies) <= 3300
