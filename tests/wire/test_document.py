"""The examples in docs/wire.md are what the code reads and writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "wire.md"


def examples() -> dict[str, bytes]:
    block = DOCUMENT.read_text("utf-8").split("### Examples")[1].split("(The test")[0]
    found: dict[str, bytes] = {}
    digits = ""
    for line in block.strip().splitlines():
        match = re.fullmatch(r"\s*((?:[0-9a-f]{2,} ?)+)\s*(([A-Z]+) .*)?", line)
        assert match, line
        digits += match[1].replace(" ", "")
        if match[3]:
            found[match[3]] = bytes.fromhex(digits)
            digits = ""
    return found


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("SEND", ("tcp_send", 5, 3, b"hi")),
        ("SENDTO", ("udp_send", 6, 1, b"!", "127.0.0.1", 5353, None)),
        ("CREDIT", ("credit", "tcp", 3, 2)),
        ("CALL", ("call", 9, "x.y", [1, b"hi"])),
    ],
)
def test_the_daemon_reads_each_example_for_it(name, told, daemon, calls):
    daemon.receive(examples()[name])
    assert calls.log == [told]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("RECEIVE", ("tcp_receive", 3, b"hi")),
        ("DATAGRAM", ("udp_receive", 1, b"!", "127.0.0.1", 5353)),
        ("ITEMS", ("abandoned", 12)),
        ("SENT", ("result", 5, [{"resultCode": 0, "bytesSent": 2}], None)),
        ("KEPT", ("kept", 3, 65536)),
    ],
)
def test_the_page_reads_each_example_for_it(name, told, page_and_answers):
    page, answers = page_and_answers
    page.receive(examples()[name])
    assert answers.log == [told]


def test_both_sides_write_the_examples(daemon, page_and_answers):
    page, _ = page_and_answers
    daemon.tcp_receive(3, b"hi")
    daemon.udp_receive(1, b"!", "127.0.0.1", 5353)
    daemon.abandoned(12)
    daemon.sent(5, 2)
    for _ in range(4):
        page.call("x", [])
    page.take()
    page.tcp_send(3, b"hi")
    page.udp_send(1, b"!", "127.0.0.1", 5353)
    page.credit("tcp", 3, 2)
    daemon.kept(3, 65536)
    table = examples()
    told = ("RECEIVE", "DATAGRAM", "ITEMS", "SENT", "KEPT")
    assert b"".join(daemon.take()) == b"".join(table[name] for name in told)
    assert b"".join(page.take()) == b"".join(table[n] for n in ("SEND", "SENDTO", "CREDIT"))
