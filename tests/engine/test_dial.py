import asyncio
import errno
import socket
import time

import pytest

from homeport.engine import Address, OsNetwork
from homeport.engine._dial import STAGGER, Dialer, in_turns
from homeport.engine._network import TCP_KEEPIDLE
from homeport.net_errors import NetErrorCode

V4, V6 = socket.AF_INET, socket.AF_INET6


class DialError(Exception):
    def __init__(self, code):
        self.code = code


async def dial(network, addresses):
    """A socket and its address."""
    end = asyncio.get_running_loop().create_future()
    dialer = Dialer(
        network,
        addresses,
        lambda sock, address: end.set_result((sock, address)),
        lambda code: end.set_exception(DialError(code)),
    )
    dialer.start()
    try:
        return await end
    finally:
        dialer.cancel()


def v4(port, host="127.0.0.1"):
    return Address(V4, host, port)


def v6(port):
    return Address(V6, "::1", port)


@pytest.fixture
def dead_end():
    """The port of a listener that is full: connecting to it takes for ever."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    fillers = []
    for _ in range(4):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(listener.getsockname())
        fillers.append(sock)
    time.sleep(0.05)  # The kernel's queue has no event to wait for.
    yield listener.getsockname()[1]
    for sock in [*fillers, listener]:
        sock.close()


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def test_families_take_turns_and_keep_their_order():
    a, b, c, d = v6(1), v6(2), v6(3), v4(4)
    assert in_turns([a, b, d, c]) == [a, d, b, c]
    assert in_turns([d, a]) == [d, a]
    assert in_turns([]) == []


async def test_the_first_address_that_works_is_the_one(listen, closed_port):
    listener = listen()
    sock, address = await dial(OsNetwork(), [v6(closed_port), v4(listener.port)])
    with sock:
        assert address == v4(listener.port)
        assert sock.getpeername() == ("127.0.0.1", listener.port)


async def test_a_client_has_no_delay_and_is_kept_alive(listen):
    sock, _ = await dial(OsNetwork(), [v4(listen().port)])
    with sock:
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert TCP_KEEPIDLE is not None
        assert sock.getsockopt(socket.IPPROTO_TCP, TCP_KEEPIDLE) == 45


async def test_an_address_that_does_not_answer_costs_a_quarter_of_a_second(listen, dead_end):
    began = time.monotonic()
    sock, address = await dial(OsNetwork(), [v4(dead_end), v4(listen().port)])
    sock.close()
    assert address.port != dead_end
    assert STAGGER <= time.monotonic() - began < 2


class Slow(OsNetwork):
    """The first connection is decided late."""

    def add_writer(self, sock, callback):
        delay = 2 * STAGGER if sock.fileno() == self.first else 0
        self.call_later(delay, super().add_writer, sock, callback)

    def socket(self, family, kind):
        sock = super().socket(family, kind)
        self.first = getattr(self, "first", sock.fileno())
        return sock

    __slots__ = ("__dict__",)


async def test_a_slow_address_still_wins_when_those_after_it_fail(closed_port):
    listener = socket.create_server(("127.0.0.1", 0))

    sock, address = await dial(Slow(), [v4(listener.getsockname()[1]), v4(closed_port)])
    sock.close()
    listener.close()
    assert address.port != closed_port


async def test_when_all_fail_the_last_ones_code_is_told(closed_port):
    with pytest.raises(DialError) as caught:
        await dial(OsNetwork(), [Address(V4, "255.255.255.255", 1), v4(closed_port)])
    assert caught.value.code == NetErrorCode.CONNECTION_REFUSED
    with pytest.raises(DialError) as caught:
        await dial(OsNetwork(), [v4(closed_port), Address(V4, "255.255.255.255", 1)])
    assert caught.value.code in (NetErrorCode.NETWORK_ACCESS_DENIED, NetErrorCode.ADDRESS_UNREACHABLE)


async def test_the_last_in_order_counts_not_the_last_in_time(closed_port):
    with pytest.raises(DialError) as caught:
        await dial(Slow(), [v4(closed_port), Address(V4, "255.255.255.255", 1)])
    assert caught.value.code in (NetErrorCode.NETWORK_ACCESS_DENIED, NetErrorCode.ADDRESS_UNREACHABLE)


async def test_no_descriptor_left_is_told_as_such():
    class Full(OsNetwork):
        def socket(self, family, kind):
            raise OSError(errno.EMFILE, "too many")

        __slots__ = ()

    with pytest.raises(DialError) as caught:
        await dial(Full(), [v4(1)])
    assert caught.value.code == NetErrorCode.INSUFFICIENT_RESOURCES


class Counting(OsNetwork):
    """Remembers the sockets that it made."""

    def __init__(self):
        super().__init__()
        self.made = []

    def socket(self, family, kind):
        self.made.append(super().socket(family, kind))
        return self.made[-1]

    __slots__ = ("made",)


@pytest.mark.parametrize("ticks", range(6))
async def test_cancelled_at_any_time_it_leaves_no_socket_and_tells_nothing(listen, dead_end, ticks):
    network = Counting()
    told: list[object] = []
    dialer = Dialer(network, [v4(dead_end), v4(listen().port)], lambda *won: told.append(won), told.append)
    dialer.start()
    for _ in range(ticks):
        await asyncio.sleep(0)
    dialer.cancel()
    await asyncio.sleep(2 * STAGGER)
    assert len(network.made) == 1
    assert network.made[0].fileno() == -1
    assert not told


async def test_who_loses_is_closed(listen, dead_end):
    network = Counting()
    sock, address = await dial(network, [v4(dead_end), v4(listen().port)])
    with sock:
        assert [each.fileno() for each in network.made] == [-1, sock.fileno()]
        assert address.port != dead_end


async def test_it_may_be_cancelled_when_it_has_just_connected(listen):
    network, won = Counting(), asyncio.get_running_loop().create_future()

    def connected(sock, _):
        dialer.cancel()
        won.set_result(sock)

    dialer = Dialer(network, [v4(listen().port)], connected, lambda code: won.set_exception(DialError(code)))
    dialer.start()
    with await won as sock:
        assert sock.getpeername()


@pytest.mark.parametrize(
    ("offline", "code"),
    [(False, NetErrorCode.ADDRESS_UNREACHABLE), (True, NetErrorCode.INTERNET_DISCONNECTED)],
)
async def test_what_cannot_be_reached_without_a_network_is_told_as_offline(offline, code):
    class Unreachable(OsNetwork):
        def socket(self, family, kind):
            raise OSError(errno.ENETUNREACH, "unreachable")

        def offline(self):
            return offline

    with pytest.raises(DialError) as failed:
        await dial(Unreachable(), [v4(80)])
    assert failed.value.code == code
