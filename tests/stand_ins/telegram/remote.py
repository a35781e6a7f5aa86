"""The stand-in as its own process, seen from a test: it survives while the program under test is killed.

async with running() as server:
    anna = server.person(1001, first_name="Anna")
    await anna.do("start", payload="affiche-piscine")
    … start the program with TELEGRAM_API_BASE_URL=server.url and TELEGRAM_BOT_TOKEN=server.token …
    events = await server.events(after=0)
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[3]
TIME_TO_STOP = 5.0


class RemoteServer:
    """Speaks to the control door. Every answer that is an error is raised as RuntimeError."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self._session = session

    def person(self, number: int) -> "RemotePerson":
        return RemotePerson(self, number)

    async def do(self, name: str, **given: Any) -> Any:
        """One wish, its result."""
        return (await self.do_all([{"do": name, **given}]))[0]

    async def do_all(self, wishes: Sequence[dict[str, Any]]) -> list[Any]:
        """Many wishes in one request, in order: 1,500 people can start at once."""
        async with self._session.post(f"{self.url}/control", json=list(wishes)) as response:
            response.raise_for_status()
            answers = await response.json()
        for answer in answers:
            if "error" in answer:
                raise RuntimeError(answer["error"])
        return [answer["result"] for answer in answers]

    async def events(self, after: int, *, within: float = 20.0) -> list[dict[str, Any]]:
        """What people saw since event number `after`; waits for the first one. Empty when nothing came `within`."""
        found: list[dict[str, Any]] = await self.do("events", after=after, within=within)
        return found


class RemotePerson:
    def __init__(self, server: RemoteServer, number: int) -> None:
        self._server = server
        self.id = number

    async def do(self, name: str, **given: Any) -> Any:
        """An act of `people.Person`, by its name and its arguments."""
        return await self._server.do(name, person=self.id, **given)

    async def inbox(self) -> list[dict[str, Any]]:
        """message_id, text, labels, data, edits of every message that is still there, oldest first."""
        shown: list[dict[str, Any]] = await self.do("inbox")
        return shown


@asynccontextmanager
async def running(port: int = 0) -> AsyncIterator[RemoteServer]:
    """Starts `python -m tests.stand_ins.telegram`, gives the control of it, stops it by its own process id."""
    command = (sys.executable, "-m", "tests.stand_ins.telegram", "--port", str(port))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        url, token = (await process.stdout.readline()).decode().split()
        async with aiohttp.ClientSession() as session:
            yield RemoteServer(url, token, session)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(TIME_TO_STOP):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
