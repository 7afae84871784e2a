"""A call in Chromium's manner becomes one of ours."""

from __future__ import annotations

import pytest

from homeport.cli._chromium import translate


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        (["--load-and-launch-app=/a b"], ["run", "/a b", "--end-with-shell"]),
        (["--load-and-launch-app", "/a"], ["run", "/a", "--end-with-shell"]),
        (
            ["--no-sandbox", "--load-and-launch-app=/a", "--headless=new"],
            ["run", "/a", "--end-with-shell", "--headless"],
        ),
        (
            ["--user-data-dir=/p", "--load-and-launch-app=/a", "about:blank"],
            ["run", "/a", "--end-with-shell"],
        ),
        (
            ["--host-resolver-rules=MAP a.test 127.0.0.1:81, MAP b.test ::1", "--load-and-launch-app=/a"],
            [
                "run",
                "/a",
                "--end-with-shell",
                "--map-host",
                "a.test=127.0.0.1:81",
                "--map-host",
                "b.test=::1",
            ],
        ),
        (["run", "/a", "--load-and-launch-app=/b"], ["run", "/a", "--load-and-launch-app=/b"]),
        (["check", "/a"], ["check", "/a"]),
        ([], []),
    ],
)
def test_chromiums_way_to_start_an_app_is_understood(words: list[str], ours: list[str]) -> None:
    assert translate(words) == ours


def test_flags_that_mean_nothing_here_are_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    translate(["--no-sandbox", "--load-and-launch-app=/a", "--no-sandbox", "--disable-gpu"])
    assert capsys.readouterr().err == "homeport: ignored Chromium's --disable-gpu, --no-sandbox\n"
