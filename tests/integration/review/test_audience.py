"""A step for some: who they are is known from what they chose and wrote, and written down when it is planned."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.model.audience import Who
from core.model.consultations import Anchor, Consultation, Design, Experiment, Moment, Step, StepKind
from core.storage.engine import open_storage
from core.storage.schema import audience, citizens
from core.work.pushes.dry_run import dry_run
from tests.builders import START, both, consultation
from tests.databases import sqlite_url
from tests.integration.review.village import Village
from tests.integration.review.village import village as open_village

NOON = START + timedelta(hours=5)
TUESDAY = datetime.combine(date(2026, 11, 17), time(13))


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    async with open_storage(sqlite_url(tmp_path)) as storage, open_village(storage, START) as village:
        yield village


def pool(who: Who, moment: Moment | None = None) -> Consultation:
    step = Step("reminder", StepKind.REMINDER, moment or Moment(at=TUESDAY), who=who)
    return replace(
        consultation(), steps=(step,), sources={"poster": both("affiche", "poster"), "web": both("web", "web")}
    )


async def until(village: Village, at: datetime) -> set[str]:
    village.clock.at = at
    await village.house.planning.plan_due()
    await village.house.settle()
    return {chat for chat, message in village.lines["town"].arrived if "vous avez commencé" in message.text}


@pytest.mark.parametrize("moment", [Moment(at=TUESDAY), Moment(after=timedelta(hours=25), anchor=Anchor.ARRIVAL)])
async def test_only_those_it_is_for_get_it_and_they_stay_the_same(village: Village, moment: Moment) -> None:
    village.clock.at = NOON
    await village.starts(pool(Who(sources=("web",)), moment))
    for chat in ("anna", "ben", "cleo"):
        await village.agrees(chat, "poster" if chat == "anna" else "web")
    async with village.storage.reading() as unit:
        (plan,) = await dry_run(unit, pool(Who(sources=("web",)), moment), now=village.clock.at)
    assert (plan.people, len(plan.outside)) == (2, 1), "counted before anything is sent"
    assert await until(village, NOON + timedelta(days=1, hours=2)) == {"ben", "cleo"}
    assert await until(village, NOON + timedelta(days=5)) == {"ben", "cleo"}


async def test_who_was_in_the_audience_stays_in_it_and_who_was_not_stays_out(village: Village) -> None:
    waves = replace(pool(Who(languages=("en",))).steps[0], experiment=Experiment(Design.WAVES, 0.5, timedelta(days=2)))
    village.clock.at = NOON
    await village.starts(replace(pool(Who()), steps=(waves,)))
    names = ("anna", "ben", "cleo", "dan")
    for chat in names:
        await village.agrees(chat)
    async with village.storage.unit() as unit:
        spoken = sa.update(citizens).values(language="en")
        english = (await unit.connection.execute(sa.select(citizens.c.id).order_by(citizens.c.id).limit(2))).scalars()
        await unit.connection.execute(spoken.where(citizens.c.id.in_(list(english))))
    first = await until(village, NOON + timedelta(days=1, hours=2))
    assert len(first) == 1, "one of the two"
    async with village.storage.unit() as unit:
        places = (await unit.connection.execute(sa.select(sa.func.count()).select_from(audience))).scalar_one()
        assert places == 4, "whom it is not for is written down too"
        other = sa.case((citizens.c.language == "en", "fr"), else_="en")
        await unit.connection.execute(sa.update(citizens).values(language=other))
    assert len(await until(village, NOON + timedelta(days=4))) == 2, "the other one of them, and nobody else"


async def test_of_a_moment_of_ones_own_it_is_written_down_when_it_comes_near(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool(Who(languages=("en",)), Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL)))
    await village.agrees("anna")
    village.clock.at = NOON + timedelta(hours=3)
    await village.agrees("ben")
    assert await until(village, NOON + timedelta(hours=23)) == set()
    assert await speak_english(village) == 2, "nobody is written down yet: both may still be in it"
    await speak_english(village, "fr")
    assert await until(village, NOON + timedelta(hours=24, minutes=1)) == set()
    assert await speak_english(village) == 1, "anna is out of it now, whatever becomes of her"
    assert await until(village, NOON + timedelta(hours=28)) == {"ben"}


async def speak_english(village: Village, language: str = "en") -> int:
    """Everybody speaks it from now on. Returns how many have no place in the step."""
    async with village.storage.unit() as unit:
        await unit.connection.execute(sa.update(citizens).values(language=language))
        placed = sa.select(audience.c.citizen_id)
        free = sa.select(sa.func.count()).select_from(citizens).where(citizens.c.id.not_in(placed))
        return (await unit.connection.execute(free)).scalar_one()
