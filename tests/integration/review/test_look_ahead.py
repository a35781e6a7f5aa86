"""What `campaign preview --who` says is what happens when nobody answers meanwhile: each step to the same people."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.model.audience import Who
from core.model.consultations import (
    WAVES,
    Anchor,
    Consultation,
    Design,
    Experiment,
    Moment,
    QuietHours,
    Step,
    StepKind,
)
from core.model.deliveries import State
from core.model.ids import CitizenId, ConsultationId
from core.model.people import Purpose
from core.storage.engine import open_storage
from core.storage.schema import addresses, deliveries
from core.work.pushes.dry_run import StepPlan, dry_run
from tests.builders import START, both, consultation
from tests.databases import sqlite_url
from tests.integration.review.village import Village
from tests.integration.review.village import village as open_village

NOON = START + timedelta(hours=5)
POOL = ConsultationId("pool")


def on(day: int, hour: int = 13) -> Moment:
    return Moment(at=datetime.combine(date(2026, 11, day), time(hour)))


def nudge(name: str, moment: Moment, experiment: Experiment | None = None, who: Who | None = None) -> Step:
    return Step(name, StepKind.LAST_CALL, moment, experiment=experiment, who=who or Who())


TWO_DAYS_AFTER = Moment(after=timedelta(days=2), anchor=Anchor.ARRIVAL)
HELD_OUT = Experiment(Design.HOLDOUT, 0.5, timedelta(days=7))
CAMPAIGNS: Mapping[str, tuple[Step, ...]] = {
    "a reminder, then a last call": (nudge("second", on(24)), nudge("first", on(17))),
    "two waves, then a last call between them and one after": (
        nudge("waves", on(17), WAVES),
        nudge("between", on(18)),
        nudge("after", on(20)),
    ),
    "a hold-out, then everybody": (nudge("some", on(17), HELD_OUT), nudge("all", on(19)), nudge("more", on(20))),
    "four in eight days": tuple(nudge(f"call-{day}", on(day)) for day in (17, 18, 19, 25)),
    "each after their arrival, then a few": (
        nudge("own", TWO_DAYS_AFTER),
        nudge("few", on(21), who=Who(sources=("web",))),
        nudge("late", on(22, 23)),
    ),
}


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    async with open_storage(sqlite_url(tmp_path)) as storage, open_village(storage, START) as village:
        yield village


def pool(steps: tuple[Step, ...]) -> Consultation:
    sources = {"poster": both("affiche", "poster"), "web": both("web", "web")}
    return replace(consultation(), steps=steps, sources=sources, quiet=QuietHours())


async def come(village: Village) -> None:
    """Eight people, half of whom want more than one reminder."""
    for number in range(8):
        await village.agrees(f"chat-{number}", "web" if number % 4 < 2 else "poster")
    async with village.storage.unit() as unit:
        known = await unit.connection.execute(sa.select(addresses.c.citizen_id).order_by(addresses.c.external_id))
        wanting = [CitizenId(row.citizen_id) for row in known][::2]
        await unit.people.give_consents([(each, POOL, Purpose.REMINDERS, 1) for each in wanting], NOON)


async def ahead(village: Village, asked: Consultation) -> dict[str, StepPlan]:
    async with village.storage.reading() as unit:
        return {each.step.id: each for each in await dry_run(unit, asked, now=village.clock.at)}


async def sent(village: Village) -> dict[str, set[str]]:
    """By step, who got it."""
    found: dict[str, set[str]] = {}
    async with village.storage.reading() as unit:
        pushes = sa.select(deliveries.c.step, deliveries.c.citizen_id).where(
            deliveries.c.step.is_not(None), deliveries.c.state == State.SENT.value
        )
        for row in await unit.connection.execute(pushes):
            found.setdefault(row.step, set()).add(row.citizen_id)
    return found


async def days_pass(village: Village, days: int) -> None:
    end = village.clock.at + timedelta(days=days)
    while village.clock.at < end:
        village.clock.at += timedelta(minutes=30)
        await village.house.planning.plan_due()
        await village.house.settle()


@pytest.mark.parametrize("steps", CAMPAIGNS.values(), ids=CAMPAIGNS)
async def test_what_is_shown_is_what_happens(village: Village, steps: tuple[Step, ...]) -> None:
    village.clock.at = NOON
    asked = pool(steps)
    await village.starts(asked)
    await come(village)
    plans = await ahead(village, asked)
    shown = {step: {who for wave in each.waves for who in wave.people} for step, each in plans.items()}
    assert list(plans) == [each.id for each in sorted(steps, key=lambda each: str(each.moment.at or "2026-11-18"))]
    await days_pass(village, 10)
    assert {step: some for step, some in shown.items() if some} == await sent(village)


async def test_who_has_had_their_one_reminder_by_then_is_named(village: Village) -> None:
    village.clock.at = NOON
    asked = pool(CAMPAIGNS["four in eight days"])
    await village.starts(asked)
    await come(village)
    plans = await ahead(village, asked)
    counted = {
        step: (each.people, len(each.once), sum(map(len, each.left_out.values()))) for step, each in plans.items()
    }
    assert counted == {"call-17": (8, 0, 0), "call-18": (4, 4, 0), "call-19": (0, 4, 4), "call-25": (4, 4, 0)}


async def test_a_step_that_was_stopped_reaches_nobody_else(village: Village) -> None:
    village.clock.at = NOON
    asked = pool((nudge("waves", on(17), WAVES), nudge("after", on(24))))
    await village.starts(asked)
    await come(village)
    await days_pass(village, 2)
    for chat in {chat for chat, message in village.lines["town"].arrived if "ferme le" in message.text}:
        await village.says(chat, "STOP")
    plans = await ahead(village, asked)
    assert (plans["waves"].halted, plans["waves"].people, plans["after"].people) == (True, 0, 4)
