"""Steps of a campaign at their borders: who agreed late, who came back to an answer, a deadline that moved."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from core.model.campaigns import CampaignState
from core.model.consultations import Anchor, Consultation, Moment, Step, StepKind
from core.model.errors import NotFound
from core.model.ids import ConsultationId
from core.storage.schema import deliveries
from core.work.staff import campaigns
from tests.builders import START, CountedChance, both, consultation
from tests.integration.review.village import Village

NOON = START + timedelta(hours=5)
REMINDER = Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL))
RESULTS = Step("results", StepKind.RESULTS, Moment(at=datetime.combine(date(2026, 12, 28), time(11))))


def pool(*steps: Step) -> Consultation:
    return replace(consultation(), steps=steps, sources={"poster": both("affiche", "poster")})


async def pushes(village: Village) -> list[tuple[str, str, str | None]]:
    """(step, state, reason) of each push."""
    async with village.storage.reading() as unit:
        rows = await unit.connection.execute(
            sa.select(deliveries.c.step, deliveries.c.state, deliveries.c.reason)
            .where(deliveries.c.lane == "push")
            .order_by(deliveries.c.seq)
        )
        return [(row.step, row.state, row.reason) for row in rows]


async def day(village: Village, **by: float) -> None:
    village.clock.at += timedelta(**by)
    await village.house.planning.plan_due()
    await village.house.settle()


async def test_who_agrees_after_the_moment_is_not_reminded_in_the_middle_of_answering(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool(REMINDER))
    await village.starting("anna", "poster")
    await day(village, days=2)
    await village.presses("anna", "accepte")
    await day(village, minutes=1)
    assert await pushes(village) == []
    await day(village, days=1)
    assert await pushes(village) == [("reminder", "sent", None)]


async def test_promised_results_reach_those_who_were_changing_an_answer(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool(RESULTS))
    await village.agrees("anna", "poster")
    await village.presses("anna", "Jamais")
    await village.says("anna", "passer")
    await village.presses("anna", "Centre")
    await village.presses("anna", "Oui")
    await village.says("anna", "retour")
    await day(village, days=43)
    assert await pushes(village) == [("results", "sent", None)]


async def test_a_deadline_that_is_put_off_gives_the_late_ones_their_reminder(village: Village) -> None:
    """Whoever comes on the last day has no reminder to come; when the organiser adds a week, they have."""
    short = replace(pool(REMINDER), closes_at=NOON + timedelta(hours=12))
    village.clock.at = NOON
    await village.starts(short)
    await village.agrees("anna", "poster")
    await day(village, minutes=1)
    assert await pushes(village) == [("reminder", "skipped", "too_late")]
    await village.starts(replace(short, closes_at=NOON + timedelta(days=7)))
    await day(village, days=1)
    assert await pushes(village) == [("reminder", "sent", None)]


async def test_a_campaign_that_cannot_be_planned_holds_up_no_other(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(replace(pool(REMINDER), id="broken", partner=replace(pool().partner, id="other")))
    await village.starts(pool(REMINDER))
    await village.agrees("ben", partner="other")
    await village.agrees("anna", "poster")
    async with village.storage.unit() as unit:
        await unit.connection.execute(sa.text("UPDATE citizens SET zone = 'Nowhere' WHERE partner_id = 'other'"))
    village.clock.at += timedelta(days=1)
    with pytest.raises(NotFound):  # not silently: it is the operator's to mend
        await village.house.planning.plan_due()
    await village.house.settle()
    assert await pushes(village) == [("reminder", "sent", None)]


async def test_a_campaign_that_was_started_early_reaches_nobody_before_it_opens(village: Village) -> None:
    """Three days early: what comes "a day after the start" comes a day after the opening."""
    first = Step("first", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.START))
    village.clock.at = NOON - timedelta(days=3)
    await village.starts(pool(first))
    village.clock.at = NOON
    await village.agrees("anna", "poster")
    await day(village, hours=12)
    assert await pushes(village) == []
    await day(village, hours=12)
    assert await pushes(village) == [("first", "sent", None)]


async def test_nothing_is_planned_for_a_campaign_that_was_stopped_meanwhile(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool(REMINDER))
    await village.agrees("anna", "poster")
    village.clock.at += timedelta(days=1)
    planning = village.house.planning
    async with village.storage.reading() as unit:
        running = await unit.consultations.running(ConsultationId("pool"))
    assert running is not None
    async with village.storage.unit() as unit:
        await campaigns.move(unit, ConsultationId("pool"), CampaignState.STOPPED, CountedChance(), now=village.clock.at)
    await planning.plan_steps(running)
    assert await pushes(village) == []


async def test_a_step_after_the_last_answer_waits_for_whoever_writes_meanwhile(village: Village) -> None:
    """Planned ten minutes before, then they go on: a day of silence begins again."""
    step = Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ANSWER))
    village.clock.at = NOON
    await village.starts(pool(step))
    await village.agrees("anna", "poster")
    await day(village, hours=20)
    await village.presses("anna", "Jamais")
    await day(village, hours=23, minutes=55)
    assert await pushes(village) == [("reminder", "planned", None)], "a day after the answer, not after the arrival"
    await village.says("anna", "ouvrir plus tard")
    await day(village, minutes=10)
    assert await pushes(village) == [("reminder", "planned", None)]
    await day(village, hours=24)
    assert await pushes(village) == [("reminder", "sent", None)]
