"""The machine's clock is set an hour on or back while the program runs: people are answered, and reminded once."""

from datetime import timedelta

import pytest

from tests.integration.review.test_planning_borders import NOON, REMINDER, day, pool, pushes
from tests.integration.review.village import Village

HOURS = pytest.mark.parametrize("hours", [1, -1])


@HOURS
async def test_people_are_answered_at_once_and_reminded_once(village: Village, hours: int) -> None:
    village.clock.at = NOON
    line = await village.starts(pool(REMINDER))
    await village.agrees("anna", "poster")
    await village.agrees("ben", "poster")
    village.clock.at += timedelta(hours=hours)
    heard = len(line.to("anna"))
    await village.presses("anna", "Jamais")
    assert len(line.to("anna")) > heard
    await day(village, days=1, hours=2)
    assert await pushes(village) == [("reminder", "sent", None)] * 2
    village.clock.at += timedelta(hours=-hours)
    await day(village, minutes=1)
    await day(village, days=2)
    assert await pushes(village) == [("reminder", "sent", None)] * 2


async def test_its_term_as_a_sender_follows_a_clock_that_was_set_back(village: Village) -> None:
    """Or another sender would wait an hour when this one dies."""
    village.clock.at = NOON
    await village.starts(pool(REMINDER))
    await village.agrees("anna", "poster")
    village.clock.at -= timedelta(hours=1)
    await village.says("anna", "aide")
    async with village.storage.reading() as unit:
        soon = village.clock.at + timedelta(minutes=5)
        assert await unit.senders.held(list(village.accounts.values()), village.house.outbox._name, soon) == {}
