"""The commands of the documents do what the documents say, in a fresh copy of the project.

Alone: those that need nothing. In the copy where a campaign is carried: those of the README's ten minutes, with `make
run` as a process of its own between the stand-ins of Telegram and Slack, and a citizen who answers.
"""

import asyncio
import os
import re
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.docs.checkout import Checkout, fresh_checkout
from tests.docs.documents import ROOT, Block, blocks
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.telegram.server import TelegramServer

README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "docs" / "operations.md", ROOT / "docs" / "extending.md"]
ROOM = "C0PISCINE"
PATIENCE = 300.0
"""Seconds, on a busy machine, for four weeks that take half a minute."""
SOME_TESTS = "-q -p no:cacheprovider tests/architecture/test_machines_are_drawn.py"
"""What `make test` runs inside this test: not everything once more."""


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_needs_nothing_runs_in_a_fresh_copy(document: Path, tmp_path: Path) -> None:
    checkout = fresh_checkout(tmp_path / "porte-voix")
    for block in blocks(document):
        if block.runs and not block.where:
            checkout.settings["ARGS"] = SOME_TESTS if "make test" in block.code else ""
            ran = checkout.runs(block.code)
            assert ran.returncode == 0, f"{block.place}\n{block.code}\n{ran.stdout}"
            assert "Traceback" not in ran.stdout, f"{block.place}\n{block.code}\n{ran.stdout}"


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_first_command_opens_pages_to_look_at(tmp_path: Path) -> None:
    checkout = fresh_checkout(tmp_path / "porte-voix")
    checkout.settings["HTTP_PORT"] = str(_free_port())
    (first,) = [block for block in blocks(README) if block.where == "open"]
    async with _running(checkout, first.code) as printed:
        async with asyncio.timeout(PATIENCE):
            while "The weeks go by" not in printed():  # noqa: ASYNC110  # a file has no event
                await asyncio.sleep(0.5)
        pages = re.findall(r"^    (http\S+)$", printed(), re.MULTILINE)
        assert len(pages) == 3, printed()
        for page in pages:
            async with aiohttp.ClientSession() as browser, browser.get(page) as answer:
                assert answer.status == 200, page


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_ten_minutes_lead_to_an_answer_that_staff_can_read(tmp_path: Path) -> None:
    checkout = fresh_checkout(tmp_path / "porte-voix")
    async with TelegramServer() as telegram, SlackServer() as slack:
        slack.channel(ROOM, "piscine")
        telegram.group(-100, title="Valbrune", username="valbrune")
        story = [block for block in blocks(README) if block.runs and block.where == "campaign"]
        first = next(place for place, block in enumerate(story) if block.keeps_running)
        said = ""
        for block in story[:first]:
            said += await _runs(checkout, block)
            _fill_in(checkout.folder / ".env", telegram, slack)
        assert f"https://t.me/{telegram.bot.username}?start=affiche-piscine" in said
        async with _running(checkout, story[first].code) as printed:
            await _citizen_answers(telegram, printed)
            await _until_all_is_read(checkout)
            pages = re.search(r"The pages are open at (http\S+)", printed())
            assert pages, printed()
            for path in ("p/affiche-piscine", "r/piscine"):
                async with aiohttp.ClientSession() as browser, browser.get(pages[1] + path) as page:
                    assert page.status == 200, path
            said = "\n".join([await _runs(checkout, block) for block in story[first + 1 :]])
        assert "Opening hours 1" in said
        assert "2 answers imported" in said
        rows = (checkout.folder / "answers.csv").read_text(encoding="utf-8-sig")
        assert "my number is [phone]" in rows
        assert "affiche-piscine" in rows
        assert "The campaign is stopped" in said
        assert slack.violations == []


async def _runs(checkout: Checkout, block: Block) -> str:
    ran = await asyncio.to_thread(checkout.runs, block.code)
    assert ran.returncode == 0, f"{block.place}\n{block.code}\n{ran.stdout}"
    return ran.stdout


def _fill_in(env: Path, telegram: TelegramServer, slack: SlackServer) -> None:
    """As the reader would with an editor; and the addresses of the stand-ins."""
    if not env.exists():
        return
    given = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_BASE_URL": telegram.url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_BASE_URL": slack.api_url,
        "HTTP_PORT": str(_free_port()),
    }
    lines = env.read_text(encoding="utf-8").splitlines()
    for name, value in given.items():
        place = next(at for at, line in enumerate(lines) if line.lstrip("#").startswith(f"{name}="))
        lines[place] = f"{name}={value}"
    env.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def _running(checkout: Checkout, commands: str) -> AsyncIterator[Callable[[], str]]:
    """The command as in a terminal of its own, ended with Ctrl-C. Gives what it has printed so far."""
    file = checkout.folder.parent / "printed.txt"

    def printed() -> str:
        return file.read_text(encoding="utf-8")

    with file.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            commands,
            cwd=checkout.folder,
            env=dict(checkout.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            yield printed
            assert process.returncode is None, printed()
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGINT)
            async with asyncio.timeout(60):
                await process.wait()
    assert "Traceback" not in printed()


async def _citizen_answers(telegram: TelegramServer, printed: Callable[[], str]) -> None:
    anna = telegram.person(1001, first_name="Anna", language_code="en")
    anna.start("affiche-piscine")
    try:
        await anna.sees(3, within=120)
    except TimeoutError:
        raise AssertionError(f"nobody answered:\n{printed()}") from None
    assert f"https://t.me/{telegram.bot.username}" in printed()
    anna.press("I am 15 or over and I agree")
    await anna.sees_text("1/3")
    anna.press("Sometimes")
    await anna.sees_text("2/3")
    anna.say("open later in the evening")
    anna.say("and on Sundays too, my number is 06 12 34 56 78")
    anna.say("that's all")
    await anna.sees_text("3/3", within=60)
    anna.press("Centre")
    await anna.sees_text("Shall we write you the decision here?", within=60)
    anna.press("Yes")
    await anna.sees_text("All right", within=60)


async def _until_all_is_read(checkout: Checkout) -> None:
    """The tagger's process takes some seconds to load."""
    database = f"file:{checkout.folder / 'var' / 'porte-voix.db'}?mode=ro"
    async with asyncio.timeout(180):
        with closing(sqlite3.connect(database, uri=True)) as looking:
            while looking.execute("SELECT count(*) FROM contributions WHERE state <> 'read'").fetchone() != (0,):  # noqa: ASYNC110  # another process writes
                await asyncio.sleep(0.2)
