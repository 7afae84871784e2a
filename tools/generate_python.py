"""Write ``docs/python-reference.md``: what ``homeport`` offers to a program, as the code itself says it.

Usage: python -m tools.generate_python [--check]
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.emit import emit

import homeport
from homeport import testing

TARGET = Path(__file__).resolve().parent.parent / "docs" / "python-reference.md"

HEAD = """\
# Python reference

What `homeport` and `homeport.testing` offer to a program. [chrome.sockets in Python](python.md) says how it
is meant; what each function does on the network, with each of its errors, is in the
[reference of the API](reference/index.md).
"""

#: The page's sections, and what is in each, in the order in which a reader wants it.
SECTIONS: Mapping[str, tuple[ModuleType, str]] = {
    "Opening an app": (homeport, "open run Chrome Sockets"),
    "Functions and events": (homeport, "Tcp Udp TcpServer"),
    "Calls, events and streams": (homeport, "Call Event Stream"),
    "What functions take": (homeport, "SocketProperties SecureOptions TlsVersions DnsQueryType"),
    "What functions give": (homeport, "CreateInfo SendInfo TcpSocketInfo UdpSocketInfo TcpServerSocketInfo"),
    "What events carry": (
        homeport,
        "TcpReceiveInfo UdpReceiveInfo ReceiveErrorInfo AcceptInfo AcceptErrorInfo",
    ),
    "Errors of calls": (
        homeport,
        "NetError PermissionDenied SocketNotFound SocketStateError QuotaExceeded Aborted InvocationError",
    ),
    "Other errors": (homeport, "HomeportError UserError ManifestError PolicyError"),
    "Codes": (homeport, "NetErrorCode error_text"),
    "Manifest, policy and bounds": (homeport, "Manifest Decision Policy Rule UdpLimits Credit SocketLimits"),
    "Tests": (testing, "MemoryNetwork Weather Listener Connection Datagrams"),
}
#: What else these classes have is for Homeport's own parts.
ONLY = {
    "Call": {"function", "args", "done"},
    "Event": {"add_listener", "remove_listener", "has_listener", "has_listeners", "for_socket"},
    "MemoryNetwork": {"weather", "names", "addresses", "is_offline", "listen", "connect", "datagrams"},
    "Policy": {"default", "strict", "with_rules"},
    "Rule": set(),
}
#: Classes without fields of which a program makes objects.
MADE = {"MemoryNetwork"}

_ROLE = re.compile(r":\w+:`(?:~(?:\w+\.)*)?([\w.]+)`")
_LIST = re.compile(r"(Args|Raises|Attributes):\n")
_ENTRY = re.compile(r"^ {4}(\w+): ", re.MULTILINE)
#: An attribute with the comment above it that says what it is.
_ATTRIBUTE = re.compile(r"((?: *#: .*\n)+) *(?:self\.)?([a-z]\w*)\b(?:: ([^=\n]+))?")


def spans(text: str) -> str:
    """Markup within a sentence as Markdown has it."""
    return _ROLE.sub(r"`\1`", text).replace("``", "`")


def prose(doc: str | None) -> Iterator[str]:
    """A docstring in Markdown, a paragraph or a list at a time."""
    for paragraph in inspect.cleandoc(doc or "").split("\n\n"):
        if title := _LIST.match(paragraph):
            yield f"{title[1]}:"
            entries = _ENTRY.sub(r"- `\1`: ", paragraph[title.end() :])
            yield spans(re.sub(r"^ {4,}", "  ", entries, flags=re.MULTILINE))
        elif paragraph.startswith("    "):
            yield f"```text\n{textwrap.dedent(paragraph)}\n```"
        elif paragraph != "::":
            yield spans(paragraph.removesuffix(":") if paragraph.endswith("::") else paragraph)


def signature(name: str, function: Callable[..., Any]) -> str:
    """A function as one calls it, with its types."""
    shown = inspect.signature(function)
    own = [each for each in shown.parameters.values() if each.name not in ("self", "cls")]
    return name + plain(str(shown.replace(parameters=own)))


def plain(text: str) -> str:
    """Types as they stand in the code, where they are texts or references to come."""
    return re.sub(r"ForwardRef\('(.*?)'(?:, [^)]*)?\)|(?<=[:>] )'([^']*)'", r"\1\2", text)


def fields(cls: type) -> dict[str, str]:
    """The fields of a class that holds values, each as one writes it."""
    if not (dataclasses.is_dataclass(cls) or hasattr(cls, "_fields")):
        return {}
    return {name: plain(str(field)) for name, field in inspect.signature(cls).parameters.items()}


def members(cls: type) -> Iterator[tuple[str, str]]:
    """What objects of a class have beside fields, each as one writes it, with what its code says of it."""
    named = ONLY.get(cls.__name__)
    bases = cls.__mro__[:1] if issubclass(cls, Exception) else cls.__mro__
    for each in bases:
        if each.__module__.startswith("homeport."):
            for written, name, doc in (*attributes(each), *functions(each)):
                if not name.startswith("_") and name not in fields(cls) and (named is None or name in named):
                    yield written, " ".join(prose(doc)).replace("\n", " ")


def attributes(cls: type) -> Iterator[tuple[str, str, str]]:
    """Those that a comment describes."""
    for comment, name, kind in _ATTRIBUTE.findall(inspect.getsource(cls)):
        yield f"{name}: {kind.strip()}" if kind else name, name, re.sub(r"\s*#: ", " ", comment).strip()


def functions(cls: type) -> Iterator[tuple[str, str, str | None]]:
    """Methods and properties."""
    for name, value in vars(cls).items():
        if isinstance(value, property):
            kind = inspect.signature(value.fget).return_annotation if value.fget else ""
            yield f"{name}: {kind}", name, value.__doc__
        elif isinstance(value, classmethod):
            yield signature(f"{cls.__name__}.{name}", value.__func__), name, value.__doc__
        elif inspect.isfunction(value):
            before = "await " if inspect.iscoroutinefunction(value) else ""
            yield before + signature(name, value), name, value.__doc__


def described(name: str, value: Any) -> Iterator[str]:
    """One name of the module's."""
    yield f"### {name}"
    if not isinstance(value, type):
        yield f"`{signature(name, value)}`"
        yield from prose(value.__doc__)
        return
    if name in MADE:
        yield f"`{signature(name, value)}`"
    if issubclass(value, Exception):
        yield f"A kind of {' and of '.join(f'`{base.__name__}`' for base in value.__bases__)}."
    yield from prose(value.__doc__)
    comments = {name: doc for _, name, doc in attributes(value)}
    told = "Attributes:" in (value.__doc__ or "")
    rows = [(shown, comments.get(name, "")) for name, shown in fields(value).items() if not told]
    if issubclass(value, enum.Enum) and len(value) < 10:
        rows += [(f"{each.name} = {each.value!r}", "") for each in value]
    rows += members(value)
    if rows:
        yield "\n".join(f"- `{written}`{': ' if doc else ''}{spans(doc)}" for written, doc in rows)


def generate() -> str:
    """The page."""
    parts = [HEAD.strip()]
    there = set()
    for title, (module, names) in SECTIONS.items():
        parts.append(f"## {title}")
        for name in names.split():
            there.add(name)
            parts += described(name, getattr(module, name))
    if missing := {*homeport.__all__, *testing.__all__} - there:
        raise SystemExit(f"on no page: {', '.join(sorted(missing))}; put them into SECTIONS")
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the page, or with ``--check`` say whether it is fresh."""
    return emit({TARGET: generate()})


if __name__ == "__main__":
    sys.exit(main())
