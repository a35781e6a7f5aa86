"""A broadcast through the real outbox, SQLite with `synchronous=FULL`, and the real channel over HTTP.

rows in a file ─▶ Outbox ─▶ TelegramChannel (python-telegram-bot, our request) ─▶ sending/server.py
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bots.registry import CHANNELS
from bots.telegram.api import Api
from bots.telegram.channel import TelegramChannel
from config.locale import Catalogue
from config.system import SystemChance
from core.model.consultations import Consultation
from core.model.deliveries import Delivery, Lane, Phrase, Spec
from core.model.dialogues import Dialogue, Stage
from core.model.ids import AddressId, CitizenId, ConsultationId, DeliveryId, DialogueId, PartnerId
from core.model.people import Address, Citizen, Purpose
from core.rules.pacing import Limits
from core.storage.dialogues import Placed
from core.storage.engine import Storage, open_storage
from core.work.house import House
from tests.builders import NOW, START, account, consultation, start
from tests.integration.review.village import ReadsAll, erasure_hash

TOKEN = "700000001:AABenchBenchBenchBenchBenchBenchBen-00"
TELEGRAM_ACCOUNT = account("town", "telegram")
POOL = ConsultationId("pool")
FIRST_CHAT = 5_000_000_000
PAYING = replace(consultation(), steps=tuple(replace(each, paid=10_000_000) for each in consultation().steps))
"""Its reminder is paid for, and no ceiling is near."""


@dataclass(slots=True)
class Afternoon:
    """True time that began on a weekday by day: no quiet hours, wherever and whenever this runs."""

    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - self.began)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Seen:
    """`taken`: (chat, when) in order, seconds of the monotonic clock."""

    taken: list[tuple[str, float]]
    refused: int
    most_in_a_second: int

    @property
    def rate(self) -> float:
        return (len(self.taken) - 1) / (self.taken[-1][1] - self.taken[0][1])


@contextmanager
def platform(most: int, round_trip: float, halt: float = 3.0) -> Iterator[str]:
    """The address of a strict server of its own."""
    command = [sys.executable, "-m", "tests.bench.sending.server", str(most), str(round_trip), str(halt)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.communicate(timeout=30)


def seen(url: str) -> Seen:
    with urllib.request.urlopen(f"{url}/seen") as answer:
        found = json.load(answer)
    return Seen([(chat, at) for chat, at in found["taken"]], found["refused"], found["most_in_a_second"])


@asynccontextmanager
async def town(url: str, people: int, limits: Limits, asked: Consultation | None = None) -> AsyncIterator[House]:
    """A campaign with so many people in the middle of their answers; nobody is owed anything yet."""
    clock = Afternoon()
    with tempfile.TemporaryDirectory(prefix="porte-voix-bench-") as folder:
        async with open_storage(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}") as storage:
            decoders = {name: kind.decode for name, kind in CHANNELS.items()}
            house = House(storage, clock, SystemChance(), Catalogue(), ReadsAll(), decoders, erasure_hash)
            async with storage.unit() as unit:
                await start(unit, asked or consultation(), channels=("telegram",))
            await settled_in(storage, people)
            api = Api(TOKEN, url, connections=256)
            await api.connect()
            house.join(TELEGRAM_ACCOUNT, TelegramChannel(api), limits)
            try:
                yield house
            finally:
                await api.disconnect()


async def settled_in(storage: Storage, people: int, *, batch: int = 5_000) -> None:
    """So many citizens, who agreed and have not finished."""
    for first in range(0, people, batch):
        names = [f"c{number:07}" for number in range(first, min(people, first + batch))]
        async with storage.unit() as unit:
            citizens = [Citizen(CitizenId(name), PartnerId("town"), "fr", "Europe/Paris") for name in names]
            await unit.people.put_citizens(citizens, START)
            await unit.people.add_addresses(
                [
                    (Address(AddressId(f"a{name}"), TELEGRAM_ACCOUNT, str(FIRST_CHAT + int(name[1:]))), CitizenId(name))
                    for name in names
                ]
            )
            await unit.dialogues.add([Placed(_dialogue(name), AddressId(f"a{name}"), active=True) for name in names])
            await unit.people.give_consents(
                [(CitizenId(name), POOL, Purpose.PARTICIPATION, 1) for name in names], START
            )


def _dialogue(name: str) -> Dialogue:
    return Dialogue(
        id=DialogueId(f"d{name}"),
        citizen=CitizenId(name),
        consultation=POOL,
        revision=1,
        language="fr",
        source="poster",
        stage=Stage.ASKING,
        started_at=START,
        agreed_at=START,
        last_at=START,
    )


async def owe_all(house: House, count: int, *, batch: int = 2_000) -> None:
    """A reminder to each of the first `count` people, due now."""
    now = house.clock.now()
    for first in range(0, count, batch):
        async with house.storage.unit() as unit:
            await unit.deliveries.plan(
                [_reminder(f"c{number:07}", now) for number in range(first, min(count, first + batch))]
            )


def _reminder(name: str, now: datetime) -> Delivery:
    return Delivery(
        id=DeliveryId(f"push-{name}"),
        key=f"push:pool:reminder:{name}",
        account=TELEGRAM_ACCOUNT,
        address=AddressId(f"a{name}"),
        lane=Lane.PUSH,
        body=Spec((Phrase("text.own", {"text": "Il vous reste deux questions sur les horaires de la piscine."}),)),
        language="fr",
        due_at=now,
        planned_at=now,
        citizen=CitizenId(name),
        consultation=POOL,
        revision=1,
        step="reminder",
    )
