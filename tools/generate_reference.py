"""Write ``docs/reference/``: one page for each namespace of the API table, and one for the network's errors.

Usage: python -m tools.generate_reference [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.emit import emit

from homeport.chrome import (
    TABLE,
    Callback,
    Dictionary,
    Event,
    Failure,
    Function,
    Namespace,
    Param,
    Permission,
    Type,
)
from homeport.net_errors import NetErrorCode

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference"

INDEX = """\
# Reference

Every function, event and type that Homeport gives an app, made from the table that the code itself works by.
Where a function takes a callback, it may be left out: then the function returns a promise.

```{{toctree}}
{pages}
```
"""

ERRORS = """\
# Network errors

Codes are Chromium's. `chrome.runtime.lastError.message` is `net::ERR_` and the name.

| code | name | meaning |
|---|---|---|
"""


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|")


def type_text(shown: Type) -> str:
    """A type as a reader wants it."""
    if shown.kind == "array" and shown.items is not None:
        return f"{type_text(shown.items)}[]"
    if shown.kind == "choices":
        return " or ".join(type_text(one) for one in shown.choices)
    if shown.kind == "object" and shown.properties:
        inner = (
            f"{p.name}{'?' if p.optional else ''}: {type_text(p.type)}" for p in shown.properties.values()
        )
        return f"{{{', '.join(inner)}}}"
    return "ArrayBuffer" if shown.kind == "binary" else (shown.ref or shown.kind)


def fields(params: Iterable[Param], what: str) -> Iterator[str]:
    """A table of parameters or properties."""
    rows = list(params)
    if not rows:
        return
    yield f"| {what} | type | |"
    yield "|---|---|---|"
    for p in rows:
        optional = "; optional" if p.optional else ""
        yield f"| `{p.name}` | `{cell(type_text(p.type))}`{optional} | {cell(p.doc)} |"
    yield ""


def signature(function: Function) -> str:
    """The function as one writes it."""
    names = [f"{p.name}?" if p.optional else p.name for p in function.params]
    if function.callback is not None:
        names.append("callback?")
    return f"{function.name}({', '.join(names)})"


def given(callback: Callback | None) -> Iterator[str]:
    """What the callback gets."""
    if callback is None:
        return
    if not callback.params:
        yield "The callback gets nothing."
    for p in callback.params:
        yield f"The callback gets `{p.name}`, `{type_text(p.type)}`: {p.doc}"
    yield ""


def permission(decision: Permission) -> Iterator[str]:
    """What the manifest must say."""
    if decision.operation is None:
        return
    about = [f"`{name}`" for name in (decision.host, decision.port) if name]
    asked = f", for {' and '.join(about)}" if about else ""
    operations = " or ".join(f"`{one}`" for one in decision.operation.split("|"))
    yield f"Permission: {operations}{asked}."
    yield ""


def failures(errors: Iterable[Failure]) -> Iterator[str]:
    """A table of errors."""
    rows = list(errors)
    if not rows:
        return
    yield "| `lastError` | code | when |"
    yield "|---|---|---|"
    for one in rows:
        yield f"| `{one.text}` | {'' if one.code is None else one.code} | {cell(one.when)} |"
    yield ""


def function_lines(function: Function) -> Iterator[str]:
    """One function."""
    yield f"### {function.name}"
    yield ""
    yield f"`{signature(function)}`"
    yield ""
    yield function.doc
    yield ""
    yield from fields(function.params, "parameter")
    yield from given(function.callback)
    yield from permission(function.permission)
    yield from failures(function.errors)


def event_lines(event: Event) -> Iterator[str]:
    """One event."""
    yield f"### {event.name}"
    yield ""
    yield event.doc
    yield ""
    yield from fields(event.params, "the listener gets")


def dictionary_lines(dictionary: Dictionary) -> Iterator[str]:
    """One dictionary."""
    yield f"### {dictionary.name}"
    yield ""
    yield dictionary.doc
    yield ""
    yield from fields(dictionary.properties, "property")


def required(space: Namespace) -> str:
    """What the manifest must have for the namespace to be there."""
    if space.requires is None:
        return "Every app has it."
    kind, _, name = space.requires.rpartition(":")
    if kind:
        return f'The manifest needs `"{name}"` among its permissions.'
    return f"The manifest needs the key `{name}`."


def page(space: Namespace) -> str:
    """One namespace."""
    lines = [f"# chrome.{space.name}", "", space.doc, "", required(space), ""]
    if space.functions:
        lines += ["## Functions", ""]
        for function in space.functions.values():
            lines += function_lines(function)
    if space.events:
        lines += ["## Events", ""]
        for event in space.events.values():
            lines += event_lines(event)
    if space.dictionaries or space.enums or space.constants:
        lines += ["## Types", ""]
    for dictionary in space.dictionaries:
        lines += dictionary_lines(dictionary)
    for enum in space.enums:
        values = ", ".join(f'`"{value}"`' for value in enum.values)
        lines += [f"### {enum.name}", "", enum.doc, "", f"{values}.", ""]
    for name, value in space.constants.items():
        lines += [f"`{name}`: {value}", ""]
    return "\n".join(lines).rstrip() + "\n"


def generate() -> dict[str, str]:
    """Every page, by file name."""
    pages = {f"{name}.md": page(space) for name, space in TABLE.items()}
    rows = "".join(f"| {code:d} | `{code.name}` | {cell(code.description)} |\n" for code in NetErrorCode)
    pages["net-errors.md"] = ERRORS + rows
    names = "\n".join(name.removesuffix(".md") for name in pages)
    return {"index.md": INDEX.format(pages=names), **pages}


def main() -> int:
    """Write the pages, or with ``--check`` say whether they are fresh."""
    return emit({TARGET / name: text for name, text in generate().items()}, folder=TARGET)


if __name__ == "__main__":
    sys.exit(main())
