"""Both platforms coming in over HTTP: the real process behind a webhook and behind signed requests."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.telegram.server import TelegramServer

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "examples" / "piscine.yaml"
SECRET = "secret-of-the-webhook-0123456789"
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(folder: Path, port: int, telegram: TelegramServer, slack: SlackServer) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return inherited | {
        "DATABASE_URL": f"sqlite:///{folder / 'porte-voix.db'}",
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_BASE_URL": telegram.url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_BASE_URL": slack.api_url,
        "SLACK_MODE": "http",
        "HTTP_PORT": str(port),
        "PORTE_VOIX_LANGUAGE": "fr",
    }


@asynccontextmanager
async def running(folder: Path, surroundings: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The campaign of the sample is started, then the program runs until the block ends."""
    start = await program(folder, surroundings, "campaign", "start", str(SAMPLE))
    assert await start.wait() == 0
    process = await program(folder, surroundings, "run")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0


async def program(folder: Path, surroundings: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    with (folder / "log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "main.py"), *arguments, cwd=folder, env=surroundings, stdout=log, stderr=log
        )


async def listens(port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.2)
            else:
                writer.close()
                await writer.wait_closed()
                return


async def test_a_citizen_is_answered_and_staff_are_served_over_http(tmp_path: Path) -> None:
    port = free_port()
    async with TelegramServer() as telegram, SlackServer() as slack:
        slack.channel("C1", "piscine", joined=True)
        surroundings = environment(tmp_path, port, telegram, slack)
        async with running(tmp_path, surroundings):
            await listens(port)
            neighbour = telegram.person(7, first_name="Zoé", language_code="fr")
            neighbour.start("affiche-piscine")
            async with asyncio.timeout(PATIENCE):
                await neighbour.sees_text("Le service des sports lit vos réponses")
            slack.request_url = f"http://127.0.0.1:{port}/slack/events"
            asked = await slack.member("U1").command("/porte-voix", "digest", channel="C1")
            assert asked.acknowledged
            async with asyncio.timeout(PATIENCE):
                await asked.sees("horaires de la piscine")
            async with aiohttp.ClientSession() as session:
                unsigned = await session.post(f"http://127.0.0.1:{port}/slack/events", data={"command": "/porte-voix"})
                stranger = await session.post(f"http://127.0.0.1:{port}/telegram", json={"update_id": 1})
                async with session.get(f"http://127.0.0.1:{port}/p/affiche-piscine") as landing:
                    page = await landing.text()
                async with session.get(f"http://127.0.0.1:{port}/ready") as ready:
                    await ready.read()
            assert (unsigned.status, stranger.status, ready.status) == (401, 401, 200)
            assert f"https://t.me/{telegram.bot.username}?start=affiche-piscine" in page
    log = (tmp_path / "log").read_text(encoding="utf-8")
    for secret in (telegram.token, SECRET, slack.bot_token, slack.signing_secret, "Zoé"):
        assert secret not in log
