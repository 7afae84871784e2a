"""Uses of ``chrome`` are found wherever real apps write them, and nowhere else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.inspect._javascript import Argument, parse_script


def names(source: str) -> list[str]:
    return [".".join(use.names) for use in parse_script(source.encode()).uses()]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("chrome.sockets.tcp.create({}, f)", ["sockets.tcp.create"]),
        ("window.chrome.runtime.id", ["runtime.id"]),
        ("globalThis . chrome . runtime . id", ["runtime.id"]),
        ("chrome?.runtime?.id", ["runtime.id"]),
        ('chrome["sockets"][`tcp`].create({}, f)', ["sockets.tcp.create"]),
        ("(chrome.app).window.create('a.html')", ["app.window.create"]),
        ("chrome.sockets.tcp.onReceive.addListener(f)", ["sockets.tcp.onReceive.addListener"]),
        ("chrome.runtime.getURL('x').length", ["runtime.getURL"]),
        ("if (chrome.serial && chrome.sockets) {}", ["serial"]),
        ("f(chrome.storage.local)", ["storage.local"]),
        ("var s = chrome.sockets.udp; s.send(1)", ["sockets.udp", "sockets.udp.send"]),
        (
            "let s; s = chrome.socket || chrome.experimental.socket; s.read(1)",
            ["socket", "experimental.socket", "socket.read"],
        ),
        (
            "var s = (chrome.experimental && chrome.experimental.socket) || chrome.socket; s.read(1)",
            ["experimental", "experimental.socket", "socket", "socket.read"],
        ),
        (
            "var s = chrome.experimental ? chrome.experimental.socket : chrome.socket; s.read(1)",
            ["experimental", "experimental.socket", "socket", "socket.read"],
        ),
        ("var yes = chrome.serial === undefined; yes.read()", ["serial"]),
        (
            "const {tcp, udp: u} = chrome.sockets; tcp.close(1); u.close(2)",
            ["sockets.tcp.close", "sockets.udp.close"],
        ),
        ("const s = chrome.sockets, t = s.tcp; t.send(1)", ["sockets.tcp", "sockets.tcp.send"]),
        (
            "const {onAccept} = chrome.sockets.tcpServer; onAccept.addListener(f)",
            ["sockets.tcpServer", "sockets.tcpServer.onAccept.addListener"],
        ),
        ("var $ = chrome.runtime; $.getURL('x')", ["runtime", "runtime.getURL"]),
        ("function f(chrome) { chrome.usb.getDevices() }", ["usb.getDevices"]),
        (
            "class A { #x = chrome.runtime.id; static { chrome.idle.queryState(1) } }",
            ["runtime.id", "idle.queryState"],
        ),
        ("async () => { for await (const x of chrome.alarms.getAll()) {} }", ["alarms.getAll"]),
        ("chrome.runtime.getURL(chrome.runtime.id)", ["runtime.getURL", "runtime.id"]),
    ],
)
def test_a_use_is_found(source: str, found: list[str]) -> None:
    assert names(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "// chrome.sockets.tcp.create",
        "/* chrome.sockets.tcp.create */",
        "'chrome.sockets.tcp.create'",
        "`chrome.sockets.tcp.create`",
        "/chrome.sockets.tcp/.test(x)",
        "my.chrome.sockets.tcp.create()",
        "mychrome.sockets.tcp.create()",
        "({chrome: {sockets: 1}})",
        "var chrome = 1",
        "chrome[name].create()",
        "var a = chrome.sockets; a\\u0061.tcp.create()",
        "tcp.create(); var tcp = chrome.nothing.known;",
        "chrome",
        "",
    ],
)
def test_what_only_looks_like_a_use_is_not_found(source: str) -> None:
    assert not [name for name in names(source) if "sockets" in name or "create" in name]


def test_code_in_a_template_is_code() -> None:
    assert names("`a ${chrome.runtime.id} b`") == ["runtime.id"]


def test_a_script_with_errors_is_read_as_far_as_it_makes_sense() -> None:
    assert names("chrome.runtime.id; if (\nfunction f() { chrome.idle.queryState(1) } }") == [
        "runtime.id",
        "idle.queryState",
    ]


def test_places_count_characters_from_where_the_script_begins() -> None:
    source = "é = chrome.runtime.id;\n  chrome.runtime.id".encode()
    assert [(use.line, use.column) for use in parse_script(source).uses()] == [(1, 5), (2, 3)]
    assert [(use.line, use.column) for use in parse_script(source, 10, 20).uses()] == [(10, 24), (11, 3)]


def test_arguments_are_told_by_kind_and_text() -> None:
    [use] = parse_script(b"chrome.sockets.tcp.connect(id, 'h', 80, /* c */ () => 0, ...rest, false)").uses()
    assert use.arguments == (
        Argument("identifier"),
        Argument("string", "h"),
        Argument("number", "80"),
        Argument("arrow_function"),
        Argument("spread_element"),
        Argument("false"),
    )


def test_a_use_that_is_no_call_has_no_arguments() -> None:
    [use] = parse_script(b"f(chrome.sockets.tcp.close)").uses()
    assert use.arguments is None


def test_calls_of_other_names_are_found() -> None:
    source = b"eval(x); window.eval(y); my.eval(z); eval; new Function('a'); Function('b'); document.write(1)"
    calls = list(parse_script(source).calls(frozenset(["eval", "Function", "document.write"])))
    assert [(call.name, call.is_new) for call in calls] == [
        ("eval", False),
        ("eval", False),
        ("Function", True),
        ("Function", False),
        ("document.write", False),
    ]


def test_reads_of_globals_are_found() -> None:
    source = b"localStorage.x; window.localStorage; my.localStorage; var localStorage; 'localStorage'"
    assert [column for _, _, column in parse_script(source).reads(frozenset(["localStorage"]))] == [1, 17]


def test_imports_are_found() -> None:
    source = b"import a from './a.js'; import './b.js'; export * from \"c\"; from('d'); import('e')"
    assert [name for name, _, _ in parse_script(source).imports()] == ["./a.js", "./b.js", "c"]


@given(st.text("chrome.sockets=;(){}[]'\"`/*\n$,:?"))
def test_any_text_can_be_looked_at(source: str) -> None:
    script = parse_script(source.encode())
    for use in script.uses():
        assert use.names
    list(script.calls(frozenset(["eval"])))
    list(script.imports())


def test_a_script_that_is_all_aliases_takes_no_time_to_speak_of() -> None:
    source = "\n".join(f"var a{number} = chrome.sockets.tcp;" for number in range(5000))
    assert len(names(source)) == 5000


def test_a_chain_of_names_without_end_is_followed_as_far_as_an_api_goes() -> None:
    begun = time.process_time()
    assert len(list(parse_script(b"chrome" + b".alarms" * 20_000).uses())) == 1
    assert time.process_time() - begun < 5
