"""What the contract of the ways in asks of each of them: a bench, on which people write and their platform brings it.

    person ─▶ bench.written ─▶ Written ─▶ bench.brings ─▶ the way in ─▶ [inbox of a real database]
                                               ▼
                                             Answer: what the platform makes of ours

A new channel: copy `pigeon.py`, which is the shortest, and name it in `benches.py`.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bots.registry import CHANNELS
from bots.web.server import hooked, listening_socket, serve_web
from config.locale import Catalogue
from config.system import SystemChance
from core.model.ids import AccountId, PartnerId
from core.model.messages import Said
from core.storage.engine import Storage, open_storage
from core.storage.schema import inbox as rows
from core.work.house import House
from core.work.ports import Clock, Decoder
from core.work.staff import campaigns
from tests.builders import consultation
from tests.databases import fresh_postgres, refusing, sqlite_url
from tests.integration.review.village import ReadsAll, erasure_hash

TOWN = consultation(steps=())
WORDS = Catalogue()
MARK = "monmotamoi"
"""Stands in whatever people write here: no log may hold it."""


class Answer(StrEnum):
    """What the platform makes of our answer to one update."""

    TAKEN = "we have it: it is forgotten there"
    LATER = "we have it not: it is kept there, and brought again"
    REFUSED = "we do not want it"


class Promise(StrEnum):
    """What some way in cannot be asked, because it cannot happen there."""

    AGAIN = "the same update is brought once more"
    AT_ONCE = "the same update is brought twice at the same moment"
    FORGED = "somebody brings it who has no right to"
    STRANGE = "what comes is not what the platform sends"
    OTHERS = "several people bring something"


class Trouble(StrEnum):
    """Why the inbox cannot keep anything."""

    SILENT = "the database does not take it just now"
    FULL = "the disk is full"


@dataclass(slots=True)
class Written:
    """What somebody wrote, as the platform is about to bring it. `raw`: its bytes, None where we write them ourselves.
    `carried`: what the bench needs to bring it."""

    chat: str
    text: str
    raw: bytes | None = None
    carried: Any = None


Bringing = Callable[[], Awaitable[Answer]]


class Bench(Protocol):
    """`people`: those who may write here. `secrets`: what no log may hold."""

    @property
    def house(self) -> House: ...
    @property
    def people(self) -> Sequence[str]: ...
    @property
    def secrets(self) -> Sequence[str]: ...

    async def written(self, person: str, text: str) -> Written:
        """The person writes; nothing was brought yet."""
        ...

    async def brings(self, written: Written) -> Answer:
        """The platform brings it, the first time or once more."""
        ...

    def forged(self, written: Written) -> Mapping[str, Bringing]:
        """The ways in which somebody without the right may try to bring it."""
        ...

    def strange(self) -> Mapping[str, Bringing]:
        """What may come that is no update."""
        ...

    async def stops(self) -> None:
        """As the program does: returns when what was being accepted is finished."""
        ...

    async def starts(self) -> None:
        """The program runs again."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """`decode`: that of its `channel`. `open`: a bench with nothing on it, over the database at a URL. `never`: what
    cannot happen here, and why. `on`: the databases with which it is asked what depends on them."""

    channel: str
    decode: Decoder
    open: Callable[[str], AbstractAsyncContextManager[Bench]]
    never: Mapping[Promise, str] = field(default_factory=dict)
    on: Sequence[str] = ("sqlite",)


# ── the house behind it ──────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def database(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of an empty one."""
    if kind == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        yield sqlite_url(folder)
    else:
        async with fresh_postgres(request.getfixturevalue("postgres")) as url:
            yield url


@asynccontextmanager
async def opened(
    url: str, channel: str, clock: Clock, decode: Decoder | None = None
) -> AsyncIterator[tuple[House, AccountId]]:
    """A town whose campaign runs, and its account of `channel`."""
    decoders = {name: kind.decode for name, kind in CHANNELS.items()} | ({channel: decode} if decode else {})
    async with open_storage(url) as storage:
        house = House(storage, clock, SystemChance(), WORDS, ReadsAll(), decoders, erasure_hash)
        town, now = PartnerId(TOWN.partner.id), clock.now()
        async with storage.unit() as unit:
            await campaigns.start(unit, TOWN, [], house.chance, now=now)
            name = f"{channel}:{town}"
            account = await campaigns.own_account(unit, town, channel, name, house.chance, now=now)
        yield house, account.id


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the inbox that holds what somebody said."""

    chat: str
    text: str
    raw: bytes
    state: str


async def all_rows(house: House) -> Sequence[tuple[bytes, str]]:
    """(raw, state) in the order in which they came, read by somebody else than who wrote them."""
    async with house.storage.reading() as unit:
        statement = sa.select(rows.c.raw, rows.c.state).order_by(rows.c.seq)
        return [(row.raw, row.state) for row in await unit.connection.execute(statement)]


async def kept(house: House, decode: Decoder) -> list[Kept]:
    """In the order in which it came."""
    said = [(decode(raw), raw, state) for raw, state in await all_rows(house)]
    return [
        Kept(inbound.chat, inbound.event.text, raw, state)
        for inbound, raw, state in said
        if inbound is not None and isinstance(inbound.event, Said)
    ]


def suffering(storage: Storage, trouble: Trouble) -> AbstractAsyncContextManager[None]:
    return refusing(storage, "inbox", full=trouble is Trouble.FULL)


@asynccontextmanager
async def nothing_is_committed(storage: Storage) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """While the block lasts. What it gives returns when somebody waits to commit."""

    async def somebody_waits() -> None:
        async with asyncio.timeout(20):
            while not await _waits(storage):  # noqa: ASYNC110  # who waits for the pen tells nobody
                await asyncio.sleep(0)

    async with storage.unit() as unit:
        if storage.dialect == "postgresql":
            await unit.connection.execute(sa.text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        yield somebody_waits


async def _waits(storage: Storage) -> bool:
    if storage.has_one_pen:
        _, wanted = storage.haste
        return wanted > 1
    async with storage.reading() as unit:
        found = await unit.connection.execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return bool(found.scalar_one())


# ── ways in over HTTP ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Served:
    """The program's own server. `app`: what it serves; `path`: where the platform calls."""

    app: ASGIApp
    path: str = ""
    address: str = ""
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _serving: "asyncio.Task[None] | None" = None

    async def starts(self) -> None:
        """At another address than before."""
        listener, self._stop = listening_socket("127.0.0.1", 0), asyncio.Event()
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._serving = asyncio.create_task(serve_web(self.app, listener, self._stop))

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    async def stops(self) -> None:
        self._stop.set()
        if self._serving:
            await self._serving

    async def post(self, body: object, headers: Mapping[str, str], *, most: int) -> Answer:
        """As a platform reads the answer. A server that hangs up on more than `most` bytes has refused them."""
        async with aiohttp.ClientSession() as session:
            try:
                data = io.BytesIO(body) if isinstance(body, bytes) else body
                async with session.post(f"{self.address}{self.path}", data=data, headers=headers) as response:
                    return read(response.status)
            except (aiohttp.ClientConnectionError, ConnectionError):
                large = not isinstance(body, bytes) or len(body) > most
                return Answer.REFUSED if large else Answer.LATER

    async def goes_away(self, body: bytes, headers: Mapping[str, str], *, path: str = "") -> Answer:
        """Whoever posts it loses the line in the middle of it."""
        place = self.address.removeprefix("http://")
        host, _, port = place.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        given = {"host": place, "content-length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        writer.write(f"POST {path or self.path} HTTP/1.1\r\n{head}\r\n".encode() + body[: len(body) // 2])
        await writer.drain()
        writer.write_eof()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        return Answer.REFUSED


def called(route: Route) -> Served:
    """A route that a platform calls."""
    return Served(hooked(Starlette(), {route.path: route}), route.path)


def read(status: int) -> Answer:
    if status == 200:
        return Answer.TAKEN
    return Answer.REFUSED if 400 <= status < 500 else Answer.LATER
