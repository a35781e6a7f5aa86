"""One person who rings without end keeps nobody else's alert waiting."""

from dataclasses import replace

import sqlalchemy as sa

from core.model.ids import AccountId, ConsultationId, PartnerId
from core.model.people import Account
from core.storage.schema import deliveries
from tests.builders import consultation
from tests.integration.review.village import Village

POOL = replace(consultation(), steps=(), sources={})


async def rung(village: Village) -> int:
    async with village.storage.reading() as unit:
        statement = sa.select(sa.func.count()).where(deliveries.c.lane == "staff")
        return int((await unit.connection.execute(statement)).scalar_one())


async def test_the_same_person_rings_three_times_at_most(village: Village) -> None:
    await village.starts(POOL)
    async with village.storage.unit() as unit:
        slack = Account(AccountId("slack"), PartnerId("town"), "slack", "workspace of town")
        await unit.people.add_account(slack, village.clock.now())
    await village.agrees("anna")
    for _ in range(20):
        await village.says("anna", "je veux mourir")
    assert await rung(village) == 3
    await village.agrees("ben")
    await village.says("ben", "je veux mourir")
    assert await rung(village) == 4
    async with village.storage.reading() as unit:
        assert len(await unit.staff.waiting_alerts(ConsultationId("pool"))) == 21, "all of them are to be read"
    await village.later(minutes=11)
    await village.says("anna", "je veux mourir")
    assert await rung(village) == 5
