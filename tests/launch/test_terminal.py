"""What the terminal of a run says of what happens."""

from __future__ import annotations

import logging

import pytest

from homeport.engine import Decision, Engine, Policy, PolicyFile
from homeport.engine._session import Muted
from homeport.launch._terminal import Terminal, Voice
from homeport.launch._traffic import Traffic, TrafficByApp
from homeport.net_errors import NetErrorCode


@pytest.fixture
def traffic():
    return Traffic()


def deny(traffic, port):
    decision = Decision(False, "manifest: nothing allows it", "manifest")
    traffic.decided(None, "tcp.connect", "plc.test", port, decision)


def test_a_denial_is_told_once_with_its_rule(traffic, capsys):
    voice = Voice(Terminal(status=False))
    deny(traffic, 23)
    voice.refresh(traffic)
    voice.refresh(traffic)
    assert capsys.readouterr().err == (
        "homeport: refused tcp.connect plc.test:23 (manifest: nothing allows it)\n"
    )


def test_of_denials_at_once_each_is_told_and_of_many_the_last(traffic, capsys):
    voice = Voice(Terminal(status=False))
    for ports in ((1, 2, 3), (4, 3), range(10, 20)):
        for port in ports:
            deny(traffic, port)
        voice.refresh(traffic)
    *lines, more = capsys.readouterr().err.splitlines()
    refused = [f"homeport: refused tcp.connect plc.test:{n} (manifest: nothing allows it)" for n in range(20)]
    assert lines == [*refused[1:5], *refused[17:20]]
    assert more == "homeport: so it was with 7 others just before"


def test_under_another_policy_a_denial_is_news_again(traffic, capsys):
    apps = TrafficByApp()
    voice = Voice(Terminal(status=False))
    for _ in range(2):
        for _ in range(2):
            deny(apps.of("a"), 23)
            voice.refresh(apps.of("a"))
        apps.policy_changed(Policy.default())
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_who_wants_quiet_is_told_warnings_only(traffic, capsys):
    voice = Voice(Terminal(quiet=True))
    deny(traffic, 23)
    voice.refresh(traffic)
    voice.warn("the log is full")
    assert capsys.readouterr().err == "homeport: the log is full\n"


def fail(traffic, port):
    traffic.failed(None, "tcpServer.listen", "127.0.0.1", port, NetErrorCode.OUT_OF_MEMORY)


def test_a_listener_that_fails_again_and_again_is_told_once(traffic, capsys):
    voice = Voice(Terminal(status=False))
    for _ in range(2):
        fail(traffic, 80)
        voice.refresh(traffic)
    said = "homeport: the app cannot listen at 127.0.0.1:80: net::ERR_OUT_OF_MEMORY.\n"
    assert capsys.readouterr().err == said


def test_of_many_ports_that_are_tried_the_last_are_told(traffic, capsys):
    voice = Voice(Terminal(status=False))
    for port in range(10, 20):
        fail(traffic, port)
    voice.refresh(traffic)
    *lines, more = capsys.readouterr().err.splitlines()
    assert [line.partition("127.0.0.1:")[2][:2] for line in lines] == ["17", "18", "19"]
    assert more == "homeport: so it was with 7 others just before"


def test_an_app_that_fails_without_end_fills_no_memory_and_it_is_said_that_no_more_is_told(traffic, capsys):
    voice = Voice(Terminal(status=False))
    for start in (0, 500, 2500, 5000):
        for port in range(start, start + 2500):
            fail(traffic, port)
            deny(traffic, port)
        voice.refresh(traffic)
    assert len(traffic.failures) == len(traffic.refusals) == 1000
    assert capsys.readouterr().err.count("is told no more; the last of it is in `homeport ps --json`") == 1


def test_what_parts_of_it_log_as_a_warning_is_a_line_of_it(capsys):
    log = logging.getLogger("homeport.part")
    with Terminal(quiet=True).with_warnings():
        log.warning("the file %s\nis full", "x")
        log.info("all is well")
    assert capsys.readouterr().err == "homeport: the file x\\nis full\n"


@pytest.mark.parametrize("quiet", [False, True])
def test_who_changes_the_policy_reads_that_it_is_in_force(tmp_path, capsys, quiet):
    path = tmp_path / "policy.toml"
    path.write_text("")
    file = PolicyFile(path)
    path.write_text('[[rule]]\naction = "deny"\nports = [23]\n')
    with Terminal(quiet=quiet).with_warnings():
        assert file.refresh()
    said = "" if quiet else f"homeport: {path}: in force (rules: 1)\n"
    assert capsys.readouterr().err == said


async def test_the_status_counts_all_apps(traffic, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    deny(traffic, 23)
    other = Traffic()
    engine = Engine(observer=other)
    engine.open_session("a" * 32, None, Muted()).received = 2000
    await engine.aclose()
    Terminal(status=True).count([traffic, other], "2 apps")
    assert "2 apps · 0 sockets · in 2.0 KB · out 0 B · last denial: tcp.connect" in capsys.readouterr().err


def test_each_line_of_one_of_several_has_its_label(capsys):
    voice = Voice(Terminal(status=False), "scale", width=7)
    voice.console("log", "b.js:1", "one\ntwo")
    voice.note("it is loaded")
    said, ours = capsys.readouterr()
    assert said == "scale   | LOG   b.js:1 one\nscale   |     two\n"
    assert ours == "homeport: scale: it is loaded\n"
