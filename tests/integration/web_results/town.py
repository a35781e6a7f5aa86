"""A town whose consultation many have answered, and a visitor of its pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import httpx

from bots.web.app import web_app
from bots.web.parts import WebParts
from config.locale import Catalogue
from core.model.consultations import Consultation
from core.model.ids import ContributionId, PartnerId
from core.model.people import Account
from core.storage.engine import Storage, open_storage
from core.work.house import House
from nlp.tagger import InProcessTagger
from tests.builders import NOW, CountedChance, StillClock, account, contribution, person, start
from tests.databases import sqlite_url
from tests.samples import sample

SAID = (
    ("horaires", "ouvrir plus tard le soir, et le dimanche aussi"),
    ("tarifs", "un tarif pour les familles nombreuses, c'est cher à cinq"),
    ("acces-pmr", "une vraie rampe : avec le fauteuil de ma mère on ne peut pas entrer"),
    ("proprete", "des vestiaires plus propres et des casiers qui ferment"),
    ("activites-cours", "des cours pour apprendre à nager quand on est adulte"),
)


@cache
def words() -> Catalogue:
    return Catalogue()


@cache
def _sample() -> Consultation:
    return sample("piscine")


def piscine(**changes: object) -> Consultation:
    return replace(_sample(), **changes)  # type: ignore[arg-type]  # fields of one dataclass


@dataclass(slots=True)
class Town:
    storage: Storage
    clock: StillClock
    parts: WebParts
    client: httpx.AsyncClient
    people: int = 0

    async def opens_telegram(self) -> None:
        """Where those who answer here come from, in a town that something else has started."""
        asked = piscine().partner
        own = Account(account(asked.id, "telegram"), PartnerId(asked.id), "telegram", "4711")
        async with self.storage.unit() as unit:
            await unit.people.add_account(own, self.clock.now())

    async def starts(self, asked: Consultation) -> None:
        async with self.storage.unit() as unit:
            await start(unit, asked, channels=("telegram",))
        self.parts.partner = PartnerId(asked.partner.id)

    async def answers(
        self, count: int, *, often: str = "", area: str = "", topic: str = "", text: str = "", review: str = "new"
    ) -> list[ContributionId]:
        """So many people who finished. `often`, `area`: options of the sample's closed questions."""
        asked = piscine()
        closed = {asked.questions[0].id: often, asked.questions[2].id: area}
        made = []
        async with self.storage.unit() as unit:
            for _ in range(count):
                self.people += 1
                who = await person(
                    unit,
                    f"person-{self.people}",
                    in_=asked.id,
                    of=asked.partner.id,
                    answers={question: value for question, value in closed.items() if value},
                    finished_at=NOW,
                )
                if text:
                    made.append(
                        await contribution(
                            unit, text, by=who, question="venir", topics=[topic] if topic else [], review=review
                        )
                    )
        return made

    async def crowd(self) -> None:
        """About what a month brings: 143 people, five topics, some read by a person."""
        often = [each.id for each in piscine().questions[0].options]
        areas = [each.id for each in piscine().questions[2].options]
        for (topic, text), count in zip(SAID, (52, 31, 14, 18, 4), strict=True):
            await self.answers(1, often=often[0], area=areas[0], topic=topic, text=text, review="reviewed")
            for place in range(count - 1):
                area = areas[0] if place % 10 < 6 else areas[2] if place % 10 < 9 else ""
                some = often[1] if place % 3 else often[place % 2 * 2]
                await self.answers(1, often=some, area=area, topic=topic, text=f"{text} ({place})")
        await self.answers(24, often=often[2], area=areas[1])

    def later(self, by: timedelta = timedelta(minutes=1)) -> None:
        self.clock.at += by


@asynccontextmanager
async def open_town(folder: Path, *, at: datetime = NOW) -> AsyncIterator[Town]:
    async with (
        open_storage(sqlite_url(folder, "town.db"), durable=False) as storage,
        town_on(storage, folder, at) as town,
    ):
        yield town


@asynccontextmanager
async def town_on(storage: Storage, folder: Path, at: datetime = NOW) -> AsyncIterator[Town]:
    clock = StillClock(at)
    house = House(storage, clock, CountedChance(), words(), InProcessTagger(), {}, str)
    parts = WebParts(house, "fr", b"key", results=folder / "results")
    transport = httpx.ASGITransport(web_app(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://town", follow_redirects=True) as client:
        yield Town(storage, clock, parts, client)
