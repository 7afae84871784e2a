"""``chrome.dns``."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    INTEGER,
    NO_PERMISSION,
    STRING,
    Callback,
    Dictionary,
    Function,
    Param,
    ref,
)

_INFO = "ResolveCallbackResolveInfo"

DNS = namespace(
    "dns",
    doc="Names of hosts.",
    requires="permission:dns",
    functions=(
        Function(
            "resolve",
            (Param("hostname", STRING, "A name, or an IP address without brackets."),),
            Callback(
                (Param("resolveInfo", ref(f"dns.{_INFO}"), "What was found."),), optional=True, promise=True
            ),
            permission=NO_PERMISSION,
            doc="Asks for the address of a host, the one that would be tried first.",
        ),
    ),
    dictionaries=(
        Dictionary(
            _INFO,
            (
                Param("resultCode", INTEGER, "0, or the code of a network error."),
                Param("address", STRING, "The IP address, if there is one.", optional=True),
            ),
            "The answer to a look-up.",
        ),
    ),
)
