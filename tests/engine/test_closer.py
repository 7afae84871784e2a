"""What ``send`` acknowledged reaches the peer, whatever happens to the connection at this end."""

import asyncio
import sys

import pytest

from homeport.engine import Engine, Outcome
from homeport.engine import _closer as closer_module


@pytest.mark.parametrize("how", ["disconnect", "close", "session"])
async def test_bytes_that_send_acknowledged_arrive_though_some_of_the_peers_are_unread(
    open_app, connect, until, how
):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    await peer.send(b"a request that nobody reads" * 1000)
    # As much as the kernel takes at once.
    sent = 0
    while (outcome := await try_send(app, socket_id, bytes(100_000))) is not None:
        sent += outcome.args[0].bytes_sent
    if how == "session":
        app.session.close()
    else:
        await app.tcp(how, socket_id)
    assert len(app.session.engine.closer) == 1
    await peer.send(b"and more of it" * 1000)
    got = await peer.receive_all()
    assert len(got) >= sent > 0
    await until(lambda: len(app.session.engine.closer) == 0)


async def try_send(app, socket_id, data):
    """The outcome, or ``None`` when the kernel does not take all of it now."""
    outcomes: list[Outcome] = []
    app.session.tcp.send(socket_id, data, outcomes.append)
    return outcomes[0] if outcomes else None


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system does not tell what is unsent")
async def test_with_nothing_under_way_a_connection_is_closed_at_once(open_app, connect, until):
    app = open_app()
    socket_id, _ = await connect(app)
    await app.tcp("send", socket_id, b"x")
    await until(lambda: app.session.network.unsent(app.session.tcp.sockets[socket_id].raw) == 0)
    await app.tcp("close", socket_id)
    assert len(app.session.engine.closer) == 0


async def test_a_peer_that_takes_nothing_is_given_up(open_app, connect, until, monkeypatch):
    monkeypatch.setattr(closer_module, "PATIENCE", 0.05)
    app = open_app()
    socket_id, _ = await connect(app, paused=True)
    app.session.tcp.send(socket_id, bytes(50_000_000), lambda outcome: None)
    await app.tcp("close", socket_id)
    assert len(app.session.engine.closer) == 1
    await until(lambda: len(app.session.engine.closer) == 0)


async def test_a_peer_that_resets_is_given_up(open_app, connect, until):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    app.session.tcp.send(socket_id, bytes(50_000_000), lambda outcome: None)
    await app.tcp("close", socket_id)
    peer.reset()
    await until(lambda: len(app.session.engine.closer) == 0)


async def test_the_end_of_the_engine_waits_only_a_moment(open_app, connect, monkeypatch):
    monkeypatch.setattr(closer_module, "LAST_PATIENCE", 0.05)
    app = open_app(strict_chromium=False)
    socket_id, _ = await connect(app, paused=True)
    app.session.tcp.send(socket_id, bytes(50_000_000), lambda outcome: None)
    engine: Engine = app.session.engine
    async with asyncio.timeout(2):
        await engine.aclose()
    assert len(engine.closer) == 0


async def test_only_so_many_connections_may_linger(open_app, connect, monkeypatch):
    monkeypatch.setattr(closer_module, "_MOST", 2)
    app = open_app()
    for _ in range(4):
        socket_id, _ = await connect(app, paused=True)
        app.session.tcp.send(socket_id, bytes(10_000_000), lambda outcome: None)
        await app.tcp("close", socket_id)
    assert len(app.session.engine.closer) == 2


@pytest.mark.parametrize("how", ["disconnect", "close", "session"])
async def test_what_was_promised_arrives_though_the_kernel_had_not_taken_it(open_app, connect, until, how):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    filled = 0
    while (outcome := await try_send(app, socket_id, bytes(100_000))) is not None:
        filled += outcome.args[0].bytes_sent
    # That one waits, is acknowledged to nobody, and goes out as far as the kernel took it; so begin anew.
    app.session.tcp.sockets[socket_id]._queue[0].promised = True
    promised = bytes(range(256)) * 512
    app.session.tcp.send_promised(socket_id, promised, lambda outcome: None)
    app.session.tcp.send(socket_id, b"not promised", lambda outcome: None)
    if how == "session":
        app.session.close()
    else:
        await app.tcp(how, socket_id)
    got = await peer.receive_all()
    assert len(got) == filled + 100_000 + len(promised)
    assert got.endswith(promised)
    await until(lambda: len(app.session.engine.closer) == 0)


async def test_a_peer_that_resets_is_owed_no_promise(open_app, connect, until):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    while await try_send(app, socket_id, bytes(100_000)) is not None:
        pass
    app.session.tcp.sockets[socket_id]._queue[0].promised = True
    await app.tcp("close", socket_id)
    assert len(app.session.engine.closer) == 1
    peer.reset()
    await until(lambda: len(app.session.engine.closer) == 0)


async def test_a_promise_is_kept_beyond_the_quota_and_counts_for_it(open_app, connect):
    app = open_app()
    socket_id, _ = await connect(app, paused=True)
    quota = app.session.quota
    app.session.tcp.send(socket_id, bytes(quota.left), lambda outcome: None)
    outcomes: list[Outcome] = []
    app.session.tcp.send(socket_id, b"no", outcomes.append)
    assert [outcome.error for outcome in outcomes] == ["Exceeded write quota."]
    app.session.tcp.send_promised(socket_id, b"yes", outcomes.append)
    assert len(outcomes) == 1
    await app.tcp("close", socket_id)
    assert quota.left == 200 << 20
