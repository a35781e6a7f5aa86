"""Between two moments nobody pages everybody: a large campaign is looked at when somebody's turn comes, or may have."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.model.consultations import Anchor, Moment, Step, StepKind
from core.storage.engine import Storage
from tests.builders import START, consultation, person, start
from tests.integration.review.village import Village

NEXT_DAY = Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL))
POOL = replace(consultation(), steps=(NEXT_DAY,))
NAMES = ("anna", "ben", "carl", "dora", "emil")


@contextmanager
def pages(storage: Storage) -> Iterator[list[str]]:
    """Each time that people are read to be planned for."""
    seen: list[str] = []

    def on_execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM dialogues" in statement and "LIMIT" in statement:
            seen.append(statement)

    engine = storage._reader.sync_engine
    sa.event.listen(engine, "before_cursor_execute", on_execute)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", on_execute)


@pytest.fixture
async def many(village: Village, monkeypatch: pytest.MonkeyPatch) -> Village:
    """More people than fit on a page, all of whom came just now."""
    monkeypatch.setattr("core.work.pushes.candidates.PAGE", 3)
    village.clock.at = START + timedelta(hours=2)
    async with village.storage.unit() as unit:
        await start(unit, POOL)
        for name in NAMES:
            await person(unit, name, arrived=village.clock.now())
    return village


async def test_everybody_is_looked_at_once_until_somebodys_moment_comes_near(many: Village) -> None:
    planning = many.house.planning
    with pages(many.storage) as seen:
        assert not await planning.plan_due()
        assert len(seen) == 2, "two pages"
        many.clock.at += timedelta(minutes=4)
        assert not await planning.plan_due()
        assert len(seen) == 2, "nobody's moment has come since"
    many.clock.at = START + timedelta(hours=2) + timedelta(days=1, minutes=-5)
    assert (await planning.plan_due())["planned"] == len(NAMES)


async def test_whoever_may_get_it_after_all_is_planned_in_time(many: Village) -> None:
    planning = many.house.planning
    assert not await planning.plan_due()
    async with many.storage.unit() as unit:
        await person(unit, "late", arrived=many.clock.now() - timedelta(days=1, minutes=-9))
    many.clock.at += timedelta(minutes=5)
    assert (await planning.plan_due())["planned"] == 1, "four minutes before their moment"


async def test_a_few_people_are_looked_at_each_time(many: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.work.pushes.candidates.PAGE", len(NAMES) + 1)
    planning = many.house.planning
    with pages(many.storage) as seen:
        await planning.plan_due()
        await planning.plan_due()
        assert len(seen) == 2


async def test_a_clock_that_is_set_back_and_a_new_revision_end_the_rest(many: Village) -> None:
    planning = many.house.planning
    await planning.plan_due()
    with pages(many.storage) as seen:
        many.clock.at -= timedelta(hours=1)
        await planning.plan_due()
        assert len(seen) == 2
        async with many.storage.unit() as unit:
            await unit.consultations.revise(replace(POOL, revision=2), 2, many.clock.now())
        await planning.plan_due()
        assert len(seen) == 4
