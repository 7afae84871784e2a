"""Observers see what happens, one, several or none."""

from __future__ import annotations

from homeport.engine import Policy, PolicyError, PolicyFile, SocketLimits, observers


class Remembers:
    def __init__(self):
        self.seen = []

    def watch(self, session, sink):
        self.seen.append(("watch", session.id))
        return sink

    def decided(self, session, operation, host, port, decision):
        self.seen.append((operation, host, port, decision.allowed))

    def failed(self, session, operation, host, port, code):
        self.seen.append((operation, host, port, code))

    def policy_changed(self, outcome):
        self.seen.append(outcome)


def test_of_none_there_is_none_and_of_one_the_one():
    one = Remembers()
    assert observers() is None
    assert observers(None, None) is None
    assert observers(None, one) is one


async def test_several_see_the_same(open_app, listen, grants):
    both = Remembers(), Remembers()
    app = open_app(grants("tcp.connect"), observer=observers(*both))
    port = listen().port
    await app.tcp("create", None)
    await app.tcp("connect", 1, "127.0.0.1", port, None)
    await app.udp("create", None)
    await app.udp("bind", 1, "127.0.0.1", 0)
    for observer in both:
        assert observer.seen == [
            ("watch", app.session.id),
            ("tcp.connect", "127.0.0.1", port, True),
            ("udp.bind", "127.0.0.1", 0, False),
        ]


async def test_a_listener_and_a_binding_that_come_to_nothing_are_told(open_app, listen):
    both = Remembers(), Remembers()
    app = open_app(observer=observers(*both))
    taken = listen().port
    await app.server("create", None)
    assert (await app.server("listen", 1, "127.0.0.1", taken, None)).args == (-147,)
    for _ in range(2):
        await app.udp("create", None)
    await app.udp("bind", 1, "127.0.0.1", 0)
    bound = app.session.udp.sockets[1].info().local_port
    assert (await app.udp("bind", 2, "127.0.0.1", bound)).args == (-147,)
    for observer in both:
        assert observer.seen[2] == ("tcpServer.listen", "127.0.0.1", taken, -147)
        assert observer.seen[-1] == ("udp.bind", "127.0.0.1", bound, -147)


async def test_a_listener_beyond_the_limit_is_told_as_such(open_app):
    observer = Remembers()
    app = open_app(observer=observer, limits=SocketLimits(session=0))
    await app.server("create", None)
    await app.server("listen", 1, "::1", 0, None)
    await app.udp("create", None)
    await app.udp("bind", 1, "127.0.0.1", 0)
    assert observer.seen[2] == ("tcpServer.listen", "::1", 0, -12)
    assert observer.seen[4] == ("udp.bind", "127.0.0.1", 0, -12)


async def test_a_broadcast_that_is_switched_on_is_decided_about(open_app):
    observer = Remembers()
    app = open_app(observer=observer, policy=Policy.strict())
    await app.udp("create", None)
    await app.udp("bind", 1, "127.0.0.1", 0)
    assert (await app.udp("set_broadcast", 1, True)).args == (-138,)
    await app.udp("set_broadcast", 1, False)
    assert observer.seen[2:] == [("udp.broadcast", "*", 0, False)]


async def test_a_changed_policy_is_told_and_a_broken_one_once(open_app, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("")
    observer = Remembers()
    app = open_app(policy=PolicyFile(path), observer=observer)
    door = app.session.engine.door
    path.write_text('default = "deny"\n')
    door.refresh()
    path.write_text("default = nonsense\n")
    for _ in range(3):
        door.refresh()
    changed, error = observer.seen[1:]
    assert changed.otherwise == "deny"
    assert isinstance(error, PolicyError)
