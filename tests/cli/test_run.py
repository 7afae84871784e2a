"""`homeport run` from a terminal: it starts, serves, says what is wrong, and stops."""

from __future__ import annotations

import itertools
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.support.elsewhere import elsewhere

from homeport.appfiles import open_app
from homeport.runs import stop
from homeport.server import usual_ports

EXAMPLES = Path(__file__).parents[2] / "examples"


def an_app(folder: Path, script: str, **manifest: object) -> Path:
    (folder / "app").mkdir()
    whole = {
        "manifest_version": 2,
        "name": "Test app",
        "version": "1",
        "app": {"background": {"scripts": ["b.js"]}},
        **manifest,
    }
    (folder / "app" / "manifest.json").write_text(json.dumps(whole, indent=1))
    (folder / "app" / "b.js").write_text(script)
    return folder / "app"


LISTEN = """
chrome.app.runtime.onLaunched.addListener(() => chrome.sockets.tcpServer.create({}, (info) => {
  chrome.sockets.tcpServer.listen(info.socketId, '127.0.0.1', PORT, (result) => {
    console.log('listening', result, chrome.runtime.lastError && chrome.runtime.lastError.message);
  });
}));
"""


def test_the_readmes_app_serves_is_listed_and_stops(
    start: Any, homeport: Any, wait_for: Any, tmp_path: Path
) -> None:
    folder, port = elsewhere("file-server", tmp_path)
    app = start("run", folder, "--headless")
    wait_for(app, f"Serving on http://127.0.0.1:{port}/")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
        assert b"Hello from a Chrome App" in page.read()
    [line] = [line for line in homeport("ps").stdout.splitlines() if "File server" in line]
    assert line.split()[0] == str(app.pid)
    assert "Stopped File server" in homeport("stop", "File server").stdout
    assert app.wait(20) == 0
    assert "Nothing runs" in homeport("ps").stdout


def test_a_packed_app_is_stopped_by_its_package(
    start: Any, homeport: Any, wait_for: Any, tmp_path: Path
) -> None:
    app = an_app(tmp_path, "chrome.app.runtime.onLaunched.addListener(() => console.log('up'))")
    package = shutil.make_archive(str(tmp_path / "app"), "zip", app)
    process = start("run", package, "--headless")
    wait_for(process, "up")
    assert f"(process {process.pid})" in homeport("stop", package).stdout
    assert process.wait(20) == 0


def test_an_app_that_runs_alone_hears_a_request_by_file_too(
    start: Any, wait_for: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    """As on Windows, which has no signal for it."""
    app = start("run", an_app(tmp_path, "console.log('up')"), "--headless")
    wait_for(app, "up")
    folder = Path(environment["HOMEPORT_RUNTIME_DIR"])
    [run] = stop("Test app", folder=folder, signals=False, patience=20)
    assert (run.pid, app.wait(20)) == (app.pid, 0)


def test_ctrl_c_stops_cleanly_and_frees_the_port(start: Any, wait_for: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = an_app(tmp_path, LISTEN.replace("PORT", str(port)), sockets={"tcpServer": {"listen": "*"}})
    app = start("run", folder, "--headless")
    wait_for(app, "listening 0")
    app.send_signal(signal.SIGINT)
    assert app.wait(20) == 0
    socket.create_server(("127.0.0.1", port)).close()


def test_an_app_without_windows_runs_headless_and_says_why(start: Any, wait_for: Any, tmp_path: Path) -> None:
    app = start("run", an_app(tmp_path, "console.log('up')"))
    lines = wait_for(app, "up")
    assert "homeport: running headless: the app has no windows\n" in lines


def test_a_test_suite_may_start_it_as_it_starts_chromium(start: Any, wait_for: Any, tmp_path: Path) -> None:
    app = start(f"--load-and-launch-app={an_app(tmp_path, 'console.log(1 + 1)')}", "--no-first-run")
    wait_for(app, "b.js:1 2")


@pytest.mark.skipif(sys.platform != "linux", reason="where sh may not give its place to its last command")
def test_a_test_suite_that_ends_the_shell_around_it_has_ended_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    call = shlex.join(
        [sys.executable, "-m", "homeport", f"--load-and-launch-app={an_app(tmp_path, 'console.log(1)')}"]
    )
    with subprocess.Popen(
        ["sh", "-c", f"{call}; exit"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as shell:
        assert shell.stdout is not None
        lines = itertools.takewhile(lambda line: "runs headless" not in line, shell.stdout)
        assert any("b.js:1 1" in line for line in list(lines))
        shell.kill()
        assert "stopping" in shell.stdout.read()  # to its end: nobody holds it any more


def test_a_host_that_is_gone_can_be_mapped(start: Any, wait_for: Any, tmp_path: Path) -> None:
    script = """const { tcp } = chrome.sockets; tcp.create({}, ({socketId}) =>
      tcp.connect(socketId, 'gone.example', 23, (result) => console.log('connected', result)));"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = f"gone.example=127.0.0.1:{server.getsockname()[1]}"
        folder = an_app(tmp_path, script, sockets={"tcp": {"connect": "gone.example:23"}})
        wait_for(start("run", folder, "--map-host", target), "connected 0")


@pytest.mark.skipif(sys.platform != "linux", reason="others do not hold processes to it")
def test_a_bound_of_memory_that_keeps_it_from_running_is_named(
    environment: dict[str, str], tmp_path: Path
) -> None:
    line = f'ulimit -v 2048000; exec {sys.executable} -m homeport run "$0" --headless'
    command = ["sh", "-c", line, str(an_app(tmp_path, "1"))]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 1
    assert "`ulimit -v` allows each process 2000 MiB" in done.stderr


def test_no_open_prints_an_address_on_its_own_origin(start: Any, wait_for: Any) -> None:
    app = start("run", EXAMPLES / "line-printer", "--no-open")
    [line] = wait_for(app, "http://")[-1:]
    host = line.removeprefix("http://").partition(":")[0]
    assert host.endswith(".localhost")
    assert "/#ticket=" in line


def test_a_denial_is_named_with_its_rule(start: Any, wait_for: Any, tmp_path: Path) -> None:
    script = """const { tcp } = chrome.sockets;
      tcp.create({}, ({socketId}) =>
        tcp.connect(socketId, '127.0.0.1', 23, () => console.log(chrome.runtime.lastError.message)));"""
    app = start("run", an_app(tmp_path, script, sockets={"tcp": {"connect": "*:80"}}))
    lines = wait_for(app, "refused tcp.connect 127.0.0.1:23")
    assert "nothing in sockets.tcp.connect allows 127.0.0.1:23" in lines[-1]
    if not any("Does not have permission" in line for line in lines):  # it is looked for now and then
        wait_for(app, "Does not have permission")


def test_a_port_in_use_is_told_to_the_app_and_to_the_terminal(
    start: Any, wait_for: Any, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        script = LISTEN.replace("PORT", str(port))
        app = start("run", an_app(tmp_path, script, sockets={"tcpServer": {"listen": "*"}}))
        lines = wait_for(app, f"the app cannot listen at 127.0.0.1:{port}: the port is in use by ")
        assert f"(process {os.getpid()})" in lines[-1]
        if not any("listening -147 net::ERR_ADDRESS_IN_USE" in line for line in lines):
            wait_for(app, "listening -147 net::ERR_ADDRESS_IN_USE")


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda app: (app / "manifest.json").write_text('{\n "name": "x",\n oops }'), "manifest.json:3:"),
        (lambda app: (app / "manifest.json").unlink(), "holds no manifest.json"),
        (lambda app: (app / "b.js").unlink(), "Could not load background script 'b.js'"),
    ],
    ids=["a broken manifest", "no manifest", "a missing script"],
)
def test_what_keeps_an_app_from_running_is_one_line_that_helps(
    homeport: Any, tmp_path: Path, break_it: Any, sentence: str
) -> None:
    app = an_app(tmp_path, "1")
    break_it(app)
    done = homeport("run", app)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert sentence in line


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--map-host", "nonsense"), "NAME=ADDRESS"),
        (("--ca-file", "/none.pem"), "--ca-file: there is no file /none.pem"),
        (("--policy", "/none.toml"), "/none.toml"),
        (("--browser", "no-such-browser"), "No browser 'no-such-browser'"),
    ],
)
def test_a_wrong_option_is_one_line_that_helps(
    homeport: Any, tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    done = homeport("run", an_app(tmp_path, "1"), *options)
    assert done.returncode == 1
    assert [sentence in line for line in done.stderr.splitlines() if line.startswith("error: ")] == [True]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--headless", "--browser=firefox"), "--browser is about a browser, and --headless wants none."),
        (("--headless", "--no-open"), "--no-open is about a browser, and --headless wants none."),
        (("--no-open", "--inspect=0"), "--inspect is for --headless; in a browser its own tools"),
        (("--junit=results.xml",), "--junit is about an app that tests itself; add --chrome-test."),
        (("--test-arg=x",), "--test-arg is about an app that tests itself; add --chrome-test."),
    ],
)
def test_an_option_that_would_do_nothing_is_wrong_usage(
    homeport: Any, tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    done = homeport("run", an_app(tmp_path, "1"), *options)
    assert done.returncode == 2
    assert sentence in done.stderr


@pytest.mark.parametrize("other", ["--headless", "--no-open", "--chrome-test", "--inspect=9229"])
def test_a_kiosk_is_a_browser_that_is_opened(homeport: Any, tmp_path: Path, other: str) -> None:
    done = homeport("run", an_app(tmp_path, "1"), "--kiosk", other)
    assert done.returncode == 2
    assert f"--kiosk shows the app in a browser, which {other.partition('=')[0]} does not." in done.stderr


def test_the_servers_port_in_use_says_which_option_helps(homeport: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = homeport("run", an_app(tmp_path, "1"), "--no-open", "--port", port)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "--port" in done.stderr


def test_where_an_apps_usual_port_is_taken_it_is_said_what_that_means(
    start: Any, wait_for: Any, tmp_path: Path
) -> None:
    folder = an_app(tmp_path, "1")
    usual = usual_ports(open_app(folder).id)[0]
    with socket.create_server(("127.0.0.1", usual)):
        app = start("run", folder, "--no-open")
        lines = wait_for(app, "works once")
    assert any(f"Port {usual} is taken" in line and "another address than usual" in line for line in lines)
    assert not any(f":{usual}/" in line for line in lines)


@pytest.mark.parametrize(
    "options", [("--port", "65536"), ("--inspect", "foo"), ("--inspect", "99999"), ("--restart", "-1")]
)
def test_a_number_that_cannot_be_is_wrong_usage(
    homeport: Any, tmp_path: Path, options: tuple[str, ...]
) -> None:
    done = homeport("run", an_app(tmp_path, "1"), *options)
    assert done.returncode == 2
    assert f"Invalid value for '{options[0]}'" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="terminals say it otherwise there")
def test_the_end_of_the_terminal_stops_it_as_ctrl_c_does(start: Any, wait_for: Any, tmp_path: Path) -> None:
    app = start("run", an_app(tmp_path, "console.log('up')"))
    wait_for(app, "runs headless")
    app.send_signal(signal.SIGHUP)
    wait_for(app, "stopping")
    assert app.wait(20) == 0
