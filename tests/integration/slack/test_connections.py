"""Socket Mode over a day: refreshes, dropped connections, an outage longer than an address lives, a quiet stop."""

import asyncio

import pytest

from bots.slack import socket as socket_mode
from tests.integration.slack.conftest import ROOM, Desk, Opened
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Trouble


async def test_a_refresh_changes_the_connection_and_nothing_else(server: SlackServer, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened():
        await server.until(lambda: server.sockets.connected == 1)
        await server.sockets.refresh()
        await server.until(lambda: server.sockets.opened == 2 and server.sockets.connected == 1)
        await (await anna.command("/porte-voix", "statut", channel=ROOM.external_id)).sees("Tout va bien.")
    assert server.sockets.connected == 0


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK looks at its connection every 10 seconds, and we every 5: here, many times a second."""
    monkeypatch.setattr(socket_mode, "PING", 0.05)
    monkeypatch.setattr(socket_mode, "CHECK", 0.05)
    monkeypatch.setattr(socket_mode, "PATIENCE", 0.5)


@pytest.mark.usefixtures("hasty")
async def test_a_connection_that_dies_is_replaced(server: SlackServer, opened: Opened) -> None:
    anna = server.member("U1")
    async with opened():
        await server.until(lambda: server.sockets.connected == 1)
        await server.sockets.drop()
        await server.until(lambda: server.sockets.opened >= 2)
        await (await anna.command("/porte-voix", "statut", channel=ROOM.external_id)).sees("Tout va bien.")


@pytest.mark.usefixtures("hasty")
async def test_it_comes_back_after_an_outage_longer_than_an_address_lives(
    server: SlackServer, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    anna = server.member("U1")
    async with opened():
        await server.until(lambda: server.sockets.connected == 1)
        await server.sockets.fail(3)  # the SDK holds on to an address that expires meanwhile
        await server.until(lambda: server.sockets.opened == 2)
        await (await anna.command("/porte-voix", "statut", channel=ROOM.external_id)).sees("Tout va bien.")
    assert "starting afresh" in caplog.text
    assert "ticket" not in caplog.text


async def test_slack_that_does_not_open_at_first_is_tried_again(
    server: SlackServer, opened: Opened, hasty: None, caplog: pytest.LogCaptureFixture
) -> None:
    server.plan("apps.connections.open", Trouble.RATE_LIMIT, Trouble.STATUS, Trouble.LOSE_ANSWER)
    async with opened():
        await server.until(lambda: server.sockets.connected == 1)
    assert "xapp-" not in caplog.text


async def test_stopping_lets_the_answers_finish(server: SlackServer, desk: Desk, opened: Opened) -> None:
    anna = server.member("U1")
    desk.gate.clear()
    async with opened():
        asked = await anna.command("/porte-voix", "digest", channel=ROOM.external_id)
        await server.until(lambda: bool(desk.asked))
        asyncio.get_running_loop().call_later(0.1, desk.gate.set)
    await asked.sees("Piscine")


async def test_stopping_does_not_wait_for_ever(
    server: SlackServer, desk: Desk, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.slack.service.LAST_ANSWERS_SECONDS", 0.05)
    anna = server.member("U1")
    desk.gate.clear()
    async with opened():
        asked = await anna.command("/porte-voix", "digest", channel=ROOM.external_id)
        await server.until(lambda: bool(desk.asked))
    assert asked.ephemeral == []
