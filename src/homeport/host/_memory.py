"""Memory of a large message that serves again: to get it anew each time costs more than to fill it."""

from __future__ import annotations

from threading import local

#: Bytes. Only memory between these serves again.
_LARGE = 16 << 10
_MOST = 1 << 20


class _Spare(local):
    memory: bytearray | None = None


_spare = _Spare()


def memory_for(size: int) -> bytearray:
    """Memory of ``size`` bytes, with anything in it."""
    if not _LARGE <= size <= _MOST:
        return bytearray(size)
    memory, _spare.memory = _spare.memory, None
    if memory is None:
        return bytearray(size)
    try:
        memory.append(0)
        if len(memory) > size:
            del memory[size:]
        else:
            memory.extend(bytes(size - len(memory)))
    except BufferError:  # Somebody still has a view of it.
        return bytearray(size)
    return memory


def give_back(memory: bytearray) -> None:
    """It may serve again, once nobody has a view of it any more."""
    if _LARGE <= len(memory) <= _MOST:
        _spare.memory = memory
