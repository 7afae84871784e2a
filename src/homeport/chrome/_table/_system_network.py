"""``chrome.system.network``."""

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
    array,
    ref,
)

_NAME = "system.network"

SYSTEM_NETWORK = namespace(
    _NAME,
    doc="The machine's network interfaces.",
    requires="permission:system.network",
    functions=(
        Function(
            "getNetworkInterfaces",
            (),
            Callback(
                (
                    Param(
                        "networkInterfaces", array(ref(f"{_NAME}.NetworkInterface")), "One for each address."
                    ),
                ),
                optional=True,
                promise=True,
            ),
            permission=NO_PERMISSION,
            doc="Lists the addresses of this machine's interfaces, without those of the loopback.",
        ),
    ),
    dictionaries=(
        Dictionary(
            "NetworkInterface",
            (
                Param("name", STRING, "The interface, such as `eth0`."),
                Param("address", STRING, "An IP address of it."),
                Param("prefixLength", INTEGER, "How many bits of the address name its network."),
            ),
            "An address of an interface.",
        ),
    ),
)
