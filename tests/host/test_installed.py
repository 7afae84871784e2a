from __future__ import annotations

from types import SimpleNamespace

from homeport.host._installed import installed
from homeport.storage import Storage


def app(version):
    return SimpleNamespace(id="a" * 32, manifest=SimpleNamespace(version=version))


async def test_an_install_and_each_update_are_told_once():
    storage = Storage(None)
    assert await installed(storage, app("1.0")) == {"reason": "install"}
    assert await installed(storage, app("1.0")) is None
    assert await installed(storage, app("1.1")) == {"reason": "update", "previousVersion": "1.0"}
    assert await installed(storage, app("1.1")) is None
    await storage.aclose()


async def test_an_app_runs_though_its_storage_is_damaged(tmp_path):
    (tmp_path / ("a" * 32 + ".sqlite3")).write_bytes(b"this is not a database, it only looks like one" * 99)
    storage = Storage(tmp_path)
    assert await installed(storage, app("1.0")) is None
    await storage.aclose()
