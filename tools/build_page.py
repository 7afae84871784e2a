"""Bundles the page's TypeScript into plain scripts, with Deno.

Two ways in: hatchling calls :class:`PageBuildHook` when a wheel is built, and a developer runs
``python tools/build_page.py``. Deno comes from its PyPI package, a build requirement, so that Python alone
is enough to build. What the scripts are made of is listed in :data:`ENTRIES`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hatchling.builders.config import BuilderConfig
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    Hook = BuildHookInterface[BuilderConfig]
else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface as Hook
    except ImportError:  # run as a script where hatchling is not installed
        Hook = object

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("src/homeport/page")


#: The authorities that this machine trusts are good enough: a network may have one of its own.
TRUST = {"DENO_TLS_CA_STORE": "mozilla,system"}


class Entry(NamedTuple):
    """One script: the module it starts from, its name in ``_dist``, and where it will run."""

    source: str
    output: str
    platform: str  # "browser" or "deno"
    format: str  # "iife" runs as a classic script, before the app's first line; "esm" is a module
    small: bool = False  # it is sent to every page, and used by few
    one_line: bool = False  # it is put before the first line of another
    keeps: bool = False  # it goes on while apps' libraries put others in the places of globals
    texts: Mapping[str, str] = {}  # constants of it that hold others, which are built before


ENTRIES = [
    Entry("shell.ts", "shell.js", "browser", "iife"),
    Entry("shim.ts", "shim.js", "browser", "iife", keeps=True),
    Entry("web_worker.ts", "web_worker.js", "browser", "iife", small=True, one_line=True),
    Entry("clock.ts", "clock.js", "browser", "iife", small=True),
    Entry("sandbox.ts", "sandbox.js", "browser", "iife"),
    Entry("idb/main.ts", "indexed_db.js", "deno", "iife", small=True),
    Entry(
        *("headless/main.ts", "headless.js", "deno", "esm"),
        keeps=True,
        texts={"HOMEPORT_SHIM": "shim.js", "HOMEPORT_INDEXED_DB": "indexed_db.js"},
    ),
    Entry("headless/worker_main.ts", "worker.js", "deno", "esm"),
    Entry("headless/check.ts", "check.js", "deno", "esm"),
]

#: What a script has of its own, as it was before the app's first line: MooTools has another ``Event``, tests
#: have clocks that stand still. Of what the runtime loads at its first use only what each start uses anyway.
KEPT = (
    "Array, ArrayBuffer, DataView, Date, Error, JSON, Map, Number, Object, Promise, Proxy, RangeError, "
    "Reflect, Set, String, Symbol, SyntaxError, TypeError, Uint8Array, WeakMap, WeakSet, "
    "CustomEvent, DOMException, ErrorEvent, Event, EventTarget, MessageChannel, MessageEvent, URL, "
    "TextDecoder, TextEncoder, performance, queueMicrotask, structuredClone, "
    "clearInterval, clearTimeout, setInterval, setTimeout"
)


def find_deno() -> str:
    """The Deno binary of the PyPI package, else the one beside this Python, else the one on the path."""
    try:
        from deno import find_deno_bin

        return str(find_deno_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("deno", path=str(Path(sys.executable).parent)) or shutil.which("deno")
    if found is None:
        raise SystemExit("build_page: no deno found; pip install deno")
    return found


def build(root: Path = ROOT) -> list[Path]:
    """Bundle every entry below ``root``, copy ``static``, and return the files written."""
    deno, page = find_deno(), root / PAGE
    config = ["--config", str(root / "deno.json")]
    lock = ["--frozen"] if (root / "deno.lock").exists() else []
    written = []
    for entry in ENTRIES:
        output = page / "_dist" / entry.output
        output.parent.mkdir(parents=True, exist_ok=True)
        options = ["--platform", entry.platform, "--format", entry.format, "--output", str(output)]
        options += ["--minify"] if entry.small else []
        source = str(page / "src" / entry.source)
        command = [deno, "bundle", "--quiet", *config, *lock, *options, source]
        if subprocess.run(command, cwd=root, env={**TRUST, **os.environ}).returncode != 0:
            raise SystemExit(
                f"build_page: {entry.source} was not bundled. The first time it takes npm's registry."
            )
        if entry.one_line:
            # The line ends that are left are in template literals.
            output.write_text(output.read_text("utf-8").strip().replace("\n", "\\n"), "utf-8")
        if entry.keeps:
            output.write_text(_keeping(output.read_text("utf-8"), module=entry.format == "esm"), "utf-8")
        constants = [
            f"const {name} = {json.dumps((output.parent / held).read_text('utf-8'))};\n"
            for name, held in entry.texts.items()
        ]
        if constants:
            output.write_text("".join(constants) + output.read_text("utf-8"), "utf-8")
        written.append(output)
    copies = [shutil.copy(static, page / "_dist" / static.name) for static in (page / "static").iterdir()]
    return [*written, *map(Path, copies)]


def _keeping(script: str, *, module: bool) -> str:
    kept = f"const {{ {KEPT} }} = globalThis;\n{script}"
    return kept if module else f"(() => {{\n{kept}}})();\n"


class PageBuildHook(Hook):
    """Hatchling's way in. A source archive carries the TypeScript, so only wheels need the bundle."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            build(Path(self.root))


if __name__ == "__main__":
    for path in build():
        print(path.relative_to(ROOT), path.stat().st_size)
