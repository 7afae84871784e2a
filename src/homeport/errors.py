"""The errors of Homeport.

::

    HomeportError
    ├── UserError          what the user gave cannot be used; the message says what to do
    │   └── ManifestError  (homeport.manifest)
    ├── NetError           the network said no; carries ``code`` and ``name`` (homeport.api)
    ├── InvocationError    an API function was called wrongly (homeport.chrome)
    └── ProtocolError      the other side of a wire sent what the protocol does not allow (homeport.wire)

Leaves live with the code that raises them.
"""

from __future__ import annotations

__all__ = ["HomeportError", "UserError"]


class HomeportError(Exception):
    """The base of every error that Homeport raises on purpose."""


class UserError(HomeportError):
    """What the user gave cannot be used: an app, a file, an option. One line that says what to do."""
