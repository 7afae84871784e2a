"""Pages that come and go: idle ones cost no process, and nothing is lost."""

# ruff: noqa: ASYNC110, E501 - what is waited for has no event; lines of JavaScript

from __future__ import annotations

import asyncio
import gc
import socket
import weakref
from typing import Any

import pytest

from homeport.host import HeadlessStatus, PageSettings, Room, _headless, _page, settings_for

EVENT_PAGE = {"app": {"background": {"scripts": ["background.js"], "persistent": False}}}

SERVER = """
const { tcp, tcpServer } = chrome.sockets;
const PERSISTENT = %s;
tcpServer.onAccept.addListener(({ clientSocketId }) => {
  console.log('accepted');
  tcp.update(clientSocketId, { persistent: true }, () => tcp.setPaused(clientSocketId, false));
});
tcp.onReceive.addListener(({ socketId, data }) => tcp.send(socketId, data, () => console.log('sent')));
chrome.runtime.onSuspend.addListener(() => console.log('suspending'));
chrome.app.runtime.onLaunched.addListener(() => {
  console.log('launched');
  tcpServer.create({ persistent: PERSISTENT }, ({ socketId }) => tcpServer.listen(socketId, '127.0.0.1', 0, () =>
    tcpServer.getInfo(socketId, ({ localPort }) => console.log('RESULT ' + localPort))));
});
console.log('loaded');
"""


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def test_an_idle_page_is_unloaded_and_loaded_again_for_the_next_event(start_app: Any) -> None:
    settings = PageSettings(idle=0.3)
    app = await start_app(SERVER % "true", manifest=EVENT_PAGE, settings=settings)
    port = await app.result()
    await until(lambda: app.app.status().state == "idle")
    assert app.app.status().pid is None
    await app.hears("loaded", "launched", "suspending")

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"one")
    assert await reader.readexactly(3) == b"one"
    await app.hears("loaded", "launched", "suspending", "loaded", "accepted", "sent")
    assert [call[2] for call in app.calls].count("launched") == 1

    await until(lambda: app.app.status().state == "idle")
    writer.write(b"two")
    assert await reader.readexactly(3) == b"two"
    assert app.app.status().loads == 3
    writer.close()


async def test_sockets_that_are_not_persistent_end_with_the_page(start_app: Any) -> None:
    app = await start_app(SERVER % "false", manifest=EVENT_PAGE, settings=PageSettings(idle=0.2))
    port = await app.result()
    await until(lambda: app.app.status().state == "idle")
    with pytest.raises(OSError):  # noqa: PT011 - refused, in whatever words
        await asyncio.open_connection("127.0.0.1", port)


async def test_nothing_that_comes_while_the_page_goes_is_lost(start_app: Any) -> None:
    app = await start_app(
        (SERVER % "true").replace(
            "console.log('suspending')", "{ const end = Date.now() + 300; while (Date.now() < end); }"
        ),
        manifest=EVENT_PAGE,
        settings=PageSettings(idle=0.2),
    )
    port = await app.result()
    for _ in range(4):
        await until(lambda: app.app._leaving is app.app._page is not None)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        assert await reader.readexactly(1) == b"x"
        writer.close()
        await until(lambda: app.app.status().state in ("running", "starting"))


async def test_a_page_with_a_window_or_an_open_call_stays(start_app: Any) -> None:
    app = await start_app(
        "chrome.app.window.create('w.html', {}, (w) => setTimeout(() => { console.log('there'); w.close(); }, 800));",
        files={"w.html": "<p>"},
        manifest=EVENT_PAGE,
        settings=PageSettings(idle=0.2),
    )
    await app.hears("there")
    await until(lambda: app.app.status().state == "idle")
    assert app.app.status().loads == 1


async def test_a_page_stays_unless_its_manifest_says_otherwise(start_app: Any) -> None:
    app = await start_app("console.log('there');")
    assert settings_for(app.app.app).idle is None
    app = await start_app("console.log('there');", manifest=EVENT_PAGE)
    idle = settings_for(app.app.app).idle
    assert idle is not None
    assert idle >= 10
    assert settings_for(app.app.app)._replace(idle=None).answer_within


async def test_an_app_may_load_itself_again(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.app.runtime.onRestarted.addListener(() => console.log('restarted'));
        chrome.app.runtime.onLaunched.addListener(({ source }) => {
          console.log(source);
          if (source !== 'reload') chrome.sockets.tcp.create({ persistent: true }, () => chrome.runtime.reload());
          else chrome.sockets.tcp.getSockets((sockets) => console.log('left', sockets.length));
        });
        """
    )
    await app.hears("command_line", "reload", "left 0")
    assert app.app.status().loads == 2


async def test_one_that_loads_itself_again_and_again_is_ended(
    start_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._reloads._MOST", 2)
    monkeypatch.setattr("homeport.host._reloads._QUICK", 60)
    app = await start_app("chrome.runtime.reload();")
    async with asyncio.timeout(20):
        end = await app.app.wait()
    assert (end.wanted, end.reason) == (False, "it loaded itself again and again, each time at once")
    assert app.app.status().loads == 3


ALARMS = """
chrome.alarms.onAlarm.addListener((alarm) => {
  if (alarm.name === 'once') chrome.alarms.create('again', { when: Date.now() + 2500, periodInMinutes: 60 });
  chrome.alarms.getAll((left) => console.log('rang', alarm.name, left.map(({ name }) => name).sort().join()));
});
chrome.app.runtime.onLaunched.addListener(() => {
  chrome.alarms.create('once', { when: Date.now() + 2500 });
  chrome.alarms.create('far', { when: Date.now() + 1e9 });
});
"""


async def test_an_unloaded_page_is_loaded_again_for_its_alarms(start_app: Any) -> None:
    app = await start_app(
        ALARMS, manifest={**EVENT_PAGE, "permissions": ["alarms"]}, settings=PageSettings(idle=0.3)
    )
    await until(lambda: app.app.status().state == "idle")
    await app.hears("rang once again,far")
    assert app.app.status().loads == 2
    await until(lambda: app.app.status().state == "idle")
    await app.hears("rang again again,far")
    assert app.app.status().loads == 3


async def test_a_page_whose_alarm_rings_soon_stays(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.alarms.onAlarm.addListener((alarm) => console.log('rang', alarm.name));
        chrome.alarms.create('a', { when: Date.now() + 1000 });
        """,
        manifest={**EVENT_PAGE, "permissions": ["alarms"]},
        settings=PageSettings(idle=1.5),
    )
    await app.hears("rang a")
    assert app.app.status().loads == 1


async def test_an_idle_app_keeps_nothing_of_its_page(start_app: Any) -> None:
    app = await start_app(SERVER % "true", manifest=EVENT_PAGE, settings=PageSettings(idle=0.2))
    await app.result()
    page, channel = weakref.ref(app.app._page), weakref.ref(app.app._page._channel)  # it buffers 256 KiB
    await until(lambda: app.app.status().state == "idle")
    gc.collect()
    assert page() is channel() is None


async def test_a_page_that_heard_something_since_it_was_idle_stays(start_app: Any) -> None:
    """The page says that it is idle, and on its way there that word meets a connection and its first bytes."""
    app = await start_app(
        (SERVER % "true")
        .replace(
            "tcp.onReceive",
            "tcp.onReceive.addListener(({ data }) => { const end = Date.now() + 300;"
            " if (data.byteLength === 4) setTimeout(() => { console.log('busy'); while (Date.now() < end); }, 0); });"
            "tcp.onReceive",
        )
        .replace(
            "tcp.update(clientSocketId, { persistent: true }, () => tcp.setPaused(clientSocketId, false))",
            "tcp.setPaused(clientSocketId, false)",
        ),
        manifest=EVENT_PAGE,
        settings=PageSettings(idle=60),
    )
    port = await app.result()
    _, first = await asyncio.open_connection("127.0.0.1", port)
    first.write(b"busy")
    await app.hears("busy")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"x")
    await until(lambda: len(app.app.host.engine_session.tcp.sockets) == 2)
    app.app._idle()
    assert await reader.readexactly(1) == b"x"
    assert app.app.status() == HeadlessStatus("running", app.app.status().pid, 1)
    first.close()
    writer.close()


async def test_datagrams_wake_a_page_and_none_of_them_is_lost(start_app: Any) -> None:
    app = await start_app(
        """
        const { udp } = chrome.sockets;
        udp.onReceive.addListener(({ socketId, data, remoteAddress, remotePort }) =>
          udp.send(socketId, data, remoteAddress, remotePort, () => {}));
        chrome.app.runtime.onLaunched.addListener(() => udp.create({ persistent: true }, ({ socketId }) =>
          udp.bind(socketId, '127.0.0.1', 0, () => udp.getInfo(socketId, ({ localPort }) =>
            console.log('RESULT ' + localPort)))));
        """,
        manifest={**EVENT_PAGE, "sockets": {"udp": {"bind": "*", "send": "*"}}},
        settings=PageSettings(idle=0.2),
    )
    port = await app.result()
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.connect(("127.0.0.1", port))
        for _ in range(3):
            await until(lambda: app.app.status().state == "idle")
            sent = [b"%d" % number for number in range(50)]
            for data in sent:
                await loop.sock_sendall(client, data)
            async with asyncio.timeout(20):
                assert [await loop.sock_recv(client, 100) for _ in sent] == sent
    assert app.app.status().loads == 4


async def test_a_page_that_is_long_about_something_stays(
    start_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that it is idle, and then is busy for longer than it is waited for."""
    monkeypatch.setattr(_page, "_SUSPEND_WITHIN", 0.2)
    app = await start_app(
        SERVER % "true"
        + """
        tcp.onReceive.addListener(() => {
          console.log('works');
          setTimeout(() => { const end = Date.now() + 800; while (Date.now() < end); console.log('worked'); }, 0);
        });
        """,
        manifest=EVENT_PAGE,
        settings=PageSettings(idle=60),
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", await app.result())
    writer.write(b"x")
    await app.hears("works")
    app.app._idle()
    await app.hears("worked")
    writer.write(b"y")
    assert await reader.readexactly(2) == b"xy"
    assert app.app.status().loads == 1
    writer.close()


async def test_a_page_that_is_idle_goes_sooner_when_another_waits_for_its_place(
    start_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_headless, "HURRIED", 0.2)
    room = Room(pages=1)
    settings = PageSettings(idle=1000)
    apps = [
        await start_app(SERVER % "true", manifest=EVENT_PAGE, settings=settings, room=room) for _ in range(3)
    ]
    ports = [await app.result() for app in apps]  # each was launched in its turn
    assert [app.app.status().state for app in apps] == ["idle", "idle", "running"]

    async def ask(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        answer = await reader.readexactly(1)
        writer.close()
        return answer

    assert await asyncio.gather(*map(ask, ports)) == [b"x"] * 3
    loaded = [app for app in apps if app.app.status().pid is not None]
    assert len(loaded) == 1


async def test_an_app_that_waits_for_its_place_can_be_stopped(start_app: Any) -> None:
    room = Room(pages=1)
    first = await start_app(SERVER % "true", manifest=EVENT_PAGE, settings=PageSettings(idle=1000), room=room)
    await first.result()
    waiting = await start_app("console.log('never');", manifest=EVENT_PAGE, room=room)
    assert waiting.app.status() == HeadlessStatus("starting", None, 1)
    await waiting.app.stop()
    await first.app.stop()
    third = await start_app("console.log('there');", manifest=EVENT_PAGE, room=room)
    await third.hears("there")
    assert waiting.calls == []


async def test_an_app_that_is_stopped_while_it_loads_itself_again_leaves_nothing(start_app: Any) -> None:
    app = await start_app("console.log('loaded');")
    await app.hears("loaded")
    app.app.reload()
    await asyncio.sleep(0)  # it has begun
    await app.app.stop()
    assert app.app.status().pid is None
