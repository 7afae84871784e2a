"""An app is looked at without being run, and each thing to fix is a sentence that helps."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from homeport.errors import UserError
from homeport.inspect import Level, Problem, Report, Status, Verdict, inspect_app

Look = Callable[..., Report]
ROOT = Path(__file__).resolve().parents[2]


def texts(report: Report) -> list[str]:
    return [f"{problem.level}: {problem}" for problem in report.problems]


def test_a_sound_app_has_nothing_to_fix(look: Look) -> None:
    report = look("chrome.sockets.tcp.create({}, f);")
    assert report.problems == ()
    assert (report.verdict, report.exit_status) == (Verdict.RUNS, 0)
    assert report.manifest is not None
    assert report.about == (
        "Thing 1.2, a packaged Chrome App.",
        f"Its id is {report.manifest.app_id}; without a key it changes when the app is moved.",
        "In the background it runs bg.js.",
    )


@pytest.mark.parametrize("name", ["echo-server", "file-server", "line-printer", "multicast-chat", "udp-echo"])
def test_the_example_apps_have_nothing_that_must_be_fixed(name: str) -> None:
    report = inspect_app(ROOT / "examples" / name)
    assert report.exit_status == 0, texts(report)
    assert {use.status for use in report.apis} == {Status.SUPPORTED}


@pytest.mark.parametrize(
    ("script", "keys", "text"),
    [
        ("", {"sockets": {"tcp": {"conect": "*"}}}, "'sockets.tcp' has no 'conect'. Did you mean 'connect'?"),
        ("", {"sockets": {"upd": {"bind": "*"}}}, "'sockets' has no 'upd'. Did you mean 'udp'?"),
        ("", {"socket": {}}, "Unrecognized manifest key 'socket'. Did you mean 'sockets'?"),
        ("", {"xyzzy": {}}, "Unrecognized manifest key 'xyzzy'."),
        ("", {"permissions": ["storag"]}, "is unknown or URL pattern is malformed. Did you mean 'storage'?"),
        (
            "chrome.sockets.tcp.onRecieve.addListener(f);",
            {},
            "Chrome Apps have no chrome.sockets.tcp.onRecieve. Did you mean 'onReceive'?",
        ),
        ("chrome.sockets.tcp.xyzzy();", {}, "no chrome.sockets.tcp.xyzzy. Look whether the name is right."),
    ],
)
def test_a_misspelling_is_told_with_what_it_may_be(
    look: Look, script: str, keys: dict[str, Any], text: str
) -> None:
    [told] = [each for each in look(script, **keys).problems if str(each).endswith(text)]
    assert told.spot is not None
    assert told.spot.line


def test_apis_are_listed_with_every_place(look: Look) -> None:
    report = look(
        "chrome.bluetooth.getDevices(f);\nchrome.storage.local.get(f);",
        {"w.js": "chrome.storage.local.get(g)", "w.html": "<script src=w.js></script>"},
        permissions=["storage", "bluetooth"],
        app={"background": {"page": "w.html"}},
    )
    by_name = {use.name: use for use in report.apis}
    assert [str(spot) for spot in by_name["storage.local.get"].spots] == ["w.js:1:1"]
    report = look(
        "chrome.bluetooth.getDevices(f);\nchrome.storage.local.get(f); chrome.storage.local.get(f);",
        permissions=["storage", "bluetooth"],
    )
    by_name = {use.name: use for use in report.apis}
    assert [str(spot) for spot in by_name["storage.local.get"].spots] == ["bg.js:2:1", "bg.js:2:30"]
    assert by_name["storage.local.get"].namespace == "storage.local"
    whole = look("f(chrome.storage)", permissions=["storage"]).apis[-1]
    assert (whole.name, whole.namespace) == ("storage", "storage")
    assert by_name["bluetooth.getDevices"].status is Status.ABSENT
    assert "Web Bluetooth" in by_name["bluetooth.getDevices"].note
    assert list(by_name) == sorted(by_name)


@pytest.mark.parametrize(
    ("script", "keys", "text"),
    [
        (
            "chrome.bluetooth.getDevices(f)",
            {},
            "warning: bg.js:1:1: Homeport has no chrome.bluetooth. Use Web Bluetooth",
        ),
        ("if (chrome.bluetooth) {}", {}, "hint: bg.js:1:5: Homeport has no chrome.bluetooth."),
        ("chrome.tabs.query({}, f)", {}, "hint: bg.js:1:1: Chrome Apps have no chrome.tabs. Only extensions"),
        (
            "chrome.sockets.tcp.bind(1)",
            {},
            "hint: bg.js:1:1: Chrome Apps have no chrome.sockets.tcp.bind. Look",
        ),
        (
            "chrome.sockets.tcp.create({}, f)",
            {"sockets": ...},
            'warning: bg.js:1:1: chrome.sockets.tcp is undefined: the manifest has no "sockets" key. Add ',
        ),
        (
            "chrome.storage.local.get(f)",
            {},
            (
                "warning: bg.js:1:1: chrome.storage.local is undefined: the manifest does not ask for "
                '"storage". Add "storage" to "permissions".'
            ),
        ),
        (
            "chrome.sockets.udp.joinGroup(1, '224.0.0.1', f)",
            {"sockets": {"udp": {"bind": "*"}}},
            (
                "warning: bg.js:1:1: Every call of chrome.sockets.udp.joinGroup is refused: the manifest "
                'allows no "multicastMembership" of "udp". Add "multicastMembership": "" to "udp" in the '
                '"sockets" key.'
            ),
        ),
        (
            "chrome.storage.sync.set({}, f)",
            {"permissions": ["storage"]},
            "hint: bg.js:1:1: chrome.storage.sync.set is there with a difference. It is kept on this machine",
        ),
        (
            "chrome.socket.create('tcp', {}, f)",
            {"permissions": [{"socket": ["tcp-connect"]}]},
            "hint: bg.js:1:1: The app uses chrome.socket. It is the old API; it works",
        ),
        (
            "eval(x)",
            {},
            "hint: bg.js:1:1: eval of a text does not work in a Chrome App: its policy blocks it.",
        ),
        ("setTimeout('f()', 1)", {}, "hint: bg.js:1:1: setTimeout of a text does not work"),
        ("alert(1)", {}, "hint: bg.js:1:1: Chrome Apps have no alert(). Show a window"),
        (
            "localStorage.a = 1",
            {},
            "hint: bg.js:1:1: Chrome Apps have no localStorage. Use chrome.storage.local.",
        ),
        (
            "chrome.app.window.create('sub/w.html?x', {}, f)",
            {},
            "warning: bg.js:1:1: There is no sub/w.html in the app's folder. Add it, or correct its name.",
        ),
        (
            "var s = chrome.experimental.socket",
            {},
            "warning: bg.js:1:9: Homeport has no chrome.experimental. Experimental APIs were never part of",
        ),
        (
            "var s = chrome.experimental && chrome.experimental.socket",
            {},
            "hint: bg.js:1:9: Homeport has no chrome.experimental. Experimental APIs were never part of",
        ),
        (
            "var s = window.mine || chrome.experimental.socket",
            {},
            "hint: bg.js:1:24: Homeport has no chrome.experimental. Experimental APIs were never part of",
        ),
        ("new Worker('/no.js')", {}, "warning: bg.js:1:5: There is no no.js in the app's folder."),
        (
            "importScripts('https://x.test/a.js')",
            {},
            "warning: bg.js:1:1: A script from x.test does not load",
        ),
        (
            "chrome.sockets.tcpServer.onAccept.addListener(f)",
            {},
            "hint: bg.js:1:1: Accepted sockets start paused: without setPaused they receive nothing. Call",
        ),
        ("", {"foo": 1}, "hint: manifest.json:1:"),
        (
            "",
            {"sandbox": {"pages": ["s.html"]}},
            "warning: manifest.json: There is no s.html in the app's folder",
        ),
    ],
)
def test_a_problem_is_told_with_its_place_and_what_to_do(
    look: Look, script: str, keys: dict[str, Any], text: str
) -> None:
    [problem] = texts(look(script, **keys))
    assert problem.startswith(text)


def test_what_a_module_imports_is_looked_for(look: Look) -> None:
    files = {"w.html": "<script type=module src=w.js></script>", "w.js": "import a from './BG.js'"}
    [problem] = texts(look("chrome.app.window.create('w.html');", files))
    assert problem.startswith("warning: w.js:1:15: There is no BG.js in the app's folder. There is bg.js:")


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        ("setTimeout(f, 1); new Worker('bg.js'); chrome.app.window.create('bg.js');", {}),
        ("chrome.storage.local.get(f)", {"optional_permissions": ["storage"]}),
        ("chrome.sockets.tcpServer.onAccept.addListener(f); chrome.sockets.tcp.setPaused(id, false)", {}),
        ("chrome.app.window.create(name)", {}),
    ],
)
def test_what_may_be_right_is_left_alone(look: Look, script: str, keys: dict[str, Any]) -> None:
    assert texts(look(script, **keys)) == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<script>f()</script>",
            "warning: w.html:1:9: A script in the page itself does not run in a Chrome App",
        ),
        ("<p onclick='f()' onkeyup='g()'>", "warning: w.html:1:1: Code in attributes (2 × onclick, onkeyup)"),
        (
            "<script src='https://x.test/a.js'></script>",
            "warning: w.html:1:1: A script from x.test does not load",
        ),
        (
            "<link rel=stylesheet href='//x.test/a.css'>",
            "warning: w.html:1:1: A style sheet from x.test does not",
        ),
        ("<img src='http://x.test/a.png'>", "warning: w.html:1:1: A picture from x.test does not load"),
        ("<iframe src='http://x.test/'></iframe>", "warning: w.html:1:1: A frame from x.test does not load"),
        ("<script src='no.js'></script>", "warning: w.html:1:1: There is no no.js in the app's folder."),
        (
            "<script src='BG.js'></script>",
            "warning: w.html:1:1: There is no BG.js in the app's folder. There is bg.js",
        ),
        ("<img src='no.png'>", "hint: w.html:1:1: There is no no.png in the app's folder."),
        ("<webview></webview>", "warning: w.html:1:1: <webview> is shown as a plain frame"),
    ],
)
def test_a_page_is_looked_at(look: Look, html: str, text: str) -> None:
    [problem] = texts(look("chrome.app.window.create('w.html')", {"w.html": html}))
    assert problem.startswith(text)


@pytest.mark.parametrize(
    "html",
    [
        "<video src='http://x.test/a.webm'>",
        "<img src='data:image/png,x'>",
        "<script src='/bg.js?v=1'></script>",
        "<a href='http://x.test'>",
        "<script type='text/template'>x</script>",
        "<img src='http://['>",
        "<img src='{{ picture }}'><video src='[[film]]'>",
    ],
)
def test_what_works_in_a_page_is_left_alone(look: Look, html: str) -> None:
    assert texts(look("chrome.app.window.create('w.html')", {"w.html": html})) == []


def test_a_piece_of_a_page_may_name_what_the_page_around_it_can_load(look: Look) -> None:
    files = {"sub/w.html": "<script src='lib/a.js'></script>", "lib/a.js": ""}
    assert texts(look("$('#content').load('sub/w.html')", files)) == []
    files["sub/w.html"] = f"<!doctype html>{files['sub/w.html']}"
    [problem] = texts(look("$('#content').load('sub/w.html')", files))
    assert problem.startswith("warning: sub/w.html:1:16: There is no sub/lib/a.js in the app's folder.")


def test_sandboxed_pages_may_do_what_others_may_not(look: Look) -> None:
    page = "<script>eval(1)</script><p onclick='f()'><script src='s.js'></script>"
    report = look(
        "", {"s.html": page, "s.js": "eval(2); chrome.bluetooth.x()"}, sandbox={"pages": ["s.html"]}
    )
    assert texts(report) == []


def test_a_script_that_a_sandboxed_page_shares_is_looked_at(look: Look) -> None:
    files = {
        "s.html": "<script src='s.js'></script>",
        "s.js": "eval(2)",
        "w.html": "<script src=s.js></script>",
    }
    report = look("chrome.app.window.create('w.html')", files, sandbox={"pages": ["s.html"]})
    assert [problem.spot and problem.spot.file for problem in report.problems] == ["s.js"]


def test_files_that_the_app_does_not_use_are_listed_and_not_looked_at(look: Look) -> None:
    files = {
        "lib/used.js": "require('./also')",
        "lib/also.js": "",
        "test/test.js": "chrome.bluetooth.getDevices(f)",
        "demo.html": "<script>1</script>",
        "node_modules/x/index.js": "chrome.serial.connect()",
    }
    report = look("importScripts('lib/used.js')", files)
    assert report.unused == ("demo.html", "test/test.js")
    assert report.problems == ()


def test_worst_comes_first(look: Look) -> None:
    report = look("alert(1); chrome.bluetooth.getDevices(f)")
    assert [problem.level for problem in report.problems] == [Level.WARNING, Level.HINT]
    assert (report.verdict, report.exit_status) == (Verdict.RUNS_WITH_GAPS, 1)


def test_hints_alone_are_no_failure(look: Look) -> None:
    report = look("alert(1)")
    assert (report.verdict, report.exit_status) == (Verdict.RUNS, 0)


def test_an_app_that_nobody_launches_is_told(make_app: Callable[..., Path]) -> None:
    [problem] = inspect_app(make_app({})).problems
    assert problem.message.startswith("No script listens to chrome.app.runtime.onLaunched")


def test_a_catalogue_that_is_not_used_now_is_read_too(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    report = look(
        "",
        {"_locales/en/messages.json": "{}", "_locales/de/messages.json": "{\n 'a'"},
        default_locale="en",
    )
    assert texts(report) == [
        (
            "hint: _locales/de/messages.json:2:2: Invalid locale file '_locales/de/messages.json': "
            "key must be a string at line 2 column 2. Chromium would not load the app."
        )
    ]


def test_an_app_that_does_not_load_gives_a_report_with_the_reason(make_app: Callable[..., Path]) -> None:
    root = make_app({}, sockets={"tcp": {"connect": "a:0"}})
    report = inspect_app(root)
    assert (report.verdict, report.exit_status, report.manifest) == (Verdict.DOES_NOT_RUN, 1, None)
    [problem] = report.problems
    assert problem.message == "Invalid host:port pattern 'a:0'"
    assert problem.spot is not None
    assert problem.spot.file == (root / "manifest.json").as_posix()
    assert problem.spot.line == 1


def test_another_kind_of_package_gives_a_report_with_the_reason(make_app: Callable[..., Path]) -> None:
    [problem] = inspect_app(make_app({}, app=...)).problems
    assert problem.message == "This is no packaged Chrome App but another kind: extension."
    assert problem.fix.startswith("Homeport runs packaged apps only.")


def test_where_there_is_no_app_there_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        inspect_app(tmp_path)


def test_a_packed_app_is_looked_at_too(
    make_app: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEPORT_CACHE_DIR", str(tmp_path / "cache"))
    root = make_app({"bg.js": "chrome.bluetooth.getDevices(f)"})
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as package:
        for path in root.iterdir():
            package.write(path, path.name)
    report = inspect_app(tmp_path / "app.zip")
    assert report.path == tmp_path / "app.zip"
    assert [use.name for use in report.apis] == ["bluetooth.getDevices"]


def test_the_report_as_json_is_only_json(look: Look) -> None:
    report = look("chrome.bluetooth.getDevices(f)", permissions=["bluetooth"])
    data = json.loads(json.dumps(report.to_json()))
    assert data["verdict"] == "runs with gaps"
    assert data["app"]["name"] == "Thing"
    assert data["app"]["sockets"]["tcp"] == {"connect": ["*:*"]}
    assert data["apis"][1] == {
        "name": "bluetooth.getDevices",
        "status": "absent",
        "note": "Use Web Bluetooth (navigator.bluetooth) in a browser that has it.",
        "used": [{"file": "bg.js", "line": 1, "column": 1}],
    }
    assert data["problems"][0]["level"] == "warning"
    assert (data["problems"][0]["file"], data["problems"][0]["line"]) == ("bg.js", 1)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 100, b"(" * 20_000, "\u2028chrome.".encode()])
def test_any_file_can_be_looked_at(look: Look, content: bytes) -> None:
    report = look(
        "importScripts('x.js'); chrome.app.window.create('x.html')", {"x.js": content, "x.html": content}
    )
    assert report.manifest is not None


def test_data_in_a_script_takes_no_time(look: Look) -> None:
    """It took the square of the length of what might have been a file's name."""
    data = "A" * 500_000
    begun = time.process_time()
    report = look(f"const icon = '{data}'; importScripts('lib/x.min.js');", {"lib/x.min.js": ""})
    assert time.process_time() - begun < 10
    assert not report.unused


def test_a_huge_file_is_passed_over(look: Look) -> None:
    report = look("importScripts('x.js')", {"x.js": b"//" + b"x" * (8 << 20)})
    assert texts(report) == ["hint: x.js: This file was not looked into: too large."]


def test_what_is_wrong_and_what_to_do_are_two_sentences() -> None:
    assert str(Problem(Level.ERROR, "It is wrong", "Mend it.")) == "It is wrong. Mend it."
    assert str(Problem(Level.ERROR, "It is wrong.", "Mend it.")) == "It is wrong. Mend it."
    assert str(Problem(Level.ERROR, "It is wrong")) == "It is wrong"
