"""What the web is asked for passes the door: the policy, the never-list, and one look at a name."""

from __future__ import annotations

from contextlib import AsyncExitStack
from ipaddress import ip_network

import pytest
from aiohttp import ClientError, web

from homeport.appfiles import open_app
from homeport.engine import Engine, OsNetwork
from homeport.engine._policy import Policy, Rule
from homeport.host import Asked, WebClient
from homeport.manifest import HostPermissions, SocketPermissions

MANIFEST = """{"manifest_version": 2, "name": "Asks", "version": "1",
               "app": {"background": {"scripts": ["b.js"]}}, "permissions": ["*://*/*"]}"""


class Names(OsNetwork):
    """The system's network, where a name has another address at each look."""

    def __init__(self, *addresses: str) -> None:
        super().__init__()
        self._addresses = addresses
        self.looked = 0

    async def lookup(self, host, family):
        address = self._addresses[min(self.looked, len(self._addresses) - 1)]
        self.looked += 1
        return [(int(family) or 2, address, 0)]


class Server:
    """Says where it was reached, and leads elsewhere."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def start(self, stack: AsyncExitStack, host: str, port: int = 0) -> int:
        async def answer(request: web.Request) -> web.Response:
            self.reached.append(f"{host}{request.path}")
            if "to" in request.query:
                return web.Response(status=302, headers={"Location": request.query["to"]})
            return web.Response(text=host, headers={"Connection": "close"})

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, host, port).start()
        found: int = runner.addresses[0][1]
        return found


@pytest.fixture
async def stack():
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def asking(tmp_path, stack):
    """Asks as an app that may ask everybody."""
    (tmp_path / "manifest.json").write_text(MANIFEST)
    (tmp_path / "b.js").touch()
    app = open_app(tmp_path)

    def make(**engine_options):
        engine = Engine(**engine_options)
        stack.push_async_callback(engine.aclose)
        client = WebClient(app, engine, SocketPermissions(HostPermissions(app.manifest.permissions).entries))
        stack.push_async_callback(client.aclose)

        async def ask(url: str) -> str:
            async with await client.ask(Asked("GET", url)) as answer:
                return await answer.text()

        return ask

    return make


async def test_a_redirect_passes_the_policy_too(asking, stack):
    server = Server()
    open_port, closed_port = [await server.start(stack, "127.0.0.1") for _ in range(2)]
    ask = asking(policy=Policy(rules=(Rule("deny", ports=((closed_port, closed_port),)),)))
    assert await ask(f"http://127.0.0.1:{open_port}/") == "127.0.0.1"
    for first in (
        f"http://127.0.0.1:{closed_port}/a",
        f"http://127.0.0.1:{open_port}/b?to=//127.0.0.1:{closed_port}/c",
    ):
        with pytest.raises(ClientError):
            await ask(first)
    assert server.reached == ["127.0.0.1/", "127.0.0.1/b"]


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "2852039166"]
)
async def test_a_redirect_leads_nowhere_where_credentials_are_handed_out(asking, stack, address):
    server = Server()
    port = await server.start(stack, "127.0.0.1")
    with pytest.raises(ClientError):
        await asking()(f"http://127.0.0.1:{port}/?to=http://{address}/latest")
    assert server.reached == ["127.0.0.1/"]


async def test_a_name_is_looked_at_once_and_what_was_found_good_is_what_is_asked(asking, stack):
    server = Server()
    port = await server.start(stack, "127.0.0.2")
    await server.start(stack, "127.0.0.1", port)
    names = Names("127.0.0.2", "127.0.0.1")
    ask = asking(network=names, policy=Policy(rules=(Rule("deny", networks=(ip_network("127.0.0.1/32"),)),)))
    assert await ask(f"http://turning.test:{port}/") == "127.0.0.2"
    assert names.looked == 1


async def test_a_name_that_has_turned_is_refused_and_so_is_a_redirect_to_it(asking, stack):
    server = Server()
    port = await server.start(stack, "127.0.0.2")
    await server.start(stack, "127.0.0.1", port)
    rule = Rule("deny", networks=(ip_network("127.0.0.1/32"),))
    ask = asking(network=Names("127.0.0.1"), policy=Policy(rules=(rule,)))
    for url in (f"http://turned.test:{port}/a", f"http://127.0.0.2:{port}/b?to=http://turned.test:{port}/c"):
        with pytest.raises(ClientError):
            await ask(url)
    assert server.reached == ["127.0.0.2/b"]
