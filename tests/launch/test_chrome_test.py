"""An app that is its own test is run, and its results are told."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.errors import UserError
from homeport.launch import TestOptions, read_replies, run_tests

APP = Path(__file__).parent / "chrome_test"


async def run(app: Path, **options: Any) -> tuple[int, list[str]]:
    output, engine = io.StringIO(), Engine()
    status = await run_tests(open_app(app), engine, TestOptions(**options), output, io.StringIO())
    await engine.aclose()
    return status, output.getvalue().splitlines()


def app_with(folder: Path, script: str) -> Path:
    (folder / "manifest.json").write_text((APP / "manifest.json").read_text())
    (folder / "bg.js").write_text(script)
    return folder


async def test_each_test_of_the_app_is_a_line_of_tap_and_a_case_of_junit(tmp_path):
    junit = tmp_path / "results.xml"
    status, lines = await run(APP, junit=junit, replies={"ready": "go"}, custom_arg="arg")
    assert status == 1
    results = [line for line in lines if line.startswith(("ok", "not ok"))]
    assert results == [
        "ok 1 - passes",
        "ok 2 - waitsForItsCallbacks",
        "ok 3 - expectsAnError",
        "ok 4 - isAsynchronous",
        "ok 5 - listensOnce",
        "not ok 6 - assertsInVain",
        "not ok 7 - throwsInACallback",
        "not ok 8 - expectsTheWrongError",
    ]
    assert (lines[0], lines[-1]) == ("TAP version 14", "1..8")
    suite = ET.parse(junit).getroot()  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("8", "3")
    failures = {case.get("name"): case.findtext("failure", "none") for case in suite.iter("testcase")}
    assert failures["passes"] == "none"
    text = failures["assertsInVain"]
    assert 'Actual: [1,{"a":2}]\nExpected: [1,{"a":1}]' in text
    assert "bg.js" in text
    assert "shim.js" not in text
    assert "uncaught exception: TypeError" in failures["throwsInACallback"]
    assert "Another error" in failures["expectsTheWrongError"]


async def test_an_app_whose_tests_pass_ends_with_zero(tmp_path):
    script = "chrome.test.runTests([function one() { chrome.test.succeed(); }]);"
    status, lines = await run(app_with(tmp_path, script))
    assert (status, lines[1:]) == (0, ["ok 1 - one", "1..1"])


@pytest.mark.parametrize(("verb", "expected"), [("notifyPass()", 0), ("notifyFail('why')", 1)])
async def test_an_app_may_say_itself_how_it_went(tmp_path, verb, expected):
    status, lines = await run(app_with(tmp_path, f"chrome.test.{verb};"))
    assert status == expected
    assert lines[-1] == "1..1"


async def test_tests_that_do_not_end_are_a_failure_of_their_own(tmp_path):
    script = "chrome.test.runTests([function stuck() {}, function never() {}]);"
    status, lines = await run(app_with(tmp_path, script), seconds=1.0)
    assert status == 2
    assert "not ok 1 - stuck" in lines
    assert lines[-1] == "1..2"


async def test_an_app_that_says_nothing_is_told_as_such(tmp_path):
    status, lines = await run(app_with(tmp_path, "1;"), seconds=0.5)
    assert status == 2
    assert lines[1].startswith("Bail out! nothing more came within 0.5 s")


async def test_an_app_that_does_not_compile_is_not_waited_for(tmp_path):
    async with asyncio.timeout(60):
        status, lines = await run(app_with(tmp_path, "chrome.test.runTests([function one() {"), seconds=300)
    assert status == 2
    assert lines[1] == "Bail out! bg.js does not compile"


async def test_an_app_without_the_switch_has_no_chrome_test(tmp_path):
    from homeport.host import run_headless
    from homeport.storage import Storage

    said: list[str] = []
    engine, storage = Engine(), Storage(None)
    app = open_app(app_with(tmp_path, "console.log(typeof chrome.test)"))
    running = await run_headless(app, engine, storage, console=lambda *call: said.append(call[2]))
    await running.ready()
    await running.stop()
    await storage.aclose()
    await engine.aclose()
    assert said == ["undefined"]


def test_replies_are_an_object_of_texts(tmp_path):
    path = tmp_path / "replies.json"
    path.write_text(json.dumps({"ready": "go", "*": "yes"}))
    assert read_replies(path) == {"ready": "go", "*": "yes"}
    assert read_replies(None) == {}
    for wrong in ("[]", '{"a": 1}', "{"):
        path.write_text(wrong)
        with pytest.raises(UserError, match="--test-replies"):
            read_replies(path)
    path.unlink()
    with pytest.raises(UserError, match=r"^--test-replies .*replies\.json: No such file or directory\.$"):
        read_replies(path)


async def test_a_report_that_cannot_be_written_is_known_before_the_tests_run(tmp_path):
    engine, output = Engine(), io.StringIO()
    options = TestOptions(junit=tmp_path / "missing" / "results.xml")
    with pytest.raises(UserError, match=r"^--junit .*results\.xml: No such file or directory\.$"):
        await run_tests(open_app(APP), engine, options, output, io.StringIO())
    await engine.aclose()
    assert "ok" not in output.getvalue()


def test_the_command_prints_the_results_and_ends_with_their_status(tmp_path):
    replies = tmp_path / "replies.json"
    replies.write_text('{"*": "go"}')
    options = ["--chrome-test", "--test-replies", str(replies), "--test-arg", "arg"]
    command = [sys.executable, "-m", "homeport", "run", str(APP), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ok 1 - passes" in done.stdout
    assert "Error handling response" in done.stderr
