"""``homeport storage``: an app's values, out and in."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

MANIFEST = {
    "manifest_version": 2,
    "name": "Labels",
    "version": "1",
    "app": {"background": {"scripts": ["b.js"]}},
    "permissions": ["storage"],
}

SHOW = """
chrome.storage.local.get(null, (local) => chrome.storage.managed.get(null, (managed) => {
  console.log("KEPT " + JSON.stringify({ local, managed }));
}));
"""


@pytest.fixture
def make_app(tmp_path):
    def make(name="app", script="", **keys):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps(MANIFEST | keys))
        (folder / "b.js").write_text(script)
        return folder

    return make


@pytest.fixture
def write(tmp_path):
    def write(value, name="values.json"):
        path = tmp_path / name
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return path

    return write


def exported(homeport, app, *options):
    done = homeport("storage", "export", app, *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_imported_is_what_the_app_has(homeport, start, wait_for, make_app, write):
    app = make_app(script=SHOW)
    values = {"printer": "10.0.0.5", "labels": [1, {"größe": 2.5}], "none": None}
    done = homeport("storage", "import", app, write(values))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Labels has 3 values of ")
    assert homeport("storage", "import", app, write({"url": "x"}), "--area", "managed").returncode == 0
    line = wait_for(start("run", app, "--headless"), "KEPT")[-1]
    assert json.loads(line.partition("KEPT ")[2]) == {"local": values, "managed": {"url": "x"}}


def test_what_an_app_keeps_goes_to_another_id(homeport, start, wait_for, make_app, tmp_path):
    keep = 'chrome.storage.local.set({"a": [1, "\\ud83d\\ude80"]}, () => console.log("SET"));'
    wait_for(start("run", make_app("old", keep), "--headless"), "SET")
    copied = tmp_path / "copy.json"
    copied.write_text(homeport("storage", "export", tmp_path / "old").stdout)
    new = make_app("new")
    assert exported(homeport, new) == {}
    assert homeport("storage", "import", new, copied).returncode == 0
    assert exported(homeport, new) == {"a": [1, "🚀"]}


def test_other_values_stay_unless_they_are_to_be_replaced(homeport, make_app, write):
    app = make_app()
    homeport("storage", "import", app, write({"a": 1, "b": 2}))
    homeport("storage", "import", app, write({"b": 3}))
    assert exported(homeport, app) == {"a": 1, "b": 3}
    homeport("storage", "import", app, write({"c": 4}), "--replace")
    assert exported(homeport, app) == {"c": 4}
    assert exported(homeport, app, "--area", "sync") == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_other_systems_write_it(homeport, make_app, write, encoding):
    app = make_app()
    path = write('{"name": "Büro"}'.encode(encoding))
    assert homeport("storage", "import", app, path).returncode == 0
    assert exported(homeport, app) == {"name": "Büro"}


@pytest.mark.parametrize(
    ("content", "area", "said"),
    [
        (b"", "local", "is no JSON"),
        (b'{"a": 1', "local", "is no JSON"),
        (b"\xff\xfe\xfd", "local", "is no JSON"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "local", "JSON"),
        (b"[1, 2]", "local", "has to be one JSON object"),
        (b"null", "local", "has to be one JSON object"),
        (b'{"a": NaN}', "local", "has numbers that JSON has not"),
        (json.dumps({"a": "x" * 9000}).encode(), "sync", "That is more than chrome.storage.sync may hold"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line(homeport, make_app, write, content, area, said):
    app = make_app()
    homeport("storage", "import", app, write({"before": 1}), "--area", area)
    done = homeport("storage", "import", app, write(content, "bad.json"), "--area", area, "--replace")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert exported(homeport, app, "--area", area) == {"before": 1}


def test_more_than_the_bound_goes_where_the_manifest_says_unlimited(homeport, make_app, write):
    values = write({"big": "x" * 11_000_000})
    bounded = homeport("storage", "import", make_app("bounded"), values)
    assert "may hold: 10.5 MB. Nothing was changed." in bounded.stderr
    unlimited = make_app("unlimited", permissions=["storage", "unlimitedStorage"])
    assert homeport("storage", "import", unlimited, values).returncode == 0


def test_it_is_said_what_keeps_the_app_from_seeing_it(homeport, start, wait_for, make_app, write):
    app = make_app(permissions=[], script='console.log("UP")')
    running = start("run", app, "--headless")
    wait_for(running, "UP")
    done = homeport("storage", "import", app, write({"a": 1}))
    assert done.returncode == 0
    assert 'no permission "storage"' in done.stderr
    assert f"It runs (process {running.pid}) and is told of no change" in done.stderr


def test_a_missing_app_and_a_missing_file_are_named(homeport, make_app, tmp_path):
    assert "nowhere" in homeport("storage", "export", tmp_path / "nowhere").stderr
    done = homeport("storage", "import", make_app(), tmp_path / "nothing.json")
    assert "nothing.json: No such file or directory." in done.stderr
    assert done.returncode == 1


def test_standard_input_will_do(homeport, make_app, environment):
    app = make_app()
    words = [sys.executable, "-m", "homeport", "storage", "import", str(app), "-"]
    subprocess.run(words, input=b'{"a": 1}', env=environment, check=True, capture_output=True)
    assert exported(homeport, app) == {"a": 1}


def test_storage_that_cannot_be_used_is_told_with_its_place(homeport, make_app, environment, tmp_path):
    place = tmp_path / "no-folder"
    place.write_text("")
    environment["HOMEPORT_DATA_DIR"] = str(place)
    done = homeport("storage", "export", str(make_app()))
    assert done.returncode == 1
    assert done.stderr == (
        "error: The app's storage cannot be used: Not a directory. "
        f"It is in {place / 'storage'}; $HOMEPORT_DATA_DIR may name another folder.\n"
    )
