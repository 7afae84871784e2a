"""Being asked to stop: by the terminal, by a service manager, by ``homeport stop``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def stop_signals(stop: asyncio.Event) -> AsyncIterator[None]:
    """Set ``stop`` at Ctrl-C, SIGTERM or the end of the terminal; end the process at a Ctrl-C after that.

    The others may come twice though nobody is impatient: the end of a terminal is told of by the shell and by
    the kernel, and a supervisor may ask a process, and then the group that it is in.
    """
    loop = asyncio.get_running_loop()

    def asked(impatient: bool = True) -> None:
        if impatient and stop.is_set():
            os._exit(130)
        stop.set()

    if sys.platform == "win32":
        # SIGBREAK is Ctrl-Break, and the closing of the console's window.
        numbers = (signal.SIGINT, signal.SIGBREAK)
        previous = [signal.signal(n, lambda *_: loop.call_soon_threadsafe(asked)) for n in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, previous, strict=True):
                signal.signal(number, handler)
        return
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Under nohup the terminal's end is to be ignored, and is.
    numbers = [number for number in wanted if signal.getsignal(number) is not signal.SIG_IGN]
    for number in numbers:
        loop.add_signal_handler(number, asked, number == signal.SIGINT)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
            if stop.is_set():
                signal.signal(number, signal.SIG_DFL)  # what is left to do may be cut off
