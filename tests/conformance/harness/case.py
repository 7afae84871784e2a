"""A case: an app whose background page writes a transcript of what it observes.

A case is a file ``cases/NAME.js``, or a folder ``cases/NAME/`` with a ``case.js`` and more files of the app.
Its first comment says what it is about and, in lines that begin with ``@``, what it needs::

    // TCP: what connect answers in each state of a socket.
    // @app sockets        the manifest, apps/sockets.json
    // @peer               other ends of the wire, see peer.py
    // @offline            runs only in a network without a way out

A case without JavaScript of its own (``cases/NAME.json``) holds programs, see program.js.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
CASES = HERE / "cases"
APPS = HERE / "apps"
TOOLKIT = HERE / "toolkit.js"
INTERPRETER = HERE / "program.js"

_OPEN = "globalThis.transcript = Conformance.run(%s, async () => {\n"
_CLOSE = "\n});\n"


#: See program.js.
Step = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One case as it lies in the repository."""

    name: str
    source: str
    app: str
    needs: frozenset[str]
    folder: Path | None = None
    program: bool = False

    @property
    def offline(self) -> bool:
        """Whether it depends on the network so much that it runs only in one without a way out."""
        return "offline" in self.needs

    @property
    def digest(self) -> str:
        """Changes when the case or its manifest does: then what was recorded no longer belongs to it."""
        files = sorted(f for f in self.folder.rglob("*") if f.is_file()) if self.folder else []
        parts = [
            self.source.encode(),
            (APPS / f"{self.app}.json").read_bytes(),
            *(f.read_bytes() for f in files),
        ]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]

    def write_app(self, target: Path, config: dict[str, Any], last: Mapping[str, str] | None = None) -> None:
        """Make the case's app in ``target``. ``config`` is for the toolkit: the peer's port and the like."""
        shutil.copytree(self.folder, target) if self.folder else target.mkdir(parents=True)
        interpreter = {"program.js": INTERPRETER.read_text()} if self.program else {}
        write_scripts(target, self.app, {**interpreter, "case.js": self.script(config), **(last or {})})

    def script(self, config: dict[str, Any]) -> str:
        """The background script of the case."""
        if self.program:
            return f"globalThis.transcript = Program.run({json.dumps(self.programs)});\n"
        return _OPEN % json.dumps({"case": self.name, **config}) + self.source + _CLOSE

    @property
    def programs(self) -> dict[str, list[Step]]:
        """A program case's programs by their names."""
        programs: dict[str, list[Step]] = json.loads(self.source)["programs"]
        return programs


def write_scripts(target: Path, app: str, scripts: Mapping[str, str]) -> None:
    """Write a manifest, and background scripts by their names: the toolkit, then these in their order."""
    manifest = json.loads((APPS / f"{app}.json").read_text())
    scripts = {"toolkit.js": TOOLKIT.read_text(), **scripts}
    manifest["app"]["background"]["scripts"] = list(scripts)
    for name, text in {**scripts, "manifest.json": json.dumps(manifest, indent=1)}.items():
        (target / name).write_text(text)


def load(path: Path) -> Case:
    """The case at ``path``: a ``.js`` or ``.json`` file, or a folder."""
    if path.suffix == ".json":
        head = json.loads(path.read_text())
        return Case(path.stem, path.read_text(), head.get("app", "sockets"), frozenset(), program=True)
    folder = path if path.is_dir() else None
    source = (path / "case.js" if folder else path).read_text()
    tags = dict(re.findall(r"^// @(\w+)[ \t]*(\S*)", source, re.MULTILINE))
    app = tags.pop("app", "sockets")
    return Case(path.stem, source, app, frozenset(tags), folder)


def load_all(*parts: str) -> list[Case]:
    """Every case in order of name; only those whose name contains one of ``parts``, if any is given."""
    paths = [p for p in sorted(CASES.iterdir()) if p.suffix in {".js", ".json"} or (p / "case.js").exists()]
    return [case for case in map(load, paths) if any(part in case.name for part in parts or ("",))]
