"""A real ``homeport run``, as another process sees it."""

from tests.support.processes import free_port, homeport, write_app

__all__ = ["free_port", "homeport", "write_app"]
