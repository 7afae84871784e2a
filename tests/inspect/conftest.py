"""Apps as folders, written down in a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from homeport.inspect import Report, inspect_app


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[..., Path]:
    """Writes an app's folder; ``keys`` go into its manifest, ``...`` removes one."""

    def make(files: Mapping[str, str | bytes], **keys: Any) -> Path:
        manifest: dict[str, Any] = {
            "manifest_version": 2,
            "name": "Thing",
            "version": "1.2",
            "app": {"background": {"scripts": ["bg.js"]}},
            "sockets": {
                "tcp": {"connect": "*:*"},
                "udp": {"bind": "*:*", "send": "*:*", "multicastMembership": ""},
                "tcpServer": {"listen": "*:*"},
            },
            **keys,
        }
        manifest = {key: value for key, value in manifest.items() if value is not ...}
        root = tmp_path / "app"
        for name, content in {"manifest.json": json.dumps(manifest), "bg.js": "", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


@pytest.fixture
def look(make_app: Callable[..., Path]) -> Callable[..., Report]:
    """Writes an app whose background script is ``script`` and inspects it. It listens to onLaunched."""

    def report(script: str = "", files: Mapping[str, str | bytes] | None = None, **keys: Any) -> Report:
        listens = f"{script}\nchrome.app.runtime.onLaunched.addListener(start);"
        return inspect_app(make_app({"bg.js": listens, **(files or {})}, **keys))

    return report
