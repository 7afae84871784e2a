"""Writing a policy as the text that :mod:`._policy_file` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ._policy import STRICT_UDP, Policy, Rule, UdpLimits


def format_policy(policy: Policy) -> str:
    """The text of a policy. Reading it gives the same policy."""
    parts = [f'profile = "{policy.profile}"\ndefault = "{policy.otherwise}"\n']
    parts += [_rule(rule) for rule in policy.rules]
    if limits := _limits(policy.udp, STRICT_UDP if policy.profile == "strict" else UdpLimits()):
        parts.append(f"[udp]\n{limits}")
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    lines = ["[[rule]]", f'action = "{rule.action}"']
    if rule.operations is not None:
        lines.append(f"operations = {_texts(sorted(rule.operations))}")
    if rule.hosts is not None:
        lines.append(f"hosts = {_texts(rule.hosts)}")
    if rule.networks is not None:
        lines.append(f"networks = {_texts(map(str, rule.networks))}")
    if rule.ports is not None:
        ports = (str(low) if low == high else f'"{low}-{high}"' for low, high in rule.ports)
        lines.append(f"ports = [{', '.join(ports)}]")
    if rule.reason:
        lines.append(f"reason = {_text(rule.reason)}")
    return "\n".join(lines) + "\n"


def _limits(limits: UdpLimits, usual: UdpLimits) -> str:
    lines = []
    for name in UdpLimits._fields:
        value = getattr(limits, name)
        if value != getattr(usual, name):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            lines.append(f"{name.replace('_', '-')} = {text}\n")
    return "".join(lines)


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    # A TOML text is a JSON text, but that surrogate pairs are written as they are.
    return json.dumps(value, ensure_ascii=False)
