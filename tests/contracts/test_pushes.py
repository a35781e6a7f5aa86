"""The pushes of a step to a page of people, on both databases: one each, in their words, and why some not."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.model.audience import Candidate
from core.model.deliveries import Delivery, Lane, Phrase, Reason, Spec, State
from core.model.dialogues import Stage
from core.model.ids import AddressId, ConsultationId
from core.storage.engine import Storage
from core.storage.pushes import Owed, Pushes
from core.storage.schema import deliveries
from core.storage.unit import Unit
from tests.builders import NOW, START, CountedChance, consultation, person, start

POOL = ConsultationId("pool")
WORDS = [(language, Spec((Phrase("text.own", {"text": f"dit en {language}"}),))) for language in ("fr", "en")]
SOON = NOW + timedelta(minutes=7, microseconds=1)
CHANCE = CountedChance()


@pytest.fixture
async def unit(storage: Storage) -> AsyncIterator[Unit]:
    async with storage.unit() as unit:
        await start(unit, consultation())
        yield unit


async def owe(unit: Unit, *owed: Owed) -> Sequence[Any]:
    """The rows that are there then."""
    key, use_by = "push:pool:reminder:", NOW + timedelta(days=3)
    pushes = Pushes(key, CHANCE.token(), POOL, 1, "reminder", WORDS, NOW, use_by)
    await unit.deliveries.owe(pushes, owed)
    return (await unit.connection.execute(sa.select(deliveries).order_by(deliveries.c.seq))).all()


async def test_each_row_is_what_planning_one_delivery_writes(unit: Unit) -> None:
    anna = await person(unit, "anna")
    (row,) = await owe(unit, Owed(anna.citizen, anna.address, SOON, 1))
    await unit.connection.execute(sa.delete(deliveries))
    alike = Delivery(
        id=row.id,
        key="push:pool:reminder:anna",
        account=anna.account,
        address=anna.address,
        lane=Lane.PUSH,
        body=WORDS[1][1],
        language="en",
        due_at=SOON,
        planned_at=NOW,
        citizen=anna.citizen,
        consultation=POOL,
        revision=1,
        step="reminder",
        use_by=NOW + timedelta(days=3),
    )
    await unit.deliveries.plan([alike])
    (planned,) = (await unit.connection.execute(sa.select(deliveries))).all()
    assert row._asdict() | {"seq": 0} == planned._asdict() | {"seq": 0}
    (claimed,) = await unit.deliveries.claim([anna.account], [Lane.PUSH], now=SOON, lease=timedelta(minutes=1), limit=9)
    assert claimed.body == WORDS[1][1]


async def test_nobody_is_owed_twice_and_whoever_is_not_written_to_has_a_row_that_says_why(unit: Unit) -> None:
    anna, ben = await person(unit, "anna"), await person(unit, "ben")
    first = Owed(anna.citizen, anna.address, NOW, 0)
    refused = Owed(ben.citizen, ben.address, NOW, 0, Reason.OPTED_OUT)
    await owe(unit, first)
    rows = await owe(unit, first, refused)
    assert [(row.citizen_id, row.state, row.reason) for row in rows] == [
        ("anna", State.PLANNED.value, None),
        ("ben", State.SKIPPED.value, Reason.OPTED_OUT.value),
    ]
    assert len({row.id for row in rows}) == 2


async def test_whoever_is_gone_meanwhile_is_owed_nothing(unit: Unit) -> None:
    anna = await person(unit, "anna")
    assert await owe(unit, Owed(anna.citizen, AddressId("gone"), NOW, 0)) == []
    await unit.privacy.erase(anna.citizen, farewell=anna.address)
    assert await owe(unit, Owed(anna.citizen, anna.address, NOW, 0)) == []
    await unit.deliveries.owe(Pushes("push:", CHANCE.token(), POOL, 1, "reminder", [], NOW), [])


async def test_what_is_known_of_a_candidate(unit: Unit) -> None:
    anna = await person(unit, "anna", source="poster")
    await person(unit, "ben", finished_at=NOW)
    ((placed,),) = (await unit.dialogues.of([anna.citizen])).values()
    began = replace(placed.dialogue, answered={"often": "weekly"}, skipped=frozenset({"more"}), last_at=NOW)
    await unit.dialogues.save([replace(placed, dialogue=began)], {})
    known = Candidate(anna.citizen, anna.address, "Europe/Paris", "fr", began.id, "poster", began.agreed_at or START)
    known = replace(known, answered=NOW, done=frozenset({"often", "more"}))
    for before, found in ((0, [known]), (began.revision, []), (began.revision + 1, [known])):
        some = await unit.dialogues.unplanned(POOL, "reminder", [Stage.ASKING], after=None, limit=9, before=before)
        assert some == found
