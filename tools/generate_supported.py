"""Write ``src/homeport/inspect/supported.txt``: every function and event that an app in Homeport really has.

An app with every permission runs without a browser and walks its own ``chrome``, so the list cannot promise
more than there is. Needs the page's bundle (tools/build_page.py).

Usage: python -m tools.generate_supported [--check]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools.emit import emit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src" / "homeport" / "inspect"
TARGET = FOLDER / "supported.txt"
MARK = "SUPPORTED "

WALK = """
const found = [];
function walk(path, value) {
  for (const name of Object.keys(value)) {
    const full = path ? `${path}.${name}` : name;
    const member = value[name];
    if (typeof member === "function" || typeof member?.addListener === "function") found.push(full);
    else if (typeof member === "object" && member !== null && /^[a-z]/.test(name)) walk(full, member);
  }
}
walk("", chrome);
console.log(MARK + found.sort().join(" "));
"""


def write_app(folder: Path) -> None:
    apis = tomllib.loads((FOLDER / "apis.toml").read_text())
    permissions = sorted({api["permission"] for api in apis.values() if "permission" in api} - {"socket"})
    manifest = {
        "manifest_version": 2,
        "name": "What is there",
        "version": "1",
        "app": {"background": {"scripts": ["walk.js"]}},
        "permissions": [*permissions, {"socket": ["tcp-connect"]}, {"fileSystem": ["write", "directory"]}],
        "sockets": {},
        "commands": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "walk.js").write_text(f"const MARK = {json.dumps(MARK)};{WALK}")


def names() -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        write_app(Path(name))
        command = [sys.executable, "-m", "homeport", "run", name, "--headless"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            said = []
            for line in process.stdout or ():
                said.append(line)
                if MARK in line:
                    process.terminate()
                    process.communicate()
                    return line.partition(MARK)[2].split()
    raise SystemExit("the app did not say what it has:\n" + "".join(said))


def main() -> int:
    return emit({TARGET: "\n".join(names()) + "\n"})


if __name__ == "__main__":
    sys.exit(main())
