"""The stand-in as its own process: what tests that kill the program need."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp

from bots.slack.app import open_slack
from core.model.messages import Button, Card, Line, Message
from tests.integration.slack.conftest import ACCOUNT, ROOM, Campaigns, Desk, Home, Lookups, WallClock

CHECKOUT = Path(__file__).parents[3]


async def test_it_runs_apart_and_obeys_its_control_door() -> None:
    arguments = ("-m", "tests.stand_ins.slack", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, cwd=CHECKOUT
    )
    try:
        assert process.stdout is not None
        told = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            await _tell_story(session, told)
    finally:
        process.terminate()
        await process.wait()
    assert process.returncode == 0


async def _tell_story(session: aiohttp.ClientSession, told: dict[str, Any]) -> None:
    async def wish(do: str, **given: Any) -> Any:
        async with session.post(f"{told['url']}/control", json=[{"do": do, **given}]) as answer:
            (result,) = await answer.json()
        assert "result" in result, result
        return result["result"]

    await wish("channel", id=ROOM.external_id, name="piscine")
    await wish("member", id="U1", locale="en-GB")
    tokens = {name: told[name] for name in ("bot_token", "app_token", "signing_secret")}
    async with open_slack(
        **tokens,
        mode="socket",
        api_base_url=told["api_url"],
        account=ACCOUNT,
        desk=Desk(),
        lookups=Lookups(),
        home=Home(),
        campaigns=Campaigns(),
        clock=WallClock(),
    ) as slack:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(slack.run(stop))
            card = Card((Line("À lire", (Button("Ouvrir", "open:a1"),)),))
            await slack.channel.send(ROOM, Message("À lire", card=card))
            (message,) = await wish("messages", channel=ROOM.external_id)
            room = ROOM.external_id
            seen = await wish("command", user="U1", channel=room, command="/porte-voix", text="status", until="All")
            assert seen["acknowledged"]
            await wish("press", user="U1", channel=room, ts=message["ts"], label="Ouvrir", until="chaudière")
            stop.set()
    assert await wish("transcript", channel=ROOM.external_id) == "À lire  [Ouvrir]"
    record = await wish("record")
    assert record["interpreted"] == []
    assert record["violations"] == []
