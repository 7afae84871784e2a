"""``homeport explain`` shows who decides: the manifest, the never-list, the policy, and the address."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from homeport.cli._explain import explain, split_target
from homeport.errors import UserError

MANIFEST = {
    "manifest_version": 2,
    "name": "Labels",
    "version": "1",
    "app": {"background": {"scripts": ["b.js"]}},
    "sockets": {
        "tcp": {"connect": ["*.plant.test:9100", "169.254.169.254", "10.1.2.3:*"]},
        "tcpServer": {"listen": "*:8080"},
        "udp": {"multicastMembership": ""},
    },
    "permissions": ["dns"],
}


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    (folder / "b.js").write_text("")
    return folder


@pytest.fixture
def ask(app):
    def run(*words):
        result = CliRunner().invoke(explain, [str(app), *words], catch_exceptions=False)
        return result.exit_code, result.stdout.splitlines()

    return run


def test_an_allowance_shows_each_on_its_line_and_marks_the_address(ask):
    status, lines = ask("printer.plant.test:9100", "--map-host", "printer.plant.test=192.0.2.7")
    assert status == 0
    assert lines == [
        "allowed  tcp.connect printer.plant.test:9100",
        '  manifest  "*.plant.test:9100"',
        "  never     nothing against it",
        "  policy    default profile",
        "  address   > 192.0.2.7  allowed",
    ]


def test_a_denial_by_the_manifest_looks_nothing_up(ask):
    status, lines = ask("elsewhere.test:80")
    assert status == 1
    assert lines[0] == "refused  tcp.connect elsewhere.test:80"
    assert lines[1] == "  manifest  nothing in sockets.tcp.connect allows it"
    assert lines[-1] == "  address   not looked up"


@pytest.mark.parametrize(
    ("target", "others"), [("elsewhere.test:80", False), ("192.0.2.7:8080", True), ("0.0.0.0:8080", True)]
)
def test_who_asks_about_connecting_is_told_what_else_the_app_may_do_there(ask, target, others):
    status, lines = ask(target)
    assert status == 1
    told = "  but       tcpServer.listen is allowed there; --operation tcpServer.listen says why"
    assert (told in lines) == others


def test_a_denial_by_the_policy_names_its_line_and_the_address(ask, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\naction = "deny"\nnetworks = ["10.0.0.0/8"]\nreason = "the plant"\n')
    status, lines = ask("10.1.2.3:80", "--policy", str(policy))
    assert status == 1
    assert lines[3:] == [
        "  policy    deny 10.0.0.0/8 (line 1): the plant",
        "  address   > 10.1.2.3  refused: policy: deny 10.0.0.0/8 (line 1): the plant",
    ]


def test_a_denial_by_the_never_list_is_told_as_such(ask):
    status, lines = ask("0xa9fea9fe:80", "--json")
    found = json.loads("\n".join(lines))
    assert (status, found["allowed"]) == (1, False)
    status, lines = ask("169.254.169.254:80")
    assert lines[2] == "  never     169.254.169.254 hands out the machine's own credentials"


def test_of_a_name_without_an_address_no_rule_can_be_told(ask):
    _, lines = ask("no-such-name.plant.test:9100")
    assert lines[-2] == "  policy    its address would decide"
    assert lines[-1].startswith("  address   none: net::ERR_")


def test_listening_is_explained_too(ask):
    status, lines = ask("0.0.0.0:8080", "--operation", "tcpServer.listen")
    assert status == 0
    assert lines[-1] == "  address   > 0.0.0.0  allowed"


def test_joining_a_group_is_explained_for_the_group_alone(ask):
    status, lines = ask("239.255.255.250", "--operation", "udp.multicastMembership")
    assert status == 0
    assert lines[:2] == ["allowed  udp.multicastMembership 239.255.255.250", '  manifest  ""']
    assert ask("ff02::fb", "--operation", "udp.multicastMembership")[0] == 0


def test_looking_a_name_up_is_explained_for_the_name_alone(app, ask, tmp_path):
    question = "printer.plant.test", "--operation", "dns.resolve", "--map-host", "printer.plant.test=10.1.2.3"
    status, lines = ask(*question)
    assert status == 0
    assert lines == [
        "allowed  dns.resolve printer.plant.test",
        '  manifest  permission "dns"',
        "  never     nothing against it",
        "  policy    default profile",
        "  address   > 10.1.2.3  allowed",
    ]
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\naction = "deny"\noperations = ["dns.resolve"]\nnetworks = ["10.0.0.0/8"]\n')
    status, lines = ask(*question, "--policy", str(policy))
    assert status == 1
    assert lines[-1].startswith("  address   > 10.1.2.3  refused: policy: deny ")
    (app / "manifest.json").write_text(json.dumps(MANIFEST | {"permissions": []}))
    status, lines = ask(*question)
    assert status == 1
    assert lines[1] == '  manifest  no permission "dns"'
    assert lines[-1] == "  address   not looked up"


def test_programs_get_one_object(ask):
    status, lines = ask("printer.plant.test:9100", "--map-host", "printer.plant.test=192.0.2.7", "--json")
    found = json.loads("\n".join(lines))
    assert status == 0
    assert found.pop("app_id")
    assert found == {
        "app": "Labels",
        "operation": "tcp.connect",
        "target": "printer.plant.test:9100",
        "allowed": True,
        "decided_by": "policy",
        "rule": 'manifest: sockets.tcp.connect "*.plant.test:9100"; policy: default profile',
        "manifest": "*.plant.test:9100",
        "never": None,
        "policy": "policy: default profile",
        "address": "192.0.2.7",
        "addresses": [
            {"address": "192.0.2.7", "allowed": True, "never": None, "policy": "policy: default profile"}
        ],
        "unresolved": None,
    }


def test_nothing_in_the_question_reaches_the_terminal_as_a_command(ask):
    _, lines = ask("a\x1b]0;owned\x07\nb:80")
    text = "\n".join(lines)
    assert "\x1b]" not in text
    assert "\x07" not in text
    assert lines[0] == "refused  tcp.connect a\\x1b]0;owned\\x07\\nb:80"


@pytest.mark.parametrize(
    "target", ["host", "host:", "host:x", "host:65536", "host:٣", "::1:80", f"h:{'9' * 5000}"]
)
def test_what_is_no_target_is_said_to_be_none(target):
    with pytest.raises(UserError, match="is not HOST:PORT"):
        split_target(target)


def test_an_ipv6_address_is_in_brackets():
    assert split_target("[::1]:80") == ("::1", 80)
