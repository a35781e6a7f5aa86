"""An official answer that two people move at the same time: one of them does, and the other one hears it."""

from datetime import timedelta

import pytest

from core.model.errors import NotAllowed
from core.model.follow_ups import FollowUp, Progress
from core.model.ids import ConsultationId, FollowUpId
from core.model.publications import Publication
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.digests.digest import refresh_digests
from core.work.follow_up import Answered, Telling, draft, hold, publish
from tests.builders import NOW, CountedChance, StillClock, consultation, contribution, person, start

POOL, TOMORROW = ConsultationId("pool"), NOW + timedelta(days=1)


async def planned(unit: Unit) -> FollowUp:
    """For tomorrow; one person asked."""
    await start(unit, consultation())
    await contribution(unit, "le soir", by=await person(unit, "anna"), topics=("hours",))
    made = await draft(unit, POOL, Answered(Progress.KEPT, {}, "hours"), "staff", CountedChance(), now=NOW)
    await publish(unit, made.id, TOMORROW, now=NOW)
    return await now_there(unit, made.id)


async def now_there(unit: Unit, which: FollowUpId) -> FollowUp:
    found = await unit.follow_ups.get(which)
    assert found is not None
    return found


async def test_what_was_held_while_its_moment_came_is_neither_told_nor_counted(storage: Storage) -> None:
    async with storage.unit() as unit:
        seen = await planned(unit)
        await hold(unit, seen)
    telling = Telling(storage, StillClock(TOMORROW), CountedChance(), lambda: None, refresh_digests)
    assert await telling._tell(seen) == 0
    async with storage.reading() as unit:
        found = await now_there(unit, seen.id)
    assert (found.publication, found.people) == (Publication.DRAFT, 0)


async def test_whoever_holds_what_was_published_meanwhile_hears_it(storage: Storage) -> None:
    async with storage.unit() as unit:
        seen = await planned(unit)
        await publish(unit, seen.id, None, now=NOW)
        with pytest.raises(NotAllowed, match="meanwhile"):
            await hold(unit, seen)
