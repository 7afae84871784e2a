"""The engine that an operator's options describe."""

from __future__ import annotations

from homeport.engine import (
    Engine,
    Observer,
    PolicyFile,
    TlsConfig,
    interface_index,
    network_of_this_process,
    parse_host_map,
)
from homeport.errors import UserError
from homeport.launch._options import EngineOptions


def make_engine(options: EngineOptions, observer: Observer | None = None) -> Engine:
    """An engine that does as the options say.

    Raises:
        UserError: an option cannot be used; the text names it.
    """
    for path in options.ca_files:
        if not path.is_file():
            raise UserError(f"--ca-file: there is no file {path}.")
    if options.multicast_interface is not None:
        try:
            interface_index(options.multicast_interface)
        except UserError as error:
            raise UserError(f"--multicast-interface: {error}") from None
    return Engine(
        policy=PolicyFile(options.policy) if options.policy else None,
        host_map=parse_host_map(options.map_host),
        network=network_of_this_process(),
        tls=TlsConfig(ca_files=tuple(options.ca_files)),
        multicast_interface=options.multicast_interface,
        observer=observer,
        strict_chromium=options.strict_chromium,
    )
