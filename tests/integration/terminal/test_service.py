"""Commands while the service runs: they ask it over its socket, and it does at once what they say."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import main
from bots.telegram.whoami import username
from bots.terminal.pipe import socket_path
from config.system import SystemClock
from tests.integration.terminal.conftest import POOL, ROOT, Program, Ran, edited
from tests.stand_ins.telegram.server import TelegramServer

PATIENCE = 120.0


@dataclass
class Installation:
    """A folder in which the service runs as a process of its own, with a bot at the stand-in. The commands run in this
    process: they meet the service at its socket and its database."""

    program: Program
    telegram: TelegramServer

    def __post_init__(self) -> None:
        for name, value in self.settings.items():
            self.program.monkeypatch.setenv(name, value)
        self.program.monkeypatch.setattr(main, "SystemClock", SystemClock)  # the service's own

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.program.folder / 'town.db'}",
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_BASE_URL": self.telegram.url,
            "PORTE_VOIX_LANGUAGE": "en",
        }

    @property
    def socket(self) -> Path:
        return socket_path(self.program.folder / "town.db")

    async def types(self, *arguments: str) -> Ran:
        return await asyncio.to_thread(self.program, *arguments)

    async def does(self, *arguments: str) -> str:
        return await asyncio.to_thread(self.program.does, *arguments)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service, from the moment it takes errands until it was told to stop."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        service = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "main.py"),
            "run",
            cwd=self.program.folder,
            env=inherited | self.settings | {"PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            await until(lambda: self.socket.exists() or service.returncode is not None)
            yield service
        finally:
            if service.returncode is None:
                service.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                _, log = await service.communicate()
        assert service.returncode == 0, log.decode()
        assert self.telegram.token not in log.decode()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # another process makes it true
            await asyncio.sleep(0.05)


def answers_file(folder: Path) -> str:
    path = folder / "paper.csv"
    path.write_text("text;language\nopen later, call me on 06 12 34 56 78;en\n", encoding="utf-8")
    return str(path)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_day_of_commands(program: Program) -> None:
    async with TelegramServer() as telegram:
        town = Installation(program, telegram)
        said = await town.does("campaign", "start", POOL)
        link = f"https://t.me/{telegram.bot.username}?start=affiche-piscine"
        assert f"  Poster at the pool : {link}\n" in said
        assert said.endswith("The service does not run here yet: python main.py run\n")

        async with town.running():
            path = edited(program.folder, ("en: The pool opens again in 2027.", "en: The pool opens again in March."))
            again = json.loads(await town.does("campaign", "start", path, "--json"))
            assert (again["revision"], again["revised"], again["served"]) == (2, True, True)
            assert again["links"]["affiche-piscine"] == link
            assert "run" not in (await town.does("campaign", "start", path)).splitlines()[-1]

            assert "The running service is masking" in await town.does("import", answers_file(program.folder))
            await until_read(town)
            (row,) = (await town.does("export", "piscine", "--format", "jsonl")).splitlines()
            assert json.loads(row)["text"] == "open later, call me on [phone]"

            refused = await town.types("chat", POOL)
            assert (refused.code, refused.err.count("\n")) == (1, 1)
            assert "the service runs here" in refused.err
            assert json.loads(await town.does("retry", "--json")) == {"released": 0}
            assert await town.does("campaign", "pause", POOL) == "Sendings are held back. People can still answer.\n"
            status = json.loads(await town.does("campaign", "status", POOL, "--json"))
            assert status["state"] == "paused"

        assert not town.socket.exists()
        assert await town.does("campaign", "resume", POOL) == "Sendings go on.\n", "without the service as well"


async def until_read(town: Installation) -> None:
    async with asyncio.timeout(PATIENCE):
        while json.loads(await town.does("status", "--json"))["untagged"]:  # noqa: ASYNC110  # another process reads
            await asyncio.sleep(0.2)


async def test_what_the_bot_is_called() -> None:
    async with TelegramServer() as telegram:
        assert await username(telegram.token, telegram.url) == telegram.bot.username
        assert await username("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9", telegram.url) is None
        address = telegram.url
    assert await username("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9", address) is None, "nobody answers"
