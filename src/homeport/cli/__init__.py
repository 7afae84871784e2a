"""The command line: reads arguments, calls what is below, prints."""

from homeport.cli._main import main

__all__ = ["main"]
