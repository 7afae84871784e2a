"""Apps as folders, written down in a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

MakeApp = Callable[..., Path]


def minimal(**keys: Any) -> dict[str, Any]:
    """The smallest manifest of a packaged app, with ``keys``; a value of ``...`` removes the key."""
    manifest: dict[str, Any] = {
        "manifest_version": 2,
        "name": "n",
        "version": "1",
        "app": {"background": {"scripts": ["bg.js"]}},
        **keys,
    }
    return {key: value for key, value in manifest.items() if value is not ...}


@pytest.fixture(name="minimal")
def minimal_fixture() -> Callable[..., dict[str, Any]]:
    return minimal


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Writes an app's folder: the manifest (an object or a text) and other files by their paths."""

    def make(manifest: object = None, files: Mapping[str, object] | None = None) -> Path:
        root = tmp_path / "app"
        root.mkdir(exist_ok=True)
        everything = {
            "manifest.json": minimal() if manifest is None else manifest,
            "bg.js": "",
            **(files or {}),
        }
        for name, content in everything.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return root

    return make
