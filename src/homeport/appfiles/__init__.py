"""An app's own files: found safely, typed rightly, unpacked where they come packed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport._lazy import lazy

if TYPE_CHECKING:
    from ._app import App, AppFiles, open_app
    from ._cache import cache_folder
    from ._paths import NoSuchFileError
    from ._types import content_type
else:
    __getattr__ = lazy(
        __name__,
        {
            "_app": ["App", "AppFiles", "open_app"],
            "_cache": ["cache_folder"],
            "_paths": ["NoSuchFileError"],
            "_types": ["content_type"],
        },
    )

__all__ = ["App", "AppFiles", "NoSuchFileError", "cache_folder", "content_type", "open_app"]
