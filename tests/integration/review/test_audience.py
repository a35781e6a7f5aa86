"""A step for some: who they are is known from what they chose and wrote, and written down when it is planned."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from core.model.audience import Facts, Who
from core.model.consultations import Anchor, Consultation, Moment, Step, StepKind
from core.model.ids import CitizenId, ConsultationId
from core.storage.engine import open_storage
from core.storage.unit import Unit
from core.work.dry_run import dry_run
from tests.builders import START, both, consultation, contribution, person, start
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


async def test_what_is_known_of_people(storage_unit: Unit) -> None:
    unit = storage_unit
    await start(unit, consultation())
    await start(unit, replace(consultation(), id="library"))
    anna = await person(unit, "anna", answers={"area": "gare"}, source="poster")
    await contribution(unit, "le soir", by=anna, topics=("hours",))
    await contribution(unit, "trop cher", by=anna, topics=("prices",), redirect="leak")
    await person(unit, "ben", in_="library", answers={"area": "centre"}, source="school", finished_at=NOON)
    ids = [CitizenId("anna"), CitizenId("ben"), CitizenId("nobody")]
    assert await unit.knowledge.facts(ConsultationId("pool"), ["area"], ids) == {
        "anna": Facts(frozenset({"poster"}), "fr", frozenset({"gare"}), frozenset({"hours"})),
        "ben": Facts(frozenset({"school"}), "fr", frozenset({"centre"}), took_part_before=True),
    }


@pytest.fixture
async def storage_unit(tmp_path: Path) -> AsyncIterator[Unit]:
    async with open_storage(sqlite_url(tmp_path)) as storage, storage.unit() as unit:
        yield unit
