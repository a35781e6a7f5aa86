"""`campaign post`: the bot's rights are asked first, the source is made, and nothing goes twice."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.integration.terminal.conftest import POOL, Program
from tests.stand_ins.telegram.server import TelegramServer

GROUPS = ("@gare", "-1001", "-1002")


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


@pytest.fixture
def posting(tmp_path: Path) -> Path:
    """The sample, with posts into three groups."""
    lines = "".join(f"  - {{in: '{group}', when: 2027-01-18 10:00, source: affiche-gare}}\n" for group in GROUPS)
    file = tmp_path / "piscine.yaml"
    file.write_text(f"{Path(POOL).read_text(encoding='utf-8')}\nposts:\n{lines}", encoding="utf-8")
    return file


async def test_the_check_asks_whether_the_bot_may_write_where_the_file_posts(program: Program, posting: Path) -> None:
    async with TelegramServer() as telegram:
        program.monkeypatch.setenv("TELEGRAM_BOT_TOKEN", telegram.token)
        program.monkeypatch.setenv("TELEGRAM_API_BASE_URL", telegram.url)
        telegram.group(-100, title="Quartier Gare", username="gare")
        telegram.group(-1001, title="Autre", status="left")
        telegram.group(-1002, title="Annonces", kind="channel", status="member")
        told = json.loads(await asyncio.to_thread(program.does, "campaign", "check", str(posting), "--json"))
    found = {each["where"]: each["text"] for each in told if each["where"].endswith(".in")}
    assert found.keys() == {"posts[2].in", "posts[3].in"}
    assert "add @porte_voix_bot to the group" in found["posts[2].in"]
    assert "may not write" in found["posts[3].in"]
    silent = json.loads(await asyncio.to_thread(program.does, "campaign", "check", str(posting), "--json"))
    (asked,) = [each for each in silent if "did not answer" in each["text"]]
    assert asked["where"] == "posts[1].in"
    assert asked["at"].partition(":")[2].isdigit(), "with its line"


async def test_a_refused_token_is_said_as_that_and_once(program: Program, posting: Path) -> None:
    async with TelegramServer() as telegram:
        program.monkeypatch.setenv("TELEGRAM_BOT_TOKEN", f"{telegram.token}x")
        program.monkeypatch.setenv("TELEGRAM_API_BASE_URL", telegram.url)
        shown = {
            language: json.loads(
                await asyncio.to_thread(program.does, "campaign", "check", str(posting), "--json", language=language)
            )
            for language in ("en", "fr")
        }
    for language, words in (("en", "Telegram refuses the token: put"), ("fr", "Telegram refuse le jeton : mettez")):
        (said,) = [each for each in shown[language] if each["where"].startswith("posts")]
        assert said["key"] == "terminal.error.telegram_token"
        assert said["text"].startswith(words)
        assert telegram.token not in said["text"]


def test_without_a_bot_it_says_what_is_missing(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "TELEGRAM_BOT_TOKEN" in program.is_refused("campaign", "post", POOL, "--to", "@gare")
