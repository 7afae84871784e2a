"""``homeport storage from-chrome``: what an app kept in a real Chromium."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from tests.conformance.harness.chromium import ChromiumHost
from tests.conformance.harness.host import new_setting

from homeport.storage import apps_in, profiles_in, read_profile

pytestmark = pytest.mark.browser

MANIFEST = {
    "manifest_version": 2,
    "name": "Labels",
    "version": "1",
    # So it has the same id wherever it lies.
    "key": "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDcYWR1Z2hkZmhqa2RzamhmZ2tqaGRma2poZ2tqZGhma2pn",
    "app": {"background": {"scripts": ["b.js"]}},
    "permissions": ["storage", "unlimitedStorage"],
}

#: Enough is written to fill several tables; what is removed or overwritten lies in an older one.
KEEP = """new Promise(async (done) => {
  const call = (area, name, what) => new Promise((next) => chrome.storage[area][name](what, next));
  await call("local", "set", { printer: "10.0.0.5", old: 1, "": [null, "größe\\u0000"] });
  await call("local", "set", { nested: { a: [1.5e300, true] } });
  await call("sync", "set", { shared: "sync" });
  for (let i = 0; i < 6; i++) await call("local", "set", { big: String(i).repeat(900_000) });
  await call("local", "remove", "old");
  await call("local", "set", { printer: "10.0.0.6" });
  chrome.storage.local.get(null, (local) => chrome.storage.sync.get(null, (sync) => done({ local, sync })));
})"""


def write_app(folder: Path) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    (folder / "b.js").write_text("")
    return folder


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """What Chromium says that the app keeps, the same read while it runs, and a copy of its folder."""
    app = write_app(tmp_path_factory.mktemp("apps") / "app")
    copy = tmp_path_factory.mktemp("chromium") / "chromium"

    async def run():
        async with new_setting() as setting:
            host = ChromiumHost()
            await host.start(setting)
            try:
                async with host.launch(app, stays=True) as session:
                    said = await host._evaluate(session, KEEP)
                    (folder,) = setting.app_folder("").parent.glob("*-chromium-home/profile")
                    (profile,) = profiles_in(folder)
                    (app_id,) = apps_in(profile)
                    live = read_profile(profile, app_id)
            finally:
                await host.aclose()
            for area in ("Local App Settings", "Sync App Settings"):
                shutil.copytree(profile / area, copy / "Default" / area)
            return said, live

    said, live = asyncio.run(run())
    return said, live, copy


@pytest.fixture
def kept(chromium):
    said, _, copy = chromium
    return said, copy


@pytest.fixture
def app(tmp_path):
    return write_app(tmp_path / "app")


def exported(homeport, app, area):
    done = homeport("storage", "export", app, "--area", area)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_profile_is_read_while_chromium_runs(chromium):
    said, live, _ = chromium
    assert live == said


def test_an_app_has_what_it_kept_in_chromium(homeport, kept, app):
    said, folder = kept
    assert said["local"]["printer"] == "10.0.0.6"
    assert "old" not in said["local"]
    tables = [path.suffix for path in folder.glob("*/Local App Settings/*/*")]
    assert ".ldb" in tables, "what was written fills no table"
    done = homeport("storage", "from-chrome", app, "--profile", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"Labels has 4 values of {folder / 'Default'} in chrome.storage.local.\n"
        f"Labels has 1 value of {folder / 'Default'} in chrome.storage.sync.\n"
    )
    assert {area: exported(homeport, app, area) for area in said} == said


def test_the_profile_is_found_and_one_of_several_has_to_be_named(homeport, kept, app, environment, tmp_path):
    said, folder = kept
    environment.update(HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path / "config"))
    none = homeport("storage", "from-chrome", app)
    assert (none.returncode, none.stdout) == (1, "")
    assert "nothing of Labels (" in none.stderr
    assert "in any of the usual places." in none.stderr
    chrome = tmp_path / "config" / "google-chrome"
    shutil.copytree(folder, chrome)
    assert homeport("storage", "from-chrome", app).returncode == 0
    assert exported(homeport, app, "sync") == said["sync"]
    shutil.copytree(folder / "Default", chrome / "Profile\x1b 1")
    several = homeport("storage", "from-chrome", app)
    assert several.returncode == 1
    assert several.stderr.endswith(f"--profile takes one: {chrome / 'Default'}, {chrome}/Profile\\x1b 1\n")
    one = homeport("storage", "from-chrome", app, "--profile", chrome / "Profile\x1b 1")
    assert one.returncode == 0, one.stderr
    assert f"of {chrome}/Profile\\x1b 1 in" in one.stdout


def test_an_app_with_another_id_is_told_which_there_are(homeport, kept, tmp_path):
    _, folder = kept
    other = write_app(tmp_path / "other")
    manifest = {name: value for name, value in MANIFEST.items() if name != "key"}
    (other / "manifest.json").write_text(json.dumps(manifest))
    unknown = homeport("storage", "from-chrome", other, "--profile", folder)
    assert unknown.returncode == 1
    (app_id,) = (path.name for path in folder.glob("*/Local App Settings/*"))
    assert f"There is something of {app_id}; --id takes one." in unknown.stderr
    assert homeport("storage", "from-chrome", other, "--profile", folder, "--id", app_id).returncode == 0
    assert exported(homeport, other, "sync") == {"shared": "sync"}
    wrong = homeport("storage", "from-chrome", other, "--id", "nonsense")
    assert wrong.returncode == 2
    assert "32 letters from a to p" in wrong.stderr


def test_without_what_reads_it_one_is_told_what_to_install(homeport, kept, app, environment, tmp_path):
    (tmp_path / "chromium_reader.py").write_text('raise ImportError("as where it is not installed")')
    environment["PYTHONPATH"] = str(tmp_path)
    done = homeport("storage", "from-chrome", app, "--profile", kept[1])
    assert done.returncode == 1
    assert done.stderr.endswith(" -m pip install chromium-reader\n")


def test_what_was_being_written_when_the_machine_went_down_is_as_it_was_before(homeport, kept, app, tmp_path):
    torn = tmp_path / "torn"
    shutil.copytree(kept[1], torn)
    (log,) = torn.glob("*/Local App Settings/*/*.log")
    log.write_bytes(log.read_bytes()[:-3])
    assert homeport("storage", "from-chrome", app, "--profile", torn).returncode == 0
    assert exported(homeport, app, "local")["printer"] == "10.0.0.5"


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"\xff" * len(data)])
def test_a_damaged_profile_is_told_in_one_line(homeport, kept, app, tmp_path, damage):
    damaged = tmp_path / "damaged"
    shutil.copytree(kept[1], damaged)
    for table in damaged.glob("*/Local App Settings/*/*.ldb"):
        table.write_bytes(damage(table.read_bytes()))
    done = homeport("storage", "from-chrome", app, "--profile", damaged)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert " cannot be read: " in done.stderr
    assert exported(homeport, app, "sync") == {}
