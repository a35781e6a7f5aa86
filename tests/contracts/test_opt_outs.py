"""Who leaves because of a step, on both databases: few are looked at, however many it was sent to."""

from datetime import timedelta

from core.model.deliveries import State
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from tests.builders import NOW, consultation, person, push, start

POOL = ConsultationId("pool")
AFTER = {"anna": timedelta(days=1), "ben": timedelta(days=3), "cleo": timedelta(days=-1)}
"""When they said STOP, from the message on: within two days, later, before."""


async def test_those_count_who_left_soon_after_and_no_more_messages_than_decide(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for name in ("anna", "ben", "cleo", "dan", "eve"):
            after = AFTER.get(name)
            who = await person(unit, name, stopped_at=None if after is None else NOW + after)
            await push(unit, who, "reminder")
        await push(unit, who, "last_call")
        await push(unit, await person(unit, "finn", stopped_at=NOW), "reminder", state=State.PLANNED)
    async with storage.reading() as unit:
        assert await unit.experiments.left(POOL, "reminder", enough=lambda _: 100) == (5, 1)
        assert await unit.experiments.left(POOL, "reminder", enough=lambda stopped: stopped) == (2, 1)
        assert await unit.experiments.left(POOL, "last_call", enough=lambda _: 100) == (1, 0)
