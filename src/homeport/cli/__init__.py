"""The command line: reads arguments, calls what is below, prints."""

from __future__ import annotations

# What `signal` is made of: that itself takes ten milliseconds to load, in which Ctrl-C gave a traceback.
import _signal as signal
import gc
import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit status.

    0 is success, 1 an error, 2 wrong usage, 130 Ctrl-C before there was anything to stop. While the program
    is loaded, and when it has done its work, Ctrl-C ends it as the system does, without a word.
    """
    usual = signal.getsignal(signal.SIGINT)
    interruptible = usual is signal.default_int_handler
    if interruptible:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A fifth of the time that loading takes would go into looking for garbage, of which there is none.
    gc.disable()
    from homeport.cli._main import run

    try:
        try:
            signal.signal(signal.SIGINT, usual)
            status = run(arguments)
        finally:
            if interruptible:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
