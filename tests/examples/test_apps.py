"""Each example does what examples/README.md says of it, with real peers: headless, or in both browsers."""

from __future__ import annotations

import asyncio
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import trustme
from tests.support.browsers import Browser, Tab, open_browser, until
from tests.support.elsewhere import EXAMPLES, elsewhere
from tests.support.mdns import printer
from tests.support.said import Said
from tests.support.serving import serving

from homeport.appfiles import open_app
from homeport.engine import Engine, TlsConfig
from homeport.host import run_headless, settings_for
from homeport.server import Daemon
from homeport.storage import Storage

pytestmark = pytest.mark.asyncio(loop_scope="session")

RunApp = Callable[..., Awaitable[Said]]


@pytest_asyncio.fixture(loop_scope="session")
async def run() -> AsyncIterator[RunApp]:
    """Runs an example without a browser."""
    ends: list[Callable[[], Awaitable[object]]] = []

    async def start(folder: Path, **options: Any) -> Said:
        app, said = open_app(folder), Said()
        engine, storage = Engine(**options), Storage(None)
        ends.extend((engine.aclose, storage.aclose))
        page = await run_headless(app, engine, storage, settings=settings_for(app), console=said.console)
        ends.append(page.stop)
        return said

    yield start
    for end in reversed(ends):
        await end()


async def test_the_echo_server_sends_back_what_comes(run: RunApp, tmp_path: Path) -> None:
    app, port = elsewhere("echo-server", tmp_path)
    await (await run(app)).hears(f"Listening on 127.0.0.1:{port}")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello" * 1000)
    assert await reader.readexactly(5000) == b"hello" * 1000
    writer.close()


async def test_the_file_server_serves_its_own_files_and_no_others(run: RunApp, tmp_path: Path) -> None:
    app, port = elsewhere("file-server", tmp_path)
    said = await run(app)
    await said.hears(f"Serving on http://127.0.0.1:{port}/")

    async def get(path: str) -> tuple[str, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        return answer.partition("\r\n")[0], answer.partition("\r\n\r\n")[2]

    page = (EXAMPLES / "file-server" / "www" / "index.html").read_text()
    assert await get("/") == ("HTTP/1.1 200 OK", page)
    for path in ("/gone", "/../manifest.json", "/%2e%2e/manifest.json"):
        assert (await get(path))[0] == "HTTP/1.1 404 Not Found"


async def test_the_line_printer_prints_without_a_screen_too(run: RunApp, tmp_path: Path) -> None:
    app, port = elsewhere("line-printer", tmp_path)
    said = await run(app)
    await said.hears(f"Printing what comes on port {port}")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"a label\nand another")
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    await said.hears("a label")
    await said.hears("and another")


async def test_the_udp_echo_asks_itself_and_answers_others(run: RunApp, tmp_path: Path) -> None:
    app, port = elsewhere("udp-echo", tmp_path)
    said = await run(app)
    await said.hears("the echo said: hello")
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()

    class Asker(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            answer.set_result(data)

    transport, _ = await loop.create_datagram_endpoint(Asker, remote_addr=("127.0.0.1", port))
    transport.sendto(b"again")
    async with asyncio.timeout(10):
        assert await answer == b"again"
    transport.close()


@pytest.mark.parametrize("trusted", [True, False])
async def test_the_tls_client_speaks_only_with_whom_it_trusts(
    run: RunApp, tmp_path: Path, trusted: bool
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        writer.close()

    app, port = elsewhere("tls-client", tmp_path)
    async with serving(serve, "localhost", port, ssl=context):
        files = (tmp_path / "ca.pem",) if trusted else ()
        said = await run(app, tls=TlsConfig(ca_files=files))
        await said.hears(
            "localhost answered: HTTP/1.0 200 OK" if trusted else "net::ERR_CERT_AUTHORITY_INVALID"
        )


async def test_everybody_in_the_websocket_chat_hears_everybody(run: RunApp, tmp_path: Path) -> None:
    app, port = elsewhere("websocket-chat", tmp_path)
    said = await run(app)
    await said.hears(f"Chatting at http://127.0.0.1:{port}/")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with client.get("/") as page:
            assert "WebSocket chat" in await page.text()
        async with client.get("/chat.js") as script:
            assert script.content_type == "text/javascript"
        async with client.get("/no/such/page") as page:
            assert page.status == 404
        async with client.ws_connect("/chat") as one, client.ws_connect("/chat") as other:
            await said.hears("2 in the chat")
            for text in ("hello", "ö" * 200, ""):
                await one.send_str(text)
                for each in (one, other):
                    assert await each.receive_str(timeout=10) == text
            await one.ping(b"still there?")
        await said.hears("0 in the chat")


async def test_the_websocket_chat_sends_away_who_speaks_something_else(run: RunApp, tmp_path: Path) -> None:
    app, port = elsewhere("websocket-chat", tmp_path)
    said = await run(app)
    await said.hears("Chatting at")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HELO there\r\n\r\n")
    assert await reader.read() == b""
    writer.close()


@pytest_asyncio.fixture(params=["chromium", "firefox"], scope="session", loop_scope="session")
async def browser(request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """A browser for all tests."""
    async with open_browser(request.param) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def show(browser: Browser) -> AsyncIterator[Callable[..., Awaitable[Tab]]]:
    """Opens an example in a tab."""
    ends: list[Callable[[], Awaitable[object]]] = []

    async def open_it(folder: Path, **options: Any) -> Tab:
        engine, storage = Engine(**options), Storage(None)
        daemon = Daemon(engine, storage)
        ends.extend((engine.aclose, storage.aclose, daemon.aclose))
        app = open_app(folder)
        await daemon.start()
        await daemon.register(app)
        tab = await browser.open_tab(await daemon.launch_url(app.id))
        ends.append(tab.close)
        return tab

    yield open_it
    for end in reversed(ends):
        await end()


async def enter(tab: Tab, frame: str, form: str, **values: str) -> None:
    """Write into the fields of a form, and send it."""
    for element, value in values.items():
        await tab.evaluate(f"void (document.getElementById('{element}').value = {value!r})", frame=frame)
    await tab.evaluate(f"void document.getElementById('{form}').requestSubmit()", frame=frame)


def text_of(element: str) -> str:
    return f"document.getElementById('{element}').textContent"


@pytest.mark.browser
async def test_the_tcp_client_connects_sends_a_line_and_shows_the_answer(show: Any) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"welcome\r\n")
        heard.put_nowait(await reader.readline())
        writer.write(b"goodbye\r\n")
        writer.close()

    async with serving(serve) as port:
        tab = await show(EXAMPLES / "tcp-client")
        window = "/client.html"
        await until(tab, f"{text_of('state')} === 'not connected'", frame=window)
        await enter(tab, window, "where", port=str(port))
        await until(tab, f"{text_of('screen')}.includes('welcome')", frame=window)
        await enter(tab, window, "what", line="one line")
        async with asyncio.timeout(10):
            assert await heard.get() == b"one line\r\n"
        await until(tab, f"{text_of('screen')}.includes('goodbye')", frame=window)
        await until(tab, f"{text_of('state')}.startsWith('closed by the other side')", frame=window)


@pytest.mark.browser
async def test_the_line_printer_prints_what_is_sent_to_its_port(show: Any, tmp_path: Path) -> None:
    app, port = elsewhere("line-printer", tmp_path)
    tab = await show(app)
    await until(tab, f"{text_of('state')} !== 'starting…'", frame="/printer.html")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"a label\nand another")
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    await until(tab, f"{text_of('paper')}.includes('a label\\nand another\\n')", frame="/printer.html")


@pytest.mark.browser
async def test_the_multicast_chat_hears_its_own_group(show: Any, tmp_path: Path) -> None:
    app, _ = elsewhere("multicast-chat", tmp_path)
    tab = await show(app, multicast_interface="lo")
    await until(tab, f"{text_of('state')}.startsWith('in 239.255.77.77')", frame="/chat.html")
    await enter(tab, "/chat.html", "say", name="Ada", text="hello")
    await until(tab, f"{text_of('said')}.includes('Adahello')", frame="/chat.html")


def cells_of(name: str) -> str:
    """The cells of the service's row, or an empty text."""
    return (
        "([...document.querySelectorAll('#services tr')]"
        ".map(({ cells }) => [...cells].map((c) => c.textContent))"
        f".find(([name]) => name === '{name}') ?? '')"
    )


@pytest.mark.browser
async def test_the_service_browser_asks_who_is_there(show: Any) -> None:
    """A responder has the port of multicast DNS, as on most desktops: questions go out from others."""
    name = f"Printer {uuid.uuid4()}"
    async with printer(name) as there:
        tab = await show(EXAMPLES / "service-browser", multicast_interface="lo")
        await until(
            tab, f"{text_of('state')}.includes('another program has port 5353')", frame="/browser.html"
        )
        await until(tab, f"{cells_of(name)}[2]?.includes('(')", frame="/browser.html")
        assert await tab.evaluate(cells_of(name), frame="/browser.html") == [
            *(name, "_ipp._tcp", "printer.local:631 (127.0.0.9)", "ty=Paper, color=T")
        ]
        assert "_services._dns-sd._udp.local" in there.asked


@pytest.mark.browser
async def test_the_service_browser_hears_who_comes_and_goes(show: Any) -> None:
    """Where no other program has the port it is in the group, and hears what is said unasked."""
    name = f"Printer {uuid.uuid4()}"
    async with printer(name, port=0) as there:
        tab = await show(EXAMPLES / "service-browser", multicast_interface="lo")
        await until(tab, f"{text_of('state')} !== 'starting…'", frame="/browser.html")
        state = await tab.evaluate(text_of("state"), frame="/browser.html")
        if "another program" in state:
            pytest.skip("another program of this machine has port 5353")
        assert state.endswith("hearing announcements")
        there.announce()
        await until(tab, cells_of(name), frame="/browser.html")
        there.announce(ttl=0)
        await until(tab, f"{cells_of(name)} === ''", frame="/browser.html")
