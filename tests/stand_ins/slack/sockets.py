"""Socket Mode: an address that serves once, a hello, envelopes to be acknowledged, connections that come and go."""

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.stand_ins.slack.world import Json

if TYPE_CHECKING:
    from tests.stand_ins.slack.server import SlackServer

MOST_CONNECTIONS = 10


class Sockets:
    """`delivered`: every envelope that went out, those that went again included. `opened`: connections so far."""

    def __init__(self, server: "SlackServer") -> None:
        self._server = server
        self._addresses: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}
        self.delivered: list[Json] = []
        self.opened = 0
        self._refusals = 0

    @property
    def connected(self) -> int:
        return len(self._open)

    def new_address(self) -> str:
        ticket = f"ticket-{self._server.world.number()}"
        self._addresses.add(ticket)
        return f"{self._server.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self._server.world.app_id}"

    async def fail(self, attempts: int) -> None:
        """A long outage: connections die, the next `attempts` are refused, and the addresses expire meanwhile."""
        self._refusals = attempts
        await self.drop()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self._refusals:
            self._refusals -= 1
            if not self._refusals:
                self._addresses.clear()
            return web.Response(status=503)
        if ticket not in self._addresses or self.connected >= MOST_CONNECTIONS:
            return web.Response(status=404)
        self._addresses.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": self.connected + 1,
                "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._server.world.app_id},
            }
        )
        self._open.append(socket)
        self.opened += 1
        self._server.touch()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._open.remove(socket)
            self._server.touch()
        return socket

    def _acknowledged(self, text: str) -> None:
        try:
            answer = json.loads(text)
            waiting = self._waiting.pop(answer["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self._server.violations.append("an ack for no envelope")
            self._server.touch()
            return
        if not waiting.done():
            waiting.set_result(answer.get("payload"))

    async def deliver(self, kind: str, payload: Json, *, attempt: int = 0) -> Json | None:
        """Sends one envelope to one connection and waits for its ack. Raises TimeoutError when none comes."""
        await self._server.until(lambda: bool(self._open), within=10)
        socket = self._open[len(self.delivered) % len(self._open)]
        envelope_id = f"e-{self._server.world.number()}"
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        self.delivered.append(envelope)
        await socket.send_json(envelope)
        gone = asyncio.create_task(self._lost(socket))
        try:
            either: set[asyncio.Future[Json | None]] = {waiting, gone}
            await asyncio.wait(either, timeout=self._server.ack_within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            self._waiting.pop(envelope_id, None)
        if not waiting.done():
            raise TimeoutError
        return waiting.result()

    async def _lost(self, socket: web.WebSocketResponse) -> Json | None:
        await self._server.until(lambda: socket not in self._open, within=60)
        return None

    async def refresh(self) -> None:
        """What Slack does every few hours: asks for new connections, then closes the old ones."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def drop(self) -> None:
        """All connections die without a word."""
        for socket in list(self._open):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    async def close(self) -> None:
        for socket in list(self._open):
            await socket.close()
