"""Signed HTTP: what Slack sends is served; everything else is turned away before it is read."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette

from bots.slack.app import Slack
from bots.slack.http import LARGEST_BODY
from core.model.messages import Button, Card, Line, Message
from tests.integration.slack.conftest import ROOM, Desk, Opened
from tests.stand_ins.slack.server import SlackServer

BODY = urlencode({"command": "/porte-voix", "text": "statut", "team_id": "T0BELLEVUE", "user_id": "U1"}).encode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Web(uvicorn.Server):
    """`ready`: it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def served(slack: Slack, server: SlackServer) -> AsyncIterator[str]:
    """The routes behind a real web server; Slack is told where."""
    config = uvicorn.Config(Starlette(routes=slack.routes()), host="127.0.0.1", port=0, log_config=None, lifespan="off")
    web = Web(config)
    serving = asyncio.create_task(web.serve())
    await web.ready.wait()
    port = web.servers[0].sockets[0].getsockname()[1]
    server.request_url = f"http://127.0.0.1:{port}/slack/events"
    try:
        yield server.request_url
    finally:
        web.should_exit = True
        await serving


async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers={**FORM, **headers}) as answer:
        return answer.status


async def test_commands_presses_and_events_are_served(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened(mode="http", app_token="") as slack, served(slack, server):
        await (await anna.command("/porte-voix", "digest", channel=ROOM.external_id)).sees("Piscine")
        card = Card((Line("À lire", (Button("Ouvrir", "open:alert-7"),)),))
        await slack.channel.send(ROOM, Message("À lire", card=card))
        asked = await anna.press(server.world.channels[ROOM.external_id].messages[0], "Ouvrir")
        await asked.sees("chaudière")
        assert (await server.event({"type": "message", "text": "bonjour"})).acknowledged
    assert server.sockets.opened == 0
    assert not server.violations


async def test_slack_s_first_question_about_the_address_is_answered(server: SlackServer, opened: Opened) -> None:
    body = b'{"type": "url_verification", "challenge": "3eZbrw1aB"}'
    async with opened(mode="http") as slack, served(slack, server) as url, aiohttp.ClientSession() as session:
        headers = {"Content-Type": "application/json", **server.signed(body)}
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200
            assert "3eZbrw1aB" in await answer.text()


async def test_the_same_request_serves_once(server: SlackServer, desk: Desk, opened: Opened) -> None:
    async with opened(mode="http") as slack, served(slack, server) as url:
        headers = server.signed(BODY)
        assert await post(url, BODY, headers) == 200
        assert await post(url, BODY, headers) == 401
        server.later(299)
        assert await post(url, BODY, headers) == 401
        server.later(30)
        assert await post(url, BODY, headers) == 401
        assert await post(url, BODY, server.signed(BODY)) == 200


@pytest.mark.parametrize("timestamp", ["abc", "", "-1", "1e9", "9" * 12, "9" * 40, "0", "１７", "12 ", "1.5"])
async def test_an_odd_timestamp_is_refused_not_an_error(
    server: SlackServer, desk: Desk, opened: Opened, timestamp: str
) -> None:
    async with opened(mode="http") as slack, served(slack, server) as url:
        headers = server.signed(BODY, timestamp=timestamp or "x")
        assert await post(url, BODY, {**headers, "X-Slack-Request-Timestamp": timestamp}) == 401
    assert desk.asked == []


async def test_old_and_coming_requests_are_refused(server: SlackServer, opened: Opened) -> None:
    async with opened(mode="http") as slack, served(slack, server) as url:
        for away in (-330, 330, -3600, 3600):
            assert await post(url, BODY, server.signed(BODY, timestamp=str(int(server.now()) + away))) == 401
        assert await post(url, BODY, server.signed(BODY, timestamp=str(int(server.now()) - 240))) == 200


async def test_a_wrong_or_missing_signature_is_refused(server: SlackServer, desk: Desk, opened: Opened) -> None:
    async with opened(mode="http") as slack, served(slack, server) as url:
        good = server.signed(BODY)
        assert await post(url, BODY, {}) == 401
        assert await post(url, BODY, server.signed(BODY, secret="another secret")) == 401
        assert await post(url, BODY + b"x", good) == 401
        assert await post(url, BODY, {**good, "X-Slack-Signature": "v0=é"}) == 401
        assert await post(url, BODY, {**good, "X-Slack-Signature": good["X-Slack-Signature"].upper()}) == 401
        assert await post(url, b"\xff\xfe", server.signed(b"ok")) == 401
    assert desk.asked == []


async def test_who_goes_away_in_the_middle_of_a_request_is_no_fault_in_the_log(
    server: SlackServer, desk: Desk, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(mode="http") as slack, served(slack, server) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf")
        writer.write_eof()
        await reader.read()
        writer.close()
        assert await post(url, BODY, server.signed(BODY)) == 200
    assert not [each for each in caplog.records if each.exc_info]


async def test_what_cannot_be_read_is_refused(server: SlackServer, opened: Opened) -> None:
    async with opened(mode="http") as slack, served(slack, server) as url:
        body = b"payload=%7Bbroken"
        assert await post(url, body, server.signed(body)) == 400
        large = b"x" * (LARGEST_BODY + 1)
        assert await post(url, large, server.signed(large)) == 413


async def test_a_body_without_a_length_is_limited_too(server: SlackServer, opened: Opened) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 50_000 + 2):
            yield b"x" * 50_000

    async with opened(mode="http") as slack, served(slack, server) as url, aiohttp.ClientSession() as session:
        try:
            async with session.post(url, data=drip(), headers=server.signed(b"x")) as answer:
                assert answer.status == 413
        except aiohttp.ClientError:
            pass  # refused and closed while we were still sending


async def test_socket_mode_serves_no_address(opened: Opened) -> None:
    async with opened(running=False) as slack:
        assert slack.routes() == []
