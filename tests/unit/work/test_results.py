"""What everybody may read: no number that tells of fewer than eleven people, however often they spoke."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from core.model.ids import ConsultationId
from core.storage.engine import Storage
from core.work.evaluation import results
from core.work.evaluation.results import Counts, counted
from tests.builders import NOW, consultation, contribution, person, start
from tests.databases import sqlite_storage

POOL = ConsultationId("pool")


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        yield storage


async def spoken(storage: Storage, said: Mapping[str, int], of_hours: int) -> Counts:
    """The counts when each of these people said so much, the first of them about the hours, the others about prices."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        for place, (name, times) in enumerate(said.items()):
            who = await person(unit, name, answers={"area": "centre"})
            for _ in range(times):
                await contribution(unit, "…", by=who, topics=("hours" if place < of_hours else "prices",))
    async with storage.reading() as unit:
        return await counted(unit, consultation(), closed=True, now=NOW)


def by_topic(counts: Counts) -> Mapping[str, int | None]:
    (table,) = [each for each in counts.tables if not each.question]
    return {topic: table.cells[topic] for topic in ("hours", "prices")}


async def test_a_topic_that_few_people_speak_of_in_many_contributions_has_no_number(storage: Storage) -> None:
    people = {f"h{n}": 3 for n in range(4)} | {f"p{n}": 1 for n in range(11)}
    counts = await spoken(storage, people, 4)
    assert counts.contributions == 23
    assert by_topic(counts) == {"hours": None, "prices": 11}, "twelve contributions, and four people"


async def test_contributions_of_few_people_are_not_counted_at_all(storage: Storage) -> None:
    people = {f"h{n}": 2 for n in range(10)} | {f"p{n}": 0 for n in range(11)}
    counts = await spoken(storage, people, 10)
    assert (counts.answered, counts.contributions) == (21, None)
    assert [each.question for each in counts.tables if not each.question] == []


async def test_of_very_many_only_large_topics_have_a_number(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the people behind each topic are not counted."""
    monkeypatch.setattr(results, "LOOKED_THROUGH", 100)
    people = {f"h{n}": 10 for n in range(11)} | {f"p{n}": 1 for n in range(50)}
    assert by_topic(await spoken(storage, people, 11)) == {"hours": 110, "prices": None}
