"""What a file is, by its ending: a table of our own, since the system's differs from machine to machine."""

from __future__ import annotations

from pathlib import PurePath

_UTF8 = "; charset=utf-8"

_TYPES = {
    ".aac": "audio/aac",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".css": "text/css" + _UTF8,
    ".csv": "text/csv" + _UTF8,
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".htm": "text/html" + _UTF8,
    ".html": "text/html" + _UTF8,
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript" + _UTF8,
    ".json": "application/json" + _UTF8,
    ".m4a": "audio/mp4",
    ".map": "application/json" + _UTF8,
    ".md": "text/markdown" + _UTF8,
    ".mjs": "text/javascript" + _UTF8,
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml" + _UTF8,
    ".ttf": "font/ttf",
    ".txt": "text/plain" + _UTF8,
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xhtml": "application/xhtml+xml" + _UTF8,
    ".xml": "text/xml" + _UTF8,
}


def content_type(name: str) -> str:
    """The ``Content-Type`` of a file; bytes of an unknown kind where the ending says nothing."""
    return _TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")
