"""A real ``homeport run``, as another process sees it."""

from processes import homeport, write_app

__all__ = ["homeport", "write_app"]
