"""Which ``chrome.*`` a script uses, where, and with what arguments.

The text is parsed by tree-sitter, so that comments, strings and regular expressions cannot be mistaken for
code, and a script with errors is read as far as it makes sense. Names are followed through the ways in which
real apps write them: ``window.chrome``, ``chrome["sockets"]``, ``var tcp = chrome.sockets.tcp``,
``const {tcp} = chrome.sockets``. Scopes are not followed: a name that is an alias anywhere is one everywhere,
which is why only names that make a known API count.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from ._apis import Status, find_api

__all__ = ["Argument", "Call", "Script", "Use", "parse_script"]

_LANGUAGE = Language(tree_sitter_javascript.language())
_GLOBALS = frozenset(("window", "self", "globalThis", "top", "parent", "frames"))
_MEMBERS = frozenset(("member_expression", "subscript_expression"))
_THROUGH = frozenset(("parenthesized_expression", "binary_expression", "ternary_expression"))
_NAMES = frozenset(("identifier", "property_identifier", "import", "from"))
_CHROME = re.compile(rb"\bchrome\b")
_WORD = re.compile(rb"[\w$\x80-\xff]+")
#: How often an alias may be an alias of an alias.
_ALIAS_DEPTH = 3
#: No API has so many names, with parentheses around them; each step takes as long as the chain is deep.
_LONGEST_CHAIN = 32


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: the kind of its expression, and what it says if it is a plain text or number."""

    kind: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call or ``new`` of a name that is not ``chrome``'s: ``eval``, ``Worker``, ``document.write``."""

    name: str
    arguments: tuple[Argument, ...]
    line: int
    column: int
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A use of ``chrome``: the names behind it, and the arguments if it is called.

    ``is_fallback`` says that it is used only if something else is not there, as by ``x || chrome.socket``.
    """

    names: tuple[str, ...]
    line: int
    column: int
    arguments: tuple[Argument, ...] | None = None
    is_fallback: bool = False


class Script:
    """A parsed script. Places are those of its file, where it begins at ``line`` and ``column`` (from 1)."""

    def __init__(self, source: bytes, line: int = 1, column: int = 1) -> None:
        self.source = source
        self._line = line
        self._column = column
        self._root = Parser(_LANGUAGE).parse(source).root_node

    def uses(self) -> Iterator[Use]:
        """Every use of ``chrome``, directly and through aliases, in the order of the text."""
        found: dict[int, Use] = {}
        aliases: dict[str, tuple[str, ...]] = {}
        for node in self._identifiers(_CHROME):
            base = _chrome(node)
            if base is not None:
                self._follow(base, (), found, aliases)
        known: set[str] = set()
        for _ in range(_ALIAS_DEPTH):
            new = {name.encode(): path for name, path in aliases.items() if name not in known}
            known.update(aliases)
            for node in self._identifiers(_WORD, new):
                if node.type == "identifier" and _is_read(node):
                    self._follow(node, new[node.text or b""], found, aliases)
        return iter([found[at] for at in sorted(found)])

    def calls(self, words: frozenset[str]) -> Iterator[Call]:
        """Every call whose function is one of ``words``, such as ``eval`` or ``document.write``."""
        last = sorted({word.rpartition(".")[2] for word in words})
        for node in self._identifiers(re.compile(rb"\b(?:" + "|".join(last).encode() + rb")\b")):
            function = node.parent if _is_property(node) else node
            if function is None or function.parent is None:
                continue
            name = _without_globals(_text(function))
            call = function.parent
            field = {"call_expression": "function", "new_expression": "constructor"}.get(call.type)
            if name in words and field is not None and _field(call, field) == function:
                yield Call(name, self._arguments(call), *self._place(function), is_new=call.type[0] == "n")

    def reads(self, words: frozenset[str]) -> Iterator[tuple[str, int, int]]:
        """Every read of a global such as ``localStorage``, as itself or as ``window.localStorage``."""
        for node in self._identifiers(re.compile(rb"\b(?:" + "|".join(sorted(words)).encode() + rb")\b")):
            base = node.parent if _is_property(node) else node
            if base is not None and _without_globals(_text(base)) == _text(node) and _is_read(base):
                yield _text(node), *self._place(base)

    def imports(self) -> Iterator[tuple[str, int, int]]:
        """Every module that is imported, as it is written."""
        seen: set[int] = set()
        for node in self._identifiers(re.compile(rb"\b(?:import|from)\b")):
            statement: Node | None = node
            while statement is not None and statement.type not in ("import_statement", "export_statement"):
                statement = statement.parent if statement.type in ("import", "from") else None
            source = _field(statement, "source") if statement else None
            if source is None or source.start_byte in seen:
                continue
            seen.add(source.start_byte)
            if (text := _string(source)) is not None:
                yield text, *self._place(source)

    def _identifiers(
        self, pattern: re.Pattern[bytes], wanted: Container[bytes] | None = None
    ) -> Iterator[Node]:
        for match in pattern.finditer(self.source):
            if wanted is not None and match.group() not in wanted:
                continue
            node = self._root.descendant_for_byte_range(match.start(), match.end())
            # A node around it, such as a string, is something else that only has the word in it.
            if node is not None and node.type in _NAMES and node.text == match.group():
                yield node

    def _follow(
        self,
        base: Node,
        path: tuple[str, ...],
        found: dict[int, Use],
        aliases: dict[str, tuple[str, ...]],
    ) -> None:
        """From an expression that is ``chrome`` and ``path`` to the end of its chain."""
        node = base
        for _ in range(_LONGEST_CHAIN):
            if (member := _member_of(node)) is None:
                break
            node, name = member
            if name:
                path = (*path, name)
        for name, alias in _aliases(node, path):
            # A name that stands for several APIs is followed as the first that is there.
            if name not in aliases or (not _is_there(aliases[name]) and _is_there(alias)):
                aliases[name] = alias
        api = find_api(path)
        through_alias = base.type == "identifier" and _text(base) != "chrome"
        if api is None or (through_alias and (node == base or api.status is Status.UNKNOWN)):
            return
        call = node.parent
        called = call is not None and call.type == "call_expression" and _field(call, "function") == node
        arguments = self._arguments(call) if called and call is not None else None
        use = Use(path, *self._place(base), arguments, is_fallback=_is_fallback(node))
        found.setdefault(base.start_byte, use)

    def _arguments(self, call: Node) -> tuple[Argument, ...]:
        arguments = _field(call, "arguments")
        if arguments is None or arguments.type != "arguments":
            return ()
        nodes = [node for node in arguments.named_children if node.type != "comment"]
        return tuple(Argument(node.type, _value(node)) for node in nodes)

    def _place(self, node: Node) -> tuple[int, int]:
        row, column = node.start_point
        line_start = node.start_byte - column
        characters = len(self.source[line_start : node.start_byte].decode("utf-8", "replace"))
        return self._line + row, characters + (self._column if row == 0 else 1)


def parse_script(source: bytes, line: int = 1, column: int = 1) -> Script:
    """Parses a script, or as much of it as can be; never fails."""
    return Script(source, line, column)


def _field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _string(node: Node) -> str | None:
    """The value of a plain string; None for anything else. Escapes stay as they are written."""
    if node.type == "string" or (node.type == "template_string" and not node.named_child_count):
        return _text(node)[1:-1]
    if node.type == "template_string" and all(part.type == "string_fragment" for part in node.named_children):
        return _text(node)[1:-1]
    return None


def _value(node: Node) -> str | None:
    return _text(node) if node.type == "number" else _string(node)


def _is_property(node: Node) -> bool:
    return node.type == "property_identifier" and node.parent is not None and node.parent.type in _MEMBERS


def _without_globals(name: str) -> str:
    parts = "".join(name.split()).replace("?.", ".").split(".")
    while len(parts) > 1 and parts[0] in _GLOBALS:
        del parts[0]
    return ".".join(parts)


def _chrome(node: Node) -> Node | None:
    """The expression that is ``chrome`` where this name stands; None if it is something else of that name."""
    if node.type == "identifier":
        return node if _is_read(node) else None
    parent = node.parent
    if not _is_property(node) or parent is None:
        return None
    return parent if _without_globals(_text(parent)) == "chrome" else None


def _is_read(node: Node) -> bool:
    """Not a declaration, a parameter or a label."""
    parent = node.parent
    if parent is None:
        return True
    if parent.type in ("variable_declarator", "function_declaration", "class_declaration"):
        return _field(parent, "name") != node
    if parent.type == "assignment_expression":
        return _field(parent, "left") != node
    return parent.type not in ("formal_parameters", "catch_clause", "pair_pattern", "array_pattern")


def _member_of(node: Node) -> tuple[Node, str] | None:
    """The expression around ``node`` that takes a member of it, with the name; parentheses have none."""
    parent = node.parent
    if parent is None:
        return None
    if parent.type == "parenthesized_expression":
        return parent, ""
    if parent.type not in _MEMBERS or _field(parent, "object") != node:
        return None
    if parent.type == "member_expression":
        name = _field(parent, "property")
        return (parent, _text(name)) if name is not None else None
    index = _field(parent, "index")
    name_text = _string(index) if index is not None else None
    return (parent, name_text) if name_text else None


def _is_there(path: tuple[str, ...]) -> bool:
    api = find_api(path)
    return api is None or api.status in (Status.SUPPORTED, Status.PARTIAL)


def _is_fallback(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type not in _THROUGH:
        return False
    if parent.type == "ternary_expression":
        return _field(parent, "condition") != node
    return (parent.type == "binary_expression" and _field(parent, "right") == node) or _is_fallback(parent)


def _is_value(node: Node, parent: Node) -> bool:
    """Whether what is around an expression can have its value, and does not only ask for it."""
    if parent.type == "ternary_expression":
        return _field(parent, "condition") != node
    if parent.type != "binary_expression":
        return True
    operator = _field(parent, "operator")
    kind = operator.type if operator is not None else ""
    return kind in ("||", "??") or (kind == "&&" and _field(parent, "right") == node)


def _aliases(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names that are given to this expression: by ``var x = …``, ``x = …`` or ``var {x, y: z} = …``."""
    parent = node.parent
    while parent is not None and parent.type in _THROUGH:
        if not _is_value(node, parent):
            return
        node, parent = parent, parent.parent
    if parent is None:
        return
    fields = {"variable_declarator": ("value", "name"), "assignment_expression": ("right", "left")}
    value, target = fields.get(parent.type, ("", ""))
    if not value or _field(parent, value) != node:
        return
    name = _field(parent, target)
    if name is None:
        return
    if name.type == "identifier":
        if _text(name) != "chrome" and path:
            yield _text(name), path
    elif name.type == "object_pattern":
        for child in name.named_children:
            if child.type == "shorthand_property_identifier_pattern":
                yield _text(child), (*path, _text(child))
            elif child.type == "pair_pattern":
                key, local = _field(child, "key"), _field(child, "value")
                if key is not None and local is not None and local.type == "identifier":
                    yield _text(local), (*path, _text(key))
