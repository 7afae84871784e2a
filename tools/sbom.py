"""Write what a release is made of, as CycloneDX JSON: ``python tools/sbom.py [FILE]``.

Python packages are those that Homeport needs, with the versions and hashes of ``requirements/dev.lock``; npm
packages are those that the page's code is built from, with the hashes of ``deno.lock``. The same sources give
the same text.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def normal(name: str) -> str:
    """A package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package in the lock."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in (ROOT / "requirements" / "dev.lock").read_text().splitlines():
        if match := _LOCKED.match(line):
            name = normal(match["name"])
            found[name] = (match["version"], [])
        if name and (sha256 := _HASH.search(line)):
            found[name][1].append(sha256[1])
    return found


def python_packages() -> Iterator[dict[str, Any]]:
    """The packages that Homeport needs, and those that they need."""
    lock = locked()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(map(Requirement, project["dependencies"]))
    seen: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        name = normal(requirement.name)
        if name in seen or name not in lock:
            continue  # What is not in the lock is for another system.
        seen.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            needs = []
        more = [Requirement(need) for need in needs]
        wanted += [need for need in more if need.marker is None or need.marker.evaluate({"extra": ""})]
    for name in sorted(seen):
        version, hashes = lock[name]
        yield _component(
            name, version, f"pkg:pypi/{name}@{version}", [("SHA-256", h) for h in sorted(hashes)]
        )


def npm_packages() -> Iterator[dict[str, Any]]:
    """The npm packages that are built into the page's code, and those that they need."""
    lock = json.loads((ROOT / "deno.lock").read_text())
    imports = json.loads((ROOT / "deno.json").read_text())["imports"].values()
    wanted = [text.removeprefix("npm:") for text in imports if text.startswith("npm:")]
    # Types are for the author's eyes only; nothing of them is in the build.
    wanted = [re.sub(r"(?<=.)/.*", "", text) for text in wanted if not text.startswith("@types/")]
    by_name = {key.rpartition("@")[0]: key for key in lock["npm"]}
    seen: set[str] = set()
    while wanted:
        text = wanted.pop()
        key = text if text in lock["npm"] else by_name[text]
        if key not in seen:
            seen.add(key)
            wanted += lock["npm"][key].get("dependencies", [])
    for key in sorted(seen):
        name, _, version = key.rpartition("@")
        integrity = lock["npm"][key]["integrity"].removeprefix("sha512-")
        sha512 = base64.b64decode(integrity).hex()
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        yield _component(name, version, purl, [("SHA-512", sha512)])


def _component(name: str, version: str, purl: str, hashes: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": algorithm, "content": content} for algorithm, content in hashes],
    }


def bill() -> dict[str, Any]:
    """The whole bill of materials."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = project.get("version") or metadata.version("homeport")
    purl = f"pkg:pypi/homeport@{version}"
    components = [*python_packages(), *npm_packages()]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([purl, components]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": purl,
                "name": "homeport",
                "version": version,
                "purl": purl,
            }
        },
        "components": components,
        "dependencies": [{"ref": purl, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def main() -> None:
    text = json.dumps(bill(), indent=2) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
