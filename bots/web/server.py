"""The HTTP server: from the first moment of the service to its end, and never in the way of its signals."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from core.model.errors import SettingsError

GRACE = 5
"""Seconds given to answers in progress when the service stops."""


LONGEST_HEAD = 64 * 1024
"""Bytes of a request before its body. The parser itself would take any number of them, and keep them."""


PATIENCE = 60
"""Seconds for a whole request, from the connection or its first byte on: a phone in a cellar sends an answer in that
time. The parser itself would wait for ever, and a machine holds only so many connections open."""


IPV4_IN_IPV6 = "::ffff:"
"""How a socket that listens to both kinds of addresses names the older one."""


class _Protocol(HttpToolsProtocol):
    """One connection. Whoever sends a head without end is told so, and cut off; so is whoever never ends."""

    _head: int | None = None
    """How long the head that is being read is, so far. Pieces count whole: one may hold the end of a body before it."""
    _late: asyncio.TimerHandle | None = None
    """When the request that is awaited, or being read, comes too late."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:  # a proxy of this machine is one, however we listen
            self.client = (self.client[0].removeprefix(IPV4_IN_IPV6), self.client[1])
        self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._head = 0
        self._await()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._came()
        super().on_message_complete()

    def _await(self) -> None:
        self._came()
        self._late = self.loop.call_later(PATIENCE, self.transport.close)

    def _came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > LONGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The head of this request is too long.")


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's: it stops everything in order, this server among the rest."""
        yield


def listening_socket(host: str, port: int) -> socket.socket:
    """Raises `SettingsError` when nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _no_place(f"{host}:{port}", error) from error
    listener.listen()  # from now on whoever comes waits for the server instead of being refused
    return listener


def _no_place(place: str, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            f"another program is at {place} already: stop it, or give this one another HTTP_PORT",
            "error.port_taken",
            place=place,
        )
    return SettingsError(
        f"the pages cannot be shown at {place} ({error.strerror}): choose another HTTP_PORT or HTTP_HOST",
        "error.port_refused",
        place=place,
        reason=str(error.strerror),
    )


def noticing(app: ASGIApp, noticed: Callable[[], None]) -> ASGIApp:
    """The same application; `noticed` is called whenever somebody sends something."""

    async def noticed_app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "POST":
            noticed()
        await app(scope, receive, send)

    return noticed_app


def hooked(app: ASGIApp, hooks: Mapping[str, Route]) -> ASGIApp:
    """The same application; what comes for a path in `hooks`, from a platform, goes there at once and not past every
    page. Hooks may be added while it serves."""

    async def hooked_app(scope: Scope, receive: Receive, send: Send) -> None:
        hook = hooks.get(scope.get("path", ""))
        await (hook.handle if hook else app)(scope, receive, send)

    return hooked_app


async def serve_web(
    app: ASGIApp, listener: socket.socket, stop: asyncio.Event, *, stopping: Callable[[], None] = lambda: None
) -> None:
    """Until `stop`; then `stopping` ends what would wait for ever, and answers in progress get their time."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_config=None,
        access_log=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
    )
    logging.getLogger("uvicorn.access").disabled = True  # it would write private links down
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping()
        server.should_exit = True
        waiting.cancel()
        await serving
        listener.close()
