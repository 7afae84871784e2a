"""What a manifest answers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

import homeport.manifest
from homeport.manifest import APP_CSP, SANDBOX_CSP, parse_manifest

Minimal = Callable[..., dict[str, Any]]


def test_permissions_are_found_as_texts_and_as_objects(minimal: Minimal) -> None:
    items = ["storage", "fileSystem.directory", {"mediaGalleries": ["read"]}]
    manifest = parse_manifest(json.dumps(minimal(permissions=items)))
    assert manifest.has_permission("storage")
    assert manifest.has_permission("mediaGalleries")
    assert not manifest.has_permission("fileSystem")
    assert manifest.permission_arguments("fileSystem") == ("directory",)
    assert manifest.permission_arguments("mediaGalleries") == ("read",)
    assert manifest.permission_arguments("storage") == ()
    assert manifest.has_permission("mediaGalleries.read")
    assert not manifest.has_permission("mediaGalleries.delete")


def test_a_manifest_cannot_be_changed(minimal: Minimal) -> None:
    manifest = parse_manifest(json.dumps(minimal()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        manifest.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        manifest.raw["name"] = "other"  # type: ignore[index]


def test_policies_are_those_that_chromium_gave() -> None:
    """Recorded from ``securitypolicyviolation.originalPolicy`` in an app and in its sandboxed page."""
    assert "script-src 'self' blob: filesystem: 'wasm-unsafe-eval';" in APP_CSP
    assert APP_CSP.startswith("default-src 'self' blob: filesystem:; connect-src * data: blob: filesystem:; ")
    assert SANDBOX_CSP.startswith("sandbox allow-scripts allow-forms allow-popups allow-modals; ")


@pytest.mark.parametrize("name", homeport.manifest.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert hasattr(homeport.manifest, name)
