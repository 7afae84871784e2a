"""An app's id: 32 letters from a to p, from its public key, else from the path of its folder."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path, PurePath, PureWindowsPath

__all__ = ["app_id_from_key", "app_id_from_path", "decode_key"]

# Chromium's bound on the text of a key.
_MAX_KEY = 100 * 1024


def _letters(digest: bytes) -> str:
    return digest[:16].hex().translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


def app_id_from_key(key: bytes) -> str:
    """The id of the app with this public key (DER)."""
    return _letters(hashlib.sha256(key).digest())


def app_id_from_path(path: PurePath) -> str:
    """The id of an unpacked app without a key: from its folder's absolute path, links resolved.

    On Windows Chromium leaves links as they are.
    """
    if isinstance(path, PureWindowsPath):
        text = os.path.abspath(path) if isinstance(path, Path) else str(path)
        if text[1:2] == ":":
            text = text[0].upper() + text[1:]
        return app_id_from_key(text.encode("utf-16-le", "surrogatepass"))
    real = Path(path).resolve() if isinstance(path, Path) else path
    return app_id_from_key(os.fsencode(real))


def decode_key(text: str) -> bytes | None:
    """The bytes of the manifest's ``key``: base64, maybe with PEM lines around it; None if it is neither."""
    if not text or len(text) > _MAX_KEY:
        return None
    if text.startswith("-----BEGIN"):
        text = _inside_pem(text)
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _inside_pem(text: str) -> str:
    text = "".join(line.strip() for line in text.splitlines())
    start = text.find("KEY-----", len("-----BEGIN"))
    end = text.rfind("-----END")
    return text[start + len("KEY-----") : end] if 0 <= start < end else ""
