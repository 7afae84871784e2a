"""The scripts of workers, with the one first that leads what they ask other servers.

A worker is classic or a module, and no request says which. Only a module says ``import`` or ``export``, and
brings others that run before it: there ours is the first of those. What says neither begins with ours itself.
"""

from __future__ import annotations

import codecs
import re

__all__ = ["WORKER_SHIM", "for_worker", "with_worker_shim"]

WORKER_SHIM = "web_worker.js"

_OF_MODULES = re.compile(rb"\b(?:import|export)\b")
#: A script that says to be strict, behind whatever comments: what is put first must say so as well.
#: Nothing in it is tried a second way: a row of slashes can be taken apart in more ways than one could try.
_STRICT = re.compile(rb"""(?:\s|//[^\n\r]*+|/\*(?>.*?\*/))*+(["'])use strict\1""", re.S)
_HASHBANG = re.compile(rb"#![^\n\r]*[\n\r]?")
_MODULE_STATEMENTS = ("import_statement", "export_statement")
#: So much of a script is looked at for what it imports, which stands at its top; all could take minutes.
_TOP = 64 << 10


def for_worker(destination: str | None) -> bool:
    """Whether what a browser asks for (``Sec-Fetch-Dest``) is a worker's own script."""
    return destination in ("worker", "sharedworker")


def with_worker_shim(script: bytes, shim: bytes) -> bytes:
    """The script with ours before it, in the same line."""
    script = script.removeprefix(codecs.BOM_UTF8)  # workers are UTF-8 anyway
    if _is_module(script):
        return f'import "/_homeport/{WORKER_SHIM}";'.encode() + script
    strict = b'"use strict";' if _STRICT.match(script) else b""
    hashbang = _HASHBANG.match(script)
    start = b"" if hashbang is None else hashbang[0]
    return start + strict + shim.strip() + b";" + script[len(start) :]


def _is_module(script: bytes) -> bool:
    script = script[:_TOP]
    if not _OF_MODULES.search(script):
        return False
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_javascript.language())).parse(script)
    return any(node.type in _MODULE_STATEMENTS for node in tree.root_node.children)
