"""A package's front door behind which nothing is loaded before somebody asks for it.

An app's start is made of imports, so what it does not need shall not be there. A package writes its imports
for whoever reads types, and says where each name is for whoever runs it::

    if TYPE_CHECKING:
        from ._engine import Engine
    else:
        __getattr__ = lazy(__name__, {"_engine": ["Engine"]})
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module


def lazy(package: str, modules: Mapping[str, Iterable[str]]) -> Callable[[str], object]:
    """The ``__getattr__`` of ``package``: names, listed by the module of the package that holds them."""
    homes = {name: module for module, names in modules.items() for name in names}

    def __getattr__(name: str) -> object:  # noqa: N807 - what it becomes
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__
