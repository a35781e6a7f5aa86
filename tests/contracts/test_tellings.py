"""Whom an official answer is owed, on both databases: everyone who asked, once, in their language, and why some not."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.model.contributions import By, ContributionState
from core.model.deliveries import Delivery, Lane, Phrase, Reason, Spec, State
from core.model.dialogues import Stage
from core.model.follow_ups import FOLLOW_UP_STEP, FollowUp, Progress
from core.model.ids import CitizenId, ConsultationId, ContributionId, FollowUpId
from core.model.people import Purpose
from core.storage.engine import Storage
from core.storage.pushes import Pushes
from core.storage.schema import addresses, citizens, deliveries, dialogues
from core.storage.sql import CHUNK
from core.storage.unit import Unit
from tests.builders import NOW, START, CountedChance, Person, consultation, contribution, person, start

POOL = ConsultationId("pool")
WORDS = {language: Spec((Phrase("text.own", {"text": f"said in {language}"}),)) for language in ("fr", "en")}
CHANCE = CountedChance()


def answer(topic: str = "hours") -> FollowUp:
    return FollowUp(FollowUpId("f1"), POOL, topic, Progress.KEPT, {}, {}, date(2026, 11, 30), "staff", NOW)


async def asks(unit: Unit, name: str, *, topic: str = "hours", wants: bool = True, **changes: Any) -> Person:
    purposes = (Purpose.PARTICIPATION, *((Purpose.RESULTS,) if wants else ()))
    found = await person(unit, name, consents=purposes)
    await contribution(unit, "le soir", by=found, topics=(topic,), **changes)
    return found


@pytest.fixture
async def unit(storage: Storage) -> AsyncIterator[Unit]:
    async with storage.unit() as unit:
        await start(unit, consultation())
        yield unit


async def owed(unit: Unit, follow_up: FollowUp | None = None, *, after: str = "", limit: int = 99) -> tuple[int, str]:
    """(how many are to be told, how far the page came)"""
    up_to, _ = await unit.follow_ups.page(POOL, after=after, limit=limit)
    pushes = Pushes("follow-up:f1:", CHANCE.token(), POOL, 1, FOLLOW_UP_STEP, tuple(WORDS.items()), NOW)
    return await unit.follow_ups.owe(follow_up or answer(), pushes, after=after, up_to=up_to), up_to


async def rows(unit: Unit) -> Sequence[Any]:
    return (await unit.connection.execute(sa.select(deliveries).order_by(deliveries.c.seq))).all()


async def test_each_row_is_what_planning_one_delivery_writes(unit: Unit) -> None:
    anna = await asks(unit, "anna")
    assert (await owed(unit))[0] == 1
    (row,) = await rows(unit)
    await unit.connection.execute(sa.delete(deliveries))
    alike = Delivery(
        id=row.id,
        key="follow-up:f1:anna",
        account=anna.account,
        address=anna.address,
        lane=Lane.PUSH,
        body=WORDS["fr"],
        language="fr",
        due_at=NOW,
        planned_at=NOW,
        citizen=anna.citizen,
        consultation=POOL,
        revision=1,
        step=FOLLOW_UP_STEP,
    )
    await unit.deliveries.plan([alike])
    (planned,) = await rows(unit)
    assert row._asdict() | {"seq": 0} == planned._asdict() | {"seq": 0}
    (claimed,) = await unit.deliveries.claim([anna.account], [Lane.PUSH], now=NOW, lease=timedelta(minutes=1), limit=9)
    assert claimed.body == WORDS["fr"]


async def test_everyone_in_their_language_and_in_the_order_of_their_ids(unit: Unit) -> None:
    for name in ("cleo", "anna", "ben"):
        await asks(unit, name)
    for name, language in (("ben", "en"), ("cleo", "de")):
        await unit.connection.execute(sa.update(citizens).where(citizens.c.id == name).values(language=language))
    assert (await owed(unit))[0] == 3
    found = [(row.citizen_id, row.language, row.body["phrases"][0]["params"]["text"]) for row in await rows(unit)]
    assert found == [("anna", "fr", "said in fr"), ("ben", "en", "said in en"), ("cleo", "de", "said in fr")]
    assert len({row.id for row in await rows(unit)}) == 3


async def test_whoever_is_not_told_has_a_row_that_says_why(unit: Unit) -> None:
    for name in ("anna", "gone", "left", "away", "sorry"):
        await asks(unit, name)
    await asks(unit, "shy", wants=False)
    stopped = sa.update(citizens).where(citizens.c.id == "gone").values(stopped_at=NOW)
    here = sa.update(dialogues).where(dialogues.c.citizen_id == "left").values(stage=Stage.STOPPED.value)
    away = sa.update(addresses).where(addresses.c.citizen_id == "away").values(unreachable=True)
    for statement in (stopped, here, away):
        await unit.connection.execute(statement)
    await unit.people.revoke_consent(CitizenId("sorry"), Purpose.RESULTS, NOW)
    assert (await owed(unit))[0] == 1
    planned, skipped = State.PLANNED.value, State.SKIPPED.value
    assert {row.citizen_id: (row.state, row.reason) for row in await rows(unit)} == {
        "anna": (planned, None),
        "away": (skipped, Reason.UNREACHABLE.value),
        "gone": (skipped, Reason.OPTED_OUT.value),
        "left": (skipped, Reason.OPTED_OUT.value),
        "shy": (skipped, Reason.NO_CONSENT.value),
        "sorry": (skipped, Reason.NO_CONSENT.value),
    }


async def test_only_those_who_asked_and_what_staff_say_about_it_counts(unit: Unit) -> None:
    await asks(unit, "anna")
    await asks(unit, "hidden", state=ContributionState.HIDDEN)
    await asks(unit, "other", topic="prices")
    await asks(unit, "urgent", redirect="leak")
    said = await contribution(unit, "une rampe", by=await person(unit, "given"), topics=("water",))
    await unit.sorting.put_tags(said, [("hours", 1.0, True)], By.STAFF, START)
    taken = await contribution(unit, "le soir", by=await person(unit, "taken"), topics=("hours",))
    await unit.sorting.put_tags(taken, [("water", 1.0, True)], By.STAFF, START)
    await owed(unit)
    assert {row.citizen_id for row in await rows(unit)} == {"anna", "hidden", "given"}


async def test_an_answer_to_some_contributions_goes_to_those_who_wrote_them(unit: Unit) -> None:
    anna = await asks(unit, "anna")
    await asks(unit, "ben")
    hers = await contribution(unit, "moins cher", by=anna, topics=("prices",))
    await unit.follow_ups.add(answer(""), [ContributionId(hers)])
    assert (await owed(unit, answer("")))[0] == 1
    assert [row.citizen_id for row in await rows(unit)] == ["anna"]


async def test_a_page_begins_where_the_one_before_ended_and_nobody_is_owed_twice(unit: Unit) -> None:
    for name in ("anna", "ben", "cleo", "dan", "elsa"):
        await asks(unit, name, topic="prices" if name == "ben" else "hours")
    assert await owed(unit, limit=2) == (1, "ben")
    assert await owed(unit, after="ben", limit=2) == (2, "dan")
    assert await owed(unit, limit=4) == (0, "dan"), "they have it already"
    assert await unit.follow_ups.page(POOL, after="dan", limit=2) == ("elsa", 1)
    assert await unit.follow_ups.page(POOL, after="elsa", limit=2) == ("elsa", 0)
    assert [row.citizen_id for row in await rows(unit)] == ["anna", "cleo", "dan"]


async def test_how_many_were_told_is_counted_for_each_answer_alone(unit: Unit) -> None:
    """What is planned for the end of somebody's night is not told yet."""
    await asks(unit, "anna")
    await asks(unit, "bob")
    await owed(unit)
    up_to, _ = await unit.follow_ups.page(POOL, after="", limit=99)
    other = replace(answer(), id=FollowUpId("f2"))
    pushes = Pushes("follow-up:f2:", CHANCE.token(), POOL, 1, FOLLOW_UP_STEP, tuple(WORDS.items()), NOW)
    await unit.follow_ups.owe(other, pushes, after="", up_to=up_to)
    await unit.connection.execute(
        sa.update(deliveries).where(deliveries.c.key == "follow-up:f1:anna").values(state=State.SENT.value)
    )
    assert await unit.follow_ups.messages(POOL) == {
        FollowUpId("f1"): Counter({State.SENT: 1, State.PLANNED: 1}),
        FollowUpId("f2"): Counter({State.PLANNED: 2}),
    }


async def test_whoever_asked_twice_is_one_however_many_contributions_are_named(unit: Unit) -> None:
    anna = await asks(unit, "anna")
    first = (await unit.contributions.of_citizen(anna.citizen))[0].id
    last = await contribution(unit, "le matin", by=anna)
    named = [first, *(ContributionId(f"gone-{n}") for n in range(CHUNK)), last]
    assert await unit.follow_ups.people(POOL, "", named) == 1
