"""Events: listeners and streams.

A listener is called with each event, in the order of registration; one that raises stops nobody. A
listener may be a coroutine function, or return something to await. A stream (``async for``) gets each
event too, in its own time.

An event counts as consumed when every listener has returned, everything that they returned is done, and every
stream has asked for the next. Only then may as many bytes be received again: a slow consumer slows the peer.
One that is kept until then counts for somewhat more than its bytes, of which it may have none.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

from ._call import Call
from ._errors import NetError, SocketNotFound

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["Event", "Listener", "Stream"]


class _Info(Protocol):
    """What an event carries, whatever else that is."""

    @property
    def socket_id(self) -> int: ...


I = TypeVar("I", bound=_Info)  # noqa: E741 - I for info
I_contra = TypeVar("I_contra", contravariant=True)

#: What can be registered with an event. A value that is not awaitable is ignored.
Listener: TypeAlias = Callable[[I], "Awaitable[object] | object"]


class _Receipt:
    """Counts the consumers that still hold an event."""

    __slots__ = ("_consumed", "_count")

    def __init__(self, consumed: Callable[[], None]) -> None:
        self._consumed = consumed
        self._count = 1

    def take(self) -> None:
        self._count += 1

    def release(self) -> None:
        self._count -= 1
        if not self._count:
            self._consumed()


class Account(Protocol[I_contra]):
    """What is received at a cost."""

    def keep(self, info: I_contra) -> None:
        """Somebody has not consumed it yet."""

    def consume(self, info: I_contra, *, kept: bool) -> None:
        """All have consumed it; whether it was kept."""


class Event(Generic[I]):
    """One event of the API, such as ``chrome.sockets.tcp.on_receive``.

    ``async for info in event`` gets every event from then on, until Homeport closes.
    """

    __slots__ = ("_account", "_closed", "_has_socket", "_listeners", "_name", "_streams", "_tasks")

    def __init__(
        self,
        name: str,
        tasks: set[asyncio.Task[object]],
        account: Account[I] | None = None,
        *,
        has_socket: Callable[[int], bool] | None = None,
    ) -> None:
        self._name = name
        self._tasks = tasks
        self._account = account
        self._has_socket = has_socket
        self._closed = False
        # Copied when they change, so that a dispatch goes over those that there were at its beginning.
        self._listeners: tuple[Listener[I], ...] = ()
        self._streams: tuple[_Inbox[I], ...] = ()

    def add_listener(self, listener: Listener[I]) -> None:
        """Call ``listener`` with each event. Adding it again changes nothing."""
        if not callable(listener):
            raise TypeError(f"a listener is a function, not {listener!r}")
        if listener not in self._listeners:
            self._listeners = (*self._listeners, listener)

    def remove_listener(self, listener: Listener[I]) -> None:
        """Call ``listener`` no more. One that was never added is ignored."""
        self._listeners = tuple(other for other in self._listeners if other != listener)

    def has_listener(self, listener: Listener[I]) -> bool:
        """Whether ``listener`` was added."""
        return listener in self._listeners

    def has_listeners(self) -> bool:
        """Whether there is any."""
        return bool(self._listeners)

    def for_socket(self, socket_id: int) -> Stream[I]:
        """The events of one socket, from now on.

        The stream ends when the peer closes (-100) or the program closes or disconnects the socket; another
        error is raised at its place, after the last event, as :class:`~homeport.NetError`. One of a socket
        that is not there raises :class:`~homeport.SocketNotFound`.
        """
        return Stream(self, socket_id)

    def __aiter__(self) -> AsyncIterator[I]:
        return Stream(self, None)

    def __repr__(self) -> str:
        return f"<event {self._name}>"

    # For the face

    def dispatch(self, info: I) -> None:
        """Tell everybody."""
        receipt: _Receipt | None = None
        for listener in self._listeners:
            try:
                result = listener(info)
            except (Exception, asyncio.CancelledError) as error:
                # A listener that asks a cancelled future for its result cancels nobody else.
                self._report(error)
            else:
                if result is not None:
                    receipt = receipt or self._receipt(info)
                    self._follow(result, receipt)
        for stream in self._streams:
            if stream.socket_id is None or stream.socket_id == info.socket_id:
                receipt = receipt or self._receipt(info)
                receipt.take()
                stream.put(info, receipt)
        if receipt is not None:
            receipt.release()
        elif self._account is not None:
            self._account.consume(info, kept=False)

    def end(self, socket_id: int | None, error: NetError | None = None) -> None:
        """No event of this socket (``None``: of any) comes any more."""
        for stream in self._streams:
            if socket_id is None or stream.socket_id == socket_id:
                stream.end(error)

    def close(self) -> None:
        """No event comes any more; streams end, those that are yet to be made too."""
        self._closed = True
        self.end(None)

    def attach(self, stream: _Inbox[I]) -> None:
        """``stream`` wants events."""
        if self._closed:
            stream.end(None)
        elif not (stream.socket_id is None or self._has_socket is None or self._has_socket(stream.socket_id)):
            stream.end(SocketNotFound(self._name, None, "Socket not found"))
        else:
            self._streams = (*self._streams, stream)

    def detach(self, stream: _Inbox[I]) -> None:
        """``stream`` wants none any more."""
        self._streams = tuple(other for other in self._streams if other is not stream)

    def _receipt(self, info: I) -> _Receipt:
        account = self._account
        if account is None:
            return _Receipt(_nothing)
        account.keep(info)
        return _Receipt(partial(account.consume, info, kept=True))

    def _follow(self, result: object, receipt: _Receipt) -> None:
        """Hold the event until what a listener returned is done."""
        if isinstance(result, Call):
            receipt.take()
            result.follow(lambda error: self._followed(error, receipt))
        elif inspect.isawaitable(result):
            receipt.take()
            task = asyncio.ensure_future(result)
            self._tasks.add(task)
            task.add_done_callback(lambda task: self._task_done(task, receipt))

    def _followed(self, error: NetError | None, receipt: _Receipt) -> None:
        if error is not None:
            self._report(error)
        receipt.release()

    def _task_done(self, task: asyncio.Future[Any], receipt: _Receipt) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
        receipt.release()

    def _report(self, error: BaseException) -> None:
        context = {"message": f"Error in event handler of {self._name}", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)


def _nothing() -> None:
    pass


class _Inbox(Generic[I]):
    """What a stream has not taken yet. The event knows the inbox, not the stream, so that a stream that
    nobody refers to any more goes away, and takes its inbox with it.
    """

    __slots__ = ("_current", "_end", "_event", "_items", "_waiter", "socket_id")

    def __init__(self, event: Event[I], socket_id: int | None) -> None:
        self.socket_id = socket_id
        self._event = event
        self._items: deque[tuple[I, _Receipt]] = deque()
        self._current: _Receipt | None = None
        self._end: StopAsyncIteration | NetError | None = None
        self._waiter: asyncio.Future[None] | None = None
        event.attach(self)

    def put(self, info: I, receipt: _Receipt) -> None:
        """One more."""
        self._items.append((info, receipt))
        self._wake()

    def end(self, error: NetError | None) -> None:
        """No more after those that are there."""
        self._event.detach(self)
        if self._end is None:
            self._end = error or StopAsyncIteration()
        self._wake()

    async def take(self) -> I:
        """The next; the one before is consumed."""
        self._consume()
        while not self._items:
            if self._end is not None:
                end, self._end = self._end, StopAsyncIteration()
                raise end
            await self._news()
        info, self._current = self._items.popleft()
        return info

    def close(self) -> None:
        """Hear no more; what was not taken yet counts as consumed."""
        self.end(None)
        self._consume()
        while self._items:
            self._items.popleft()[1].release()

    async def _news(self) -> None:
        if self._waiter is not None:
            raise RuntimeError("another task waits for this stream")
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _consume(self) -> None:
        if self._current is not None:
            receipt, self._current = self._current, None
            receipt.release()


class Stream(AsyncIterator[I]):
    """Events in order, for ``async for``. Nothing is lost between two rounds of the loop.

    It hears from the moment it is made, until it is closed or no longer referred to.
    """

    __slots__ = ("_inbox",)

    def __init__(self, event: Event[I], socket_id: int | None) -> None:
        self._inbox = _Inbox(event, socket_id)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> I:
        return await self._inbox.take()

    def close(self) -> None:
        """Hear no more. Events that were not taken are dropped."""
        self._inbox.close()

    async def aclose(self) -> None:
        """As :meth:`close`, for :func:`contextlib.aclosing`."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._inbox.close()
