"""`campaign post`: the bot's rights are asked first, the source is made, and nothing goes twice."""

import asyncio
import json

from tests.integration.terminal.conftest import POOL, Program
from tests.stand_ins.telegram.server import TelegramServer


async def test_a_post_is_owed_when_the_bot_may_write_there(program: Program) -> None:
    async with TelegramServer() as telegram:
        program.monkeypatch.setenv("TELEGRAM_BOT_TOKEN", telegram.token)
        program.monkeypatch.setenv("TELEGRAM_API_BASE_URL", telegram.url)
        telegram.group(-100, title="Quartier Gare", username="gare")
        telegram.group(-101, title="Autre", status="left")

        async def ran(*arguments: str, refused: bool = False) -> str:
            told = program.is_refused if refused else program.does
            return await asyncio.to_thread(told, *arguments)

        assert "campaign start" in await ran("campaign", "post", POOL, "--to", "@gare", refused=True)
        await ran("campaign", "start", POOL)
        assert "add @porte_voix_bot to the group" in await ran("campaign", "post", POOL, "--to", "-101", refused=True)
        told = json.loads(await ran("campaign", "post", POOL, "--to", "@gare", "--json"))
        assert told["new"]
        assert told["link"] == f"https://t.me/porte_voix_bot?start={told['source']}"
        again = await ran("campaign", "post", POOL, "--to", "@gare")
        assert again.startswith("This message went to “Quartier Gare” today already")
        assert told["link"] in again
        lines = json.loads(await ran("source", "list", "piscine", "--json"))
        assert [each["token"] for each in lines if each["label"].get("fr") == "Quartier Gare"] == [told["source"]]
        assert telegram.token not in again


def test_without_a_bot_it_says_what_is_missing(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "TELEGRAM_BOT_TOKEN" in program.is_refused("campaign", "post", POOL, "--to", "@gare")
