"""An app, launched: where it runs, what it may use, what its terminal says."""

from homeport.launch._choose import Choice, HostKind, choose, has_browser, opens_windows
from homeport.launch._early import early_addresses

__all__ = ["Choice", "HostKind", "choose", "early_addresses", "has_browser", "opens_windows"]
