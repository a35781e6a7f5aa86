"""`topics learn|back CONSULTATION`: what was corrected comes back as better topics, and goes with its authors."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from config.system import SystemChance
from core.model.contributions import By, ContributionState
from core.model.ids import ConsultationId
from core.storage.engine import Storage, open_storage
from core.storage.lessons import Scope
from core.storage.unit import Unit
from core.work.tagging import Tagging
from core.work.teaching import Teaching
from nlp.learning.school import School
from nlp.tagger import InProcessTagger
from tests.builders import contribution, person, start
from tests.integration.terminal.conftest import FIRST_WEEK, Program
from tests.integration.web_results.town import piscine

SAID = (
    ("horaires", ("le glorbel, vraiment", "un glorbel vert", "encore le glorbel")),
    ("tarifs", ("des zorbules, vraiment", "un zorbule mûr", "encore des zorbules")),
)
"""Words that no list and no dictionary knows."""
UNKNOWN = "le glorbel"


class Stays:
    """A clock at one moment."""

    def __init__(self, at: object) -> None:
        self.at = at

    def now(self) -> object:
        return self.at


def within(program: Program, work: Callable[[Storage], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with open_storage(f"sqlite+aiosqlite:///{program.folder / 'town.db'}", durable=False) as storage:
            await work(storage)

    asyncio.run(whole())


async def corrected(unit: Unit, times: int) -> None:
    """Each of the texts, said by so many people, sorted by citizens and by staff."""
    for number in range(times):
        for topic, texts in SAID:
            for place, text in enumerate(texts):
                who = await person(unit, f"p{topic}-{number}-{place}", in_="piscine", of="valbrune")
                by = By.STAFF if place else By.CITIZEN
                said = f"{text} ({number})"
                await contribution(
                    unit, said, by=who, question="venir", topics=[topic], tagged_by=by, received_at=FIRST_WEEK
                )


async def tags_of_a_new_one(storage: Storage, school: School, tagger: InProcessTagger, who: str) -> list[str]:
    """Somebody writes: what the tagger of the service says of it."""
    clock = Stays(FIRST_WEEK + timedelta(days=1))
    async with storage.unit() as unit:
        by = await person(unit, who, in_="piscine", of="valbrune")
        own = await contribution(
            unit, None, by=by, question="venir", raw=UNKNOWN, state=ContributionState.RECEIVED, received_at=clock.at
        )

    async def nobody(_: object) -> None: ...

    tagging = Tagging(storage, tagger, clock, SystemChance(), {}, nobody, lambda: None, school)
    assert await tagging.tag_pending() == 1
    async with storage.reading() as unit:
        return [tag.topic for tag in (await unit.contributions.get([own]))[0].tags]


def test_corrections_are_learnt_used_gone_back_from_and_forgotten(program: Program) -> None:
    async def starts(storage: Storage) -> None:
        async with storage.unit() as unit:
            await start(unit, piscine(), channels=("telegram",))

    within(program, starts)
    assert "too little to learn from" in program.is_refused("topics", "learn", "piscine")
    assert "nothing that was learnt" in program.is_refused("topics", "back", "piscine")
    assert "no consultation" in program.is_refused("topics", "learn", "another")
    school, tagger = School(program.folder / "models"), InProcessTagger()

    async def said(storage: Storage) -> None:
        async with storage.unit() as unit:
            await corrected(unit, 4)
        assert "horaires" not in await tags_of_a_new_one(storage, school, tagger, "before")

    within(program, said)
    (version,) = json.loads(program.does("topics", "learn", "piscine", "--json"))
    assert (version["name"], version["sorted"], version["in_use"]) == ("0001", 24, True)
    assert version["score"] > version["alone"]
    assert "by 24 corrected contributions" in program.does("digest", "piscine")

    async def known(storage: Storage) -> None:
        assert await tags_of_a_new_one(storage, school, tagger, "after") == ["horaires"]

    within(program, known)
    assert "list of topics is in use again" in program.does("topics", "back", "piscine")

    async def erased(storage: Storage) -> None:
        """By night, with too little left to learn anew: what was learnt from them is gone too."""
        scope = Scope(ConsultationId("piscine"))
        async with storage.unit() as unit:
            for each in list(await unit.lessons.said(scope))[:20]:
                await unit.contributions.delete([each])
        night = Stays(FIRST_WEEK.replace(hour=2) + timedelta(days=3))
        assert await Teaching(storage, night, school).learn_due() == 0

    assert [each.name for each in school.versions("piscine/topics")] == ["0001"]
    within(program, erased)
    assert school.versions("piscine/topics") == []
    assert not list(Path(program.folder / "models").rglob("*.npz"))
