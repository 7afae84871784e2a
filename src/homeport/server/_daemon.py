"""The local server: app files, the shell page, tickets and the wire, at one port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from homeport.appfiles import content_type
from homeport.errors import UserError
from homeport.host import (
    AppHost,
    Grant,
    Handler,
    Lifetimes,
    MemoryDirectory,
    SessionDirectory,
    UnauthorizedError,
    Visit,
)
from homeport.wire import MAX_MESSAGE, ByeCode, Hello

from ._bucket import Bucket
from ._bundle import NotBuiltError, bundle_file
from ._connections import KEEP_ALIVE, Connection, Strangers
from ._files import (
    GENERATED_PATH,
    GUEST_PREFIX,
    SANDBOX_PREFIX,
    app_file,
    etag_response,
    generated_page,
    guest_page,
    sandboxed_file,
)
from ._gate import SECRET_HEADER, Access
from ._headers import common_headers, shell_policy
from ._listen import listen_at_first
from ._routes import Routes, refusal
from ._sites import Site, Sites
from ._stream import DownStream, Transports
from ._web import WEB_PATH, WebRoute, may_ask
from ._websocket import WebSocketChannel, is_upgrade

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.engine import Engine, OsSocket
    from homeport.storage import Storage

__all__ = ["Daemon"]

_log = logging.getLogger("homeport.server")

_BODY_WITHIN = 5.0
_SHUTDOWN_WITHIN = 2.0
#: Seconds between two words to the directory that a page is still there: what opens it would expire.
_RENEW_EVERY = 3600.0


@dataclass(slots=True)
class _Listener:
    """One port and what accepts there."""

    port: int
    sockets: list[OsSocket]
    servers: list[asyncio.Server]


class Daemon:
    """Serves registered apps to browsers on this machine.

    Args:
        engine: makes every socket, the server's own too.
        storage: keeps the apps' values.
        host: the address to listen at.
        port: 0 takes a free one.
        per_app_ports: give each app a port at ``localhost``, for browsers that do not know ``*.localhost``.
        usual_ports: the ports to try for an app before ``port``; each app has a port of its own then.
        lifetimes: how long a page, and persistent sockets, are waited for.
        directory: tickets and tokens.
        strangers: bounds the connections that have no session.
        options: switches for the pages.
        streams: whether pages may take what they are told from a stream beside their WebSocket.
        renew_every: seconds between two uses of a connected page's secret and token, which live by them.
    """

    def __init__(
        self,
        engine: Engine,
        storage: Storage,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        per_app_ports: bool = False,
        usual_ports: Callable[[str], Sequence[int]] | None = None,
        lifetimes: Lifetimes = Lifetimes(),  # noqa: B008 (frozen)
        directory: SessionDirectory | None = None,
        strangers: Strangers | None = None,
        options: Mapping[str, object] | None = None,
        streams: bool = True,
        renew_every: float = _RENEW_EVERY,
    ) -> None:
        self.sites = Sites()
        self.strangers = Strangers() if strangers is None else strangers
        self.routes = Routes(self.sites, self.strangers)
        self._engine = engine
        self._storage = storage
        self._host = host
        self._port = port
        self._hostname = "localhost" if per_app_ports else "{}.localhost"
        self._usual_ports = usual_ports
        self._own_ports = per_app_ports or usual_ports is not None
        self._lifetimes = lifetimes
        self._directory: SessionDirectory = MemoryDirectory() if directory is None else directory
        self._options = dict(options or {})
        #: Apart, since any website can use up attempts with tickets, by windows that it opens.
        self._ticket_attempts = Bucket(rate=5, burst=50)
        self._secret_attempts = Bucket(rate=5, burst=50)
        self._transports = Transports()
        self._streams = streams
        self._renew_every = renew_every
        self._web = WebRoute(engine)
        self._listeners: list[_Listener] = []
        self._runner: web.AppRunner | None = None
        self._add_routes()

    def _add_routes(self) -> None:
        add = self.routes.add
        add("/", Access.SHELL, self._shell)
        add("/_homeport/session", Access.EXCHANGE, self._exchange)
        add("/_homeport/wire", Access.WIRE, self._wire)
        add("/_homeport/stream", Access.EXCHANGE, self._stream)
        add(WEB_PATH, Access.WEB, self._ask_the_web)
        add("/_homeport/{name}", Access.OWN, self._bundle)
        add(GENERATED_PATH, Access.OWN, generated_page)
        add(GUEST_PREFIX + "{path:.+}", Access.OWN, guest_page)
        add(SANDBOX_PREFIX + "{token}/{path:.+}", Access.SANDBOX, sandboxed_file)
        add("/{path:.+}", Access.FILE, app_file)

    # Its life.

    async def start(self) -> None:
        """Begin to listen, unless each app has a port of its own."""
        self.routes.application.on_response_prepare.append(_add_headers)
        self._runner = web.AppRunner(
            self.routes.application, access_log=None, handle_signals=False, shutdown_timeout=_SHUTDOWN_WITHIN
        )
        await self._runner.setup()
        if not self._own_ports:
            await self._listen([self._port])

    @property
    def port(self) -> int:
        """The port it listens at."""
        return self._listeners[0].port

    async def register(
        self, app: App, *, kiosk: bool = False, handlers: Mapping[str, Handler] | None = None
    ) -> str:
        """Serve an app from now on; its origin, such as ``http://<id>.localhost:8930``.

        Args:
            app: the app.
            kiosk: whether it is all that its screen shows.
            handlers: answer calls of the page beside those of its manifest, by name.
        """
        if self.sites.by_app(app.id) is not None:
            raise UserError(f"{app.manifest.name} ({app.id}) is registered already.")
        hostname, port = self._hostname.format(app.id), 0
        if self._own_ports:
            usual = () if self._usual_ports is None else self._usual_ports(app.id)
            port = (await self._listen([*usual, self._port])).port
        else:
            port = self.port
        authority = hostname if port == 80 else f"{hostname}:{port}"
        app_host = AppHost(
            app,
            self._engine,
            self._storage,
            self._directory,
            host="browser",
            base_url=f"http://{authority}/",
            lifetimes=self._lifetimes,
            options=self._options,
            kiosk=kiosk,
            handlers=handlers,
        )
        site = Site(app, app_host, hostname, port)
        self.sites.add(site)
        return site.origin

    async def unregister(self, app_id: str, *, removed: bool = True) -> None:
        """Serve an app no longer, and end its pages and sockets; not ``removed``: it may be started again."""
        site = self.sites.remove(app_id)
        if site is None:
            return
        if removed:
            site.app_host.close(ByeCode.REMOVED, "The app was removed.")
        else:
            site.app_host.close(ByeCode.SHUTDOWN, "The app was stopped.")
        await self._directory.revoke_app(app_id)
        await self._web.forget(app_id)
        if self._own_ports:
            for listener in [each for each in self._listeners if each.port == site.port]:
                self._unlisten(listener)

    def app_host(self, app_id: str) -> AppHost | None:
        """What runs an app."""
        site = self.sites.by_app(app_id)
        return None if site is None else site.app_host

    async def launch_url(self, app_id: str) -> str:
        """An address that opens an app, once, within 30 seconds. It is a secret."""
        site = self.sites.by_app(app_id)
        if site is None:
            raise UserError(f"No app {app_id} is registered.")
        ticket = await self._directory.issue_ticket(Grant(app_id, site.origin))
        return f"{site.origin}/#ticket={ticket}"

    async def aclose(self) -> None:
        """End every session, close every connection and stop listening."""
        for site in self.sites.all():
            site.app_host.close(ByeCode.SHUTDOWN, "Homeport has ended.")
        for listener in list(self._listeners):
            self._unlisten(listener)
        self.strangers.drop_all()
        await self._web.aclose()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _listen(self, ports: Sequence[int]) -> _Listener:
        assert self._runner is not None  # noqa: S101 - started
        manager = self._runner.server
        assert manager is not None  # noqa: S101 - set up
        loop = asyncio.get_running_loop()

        def connection() -> Connection:
            return Connection(
                manager, self.strangers, loop=loop, access_log=None, keepalive_timeout=KEEP_ALIVE
            )

        sockets = listen_at_first(self._engine, self._host, ports)
        listener = _Listener(sockets[0].getsockname()[1], sockets, [])
        self._listeners.append(listener)
        try:
            for sock in sockets:
                server = await loop.create_server(connection, sock=sock, start_serving=False)
                listener.servers.append(server)
                await server.start_serving()
        except BaseException:
            self._unlisten(listener)
            raise
        return listener

    def _unlisten(self, listener: _Listener) -> None:
        self._listeners.remove(listener)
        for server in listener.servers:
            server.close()
        for sock in listener.sockets[len(listener.servers) :]:
            sock.close()  # the others are their servers'
        for _ in listener.sockets:
            self._engine.release_listener(listener.port)

    # What it answers.

    async def _shell(self, request: web.Request, site: Site) -> web.StreamResponse:
        response = await self._bundled(request, "shell.html")
        response.headers["Content-Security-Policy"] = shell_policy(site)
        response.headers["X-Frame-Options"] = "DENY"
        return response

    async def _bundle(self, request: web.Request, site: Site) -> web.StreamResponse:
        return await self._bundled(request, request.match_info["name"])

    async def _bundled(self, request: web.Request, name: str) -> web.StreamResponse:
        try:
            body = await asyncio.to_thread(bundle_file, name)
        except NotBuiltError as error:
            _log.error("%s", error)
            return web.Response(status=503, text=f"{error}\n")
        if body is None:
            return refusal(404)
        return etag_response(request, body, content_type(name))

    async def _exchange(self, request: web.Request, site: Site) -> web.StreamResponse:
        if not self._ticket_attempts.take():
            return refusal(429)
        body = await _body(request, "ticket")
        ticket = None if body is None else body["ticket"]
        grant = None if ticket is None else await self._directory.redeem_ticket(ticket, site.origin)
        if grant is None or grant.app_id != site.app.id:
            return refusal(403)
        secret = await self._directory.issue_secret(grant)
        return web.json_response({"secret": secret}, headers={"Cache-Control": "no-store"})

    async def _wire(self, request: web.Request, site: Site) -> web.StreamResponse:
        if not is_upgrade(request):
            return refusal(400)
        channel = WebSocketChannel(request)
        connection = request.protocol
        assert isinstance(connection, Connection)  # noqa: S101 - made in _listen
        renewals: list[asyncio.Task[None]] = []

        async def find_host(hello: Hello) -> AppHost:
            if hello.secret is not None and not self._secret_attempts.take():
                channel.abort()  # without a word: a page whose secret is good tries again
                raise UnauthorizedError("Too many have tried.")
            host = await self._authorize(hello, site)
            channel.raise_limit(MAX_MESSAGE)
            self.strangers.known(connection)
            renewals.append(asyncio.get_running_loop().create_task(self._renew(hello.secret or "", host)))
            return host

        forget = self._transports.add(site.app.id, request.query.get("transport"), channel)
        try:
            return await channel.run(Visit(channel, find_host))
        finally:
            forget()
            for renewal in renewals:
                renewal.cancel()

    async def _renew(self, secret: str, host: AppHost) -> None:
        """Use what a page came with now and then, so that it may come back however long it was there."""
        while True:
            await asyncio.sleep(self._renew_every)
            await self._directory.find_secret(secret)
            await host.renew()

    async def _stream(self, request: web.Request, site: Site) -> web.StreamResponse:
        body = await _body(request, "secret", "transport")
        if not self._secret_attempts.take():
            return refusal(429)
        if body is None or not await self._knows(body["secret"], site):
            return refusal(403)
        channel = self._transports.take(site.app.id, body["transport"]) if self._streams else None
        if channel is None:
            return refusal(404)
        connection = request.protocol
        assert isinstance(connection, Connection)  # noqa: S101 - made in _listen
        self.strangers.known(connection)
        return await DownStream(request).run(channel.lead_down, channel.stream_lost)

    async def _ask_the_web(self, request: web.Request, site: Site) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return may_ask(request, site)
        if not await self._knows(request.headers[SECRET_HEADER], site):
            return refusal(403 if self._secret_attempts.take() else 429)
        if self.sites.by_app(site.app.id) is not site:
            return refusal(421)  # it is gone meanwhile
        connection = request.protocol
        assert isinstance(connection, Connection)  # noqa: S101 - made in _listen
        self.strangers.known(connection)
        return await self._web.answer(request, site)

    async def _authorize(self, hello: Hello, site: Site) -> AppHost:
        if hello.secret is not None and await self._knows(hello.secret, site):
            return site.app_host
        raise UnauthorizedError("This page was opened by an earlier run. Start the app again.")

    async def _knows(self, secret: str, site: Site) -> bool:
        """Whether a secret opens the site's app."""
        return await self._directory.find_secret(secret) == Grant(site.app.id, site.origin)


async def _body(request: web.Request, *keys: str) -> dict[str, str] | None:
    """The body, if it is an object of just these texts; ``None`` for any other."""
    with contextlib.suppress(ValueError, RecursionError, TimeoutError, web.HTTPException):
        async with asyncio.timeout(_BODY_WITHIN):
            body = json.loads(await request.read())
        if (
            isinstance(body, dict)
            and list(body) == [*keys]
            and all(isinstance(v, str) for v in body.values())
        ):
            return body
    return None


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in common_headers().items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "Homeport"
