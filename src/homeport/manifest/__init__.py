"""The manifest of a Chrome App: what it is, and what it may do. Pure: no socket, no event loop.

:func:`read_manifest` reads an app's folder as Chromium does and raises :class:`ManifestError` with Chromium's
text and the place in the file; :class:`SocketPermissions` answers whether the app may go somewhere.
"""

from homeport._locale import is_right_to_left, normalize_locale, system_locale

from ._errors import ManifestError, NotAPackagedAppError
from ._hosts import HostPattern, HostPermissions, parse_host_pattern
from ._identity import app_id_from_key, app_id_from_path
from ._json import MAX_DEPTH, Document, JsonError, Place, parse_json
from ._manifest import APP_CSP, SANDBOX_CSP, Manifest, ManifestWarning
from ._messages import Messages, format_message, load_catalogue, load_messages
from ._patterns import Entry, Kind, PatternError, parse_pattern
from ._permissions import SocketPermissions, parse_socket_permission, parse_sockets_key
from ._portable import portable_path
from ._read import MAX_MANIFEST, parse_manifest, read_manifest

__all__ = [
    "APP_CSP",
    "MAX_DEPTH",
    "MAX_MANIFEST",
    "SANDBOX_CSP",
    "Document",
    "Entry",
    "HostPattern",
    "HostPermissions",
    "JsonError",
    "Kind",
    "Manifest",
    "ManifestError",
    "ManifestWarning",
    "Messages",
    "NotAPackagedAppError",
    "PatternError",
    "Place",
    "SocketPermissions",
    "app_id_from_key",
    "app_id_from_path",
    "format_message",
    "is_right_to_left",
    "load_catalogue",
    "load_messages",
    "normalize_locale",
    "parse_host_pattern",
    "parse_json",
    "parse_manifest",
    "parse_pattern",
    "parse_socket_permission",
    "parse_sockets_key",
    "portable_path",
    "read_manifest",
    "system_locale",
]
