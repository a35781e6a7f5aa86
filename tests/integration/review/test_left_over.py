"""What nobody would look for any more: quotes in an old digest, the address of somebody who left for good."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from core.model.campaigns import CampaignState
from core.model.deliveries import Delivery, DigestRef, Lane, State
from core.model.ids import AddressId, ConsultationId, DeliveryId, DigestId
from core.model.messages import Halted
from core.model.people import Address
from core.storage.engine import open_storage
from core.storage.schema import addresses, deliveries
from core.storage.staff import digest_key
from core.work.staff import campaigns
from tests.builders import NOW, CountedChance, account, consultation, contribution, person, start
from tests.integration.review.village import Village

POOL = ConsultationId("pool")


async def test_the_quotes_of_a_digest_go_with_the_answers(village: Village) -> None:
    """A year after the closing the answers go; the copies in the staff's room must lose them too."""
    house = village.house
    async with village.storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna", finished_at=NOW)
        quoted = await contribution(unit, "ouvrir plus tard le soir", by=anna, review="reviewed")
        room = Address(AddressId("room"), account("town", "slack"), "#piscine")
        await unit.people.add_addresses([(room, None)])
        digest = DigestId("monday")
        await unit.staff.add_digest(digest, POOL, "monday", {"quotes": [quoted]}, NOW)
        posted = Delivery(
            id=DeliveryId("posted"), key=digest_key(digest), account=room.account, address=room.id, lane=Lane.STAFF,
            body=DigestRef(digest), language="fr", due_at=NOW, planned_at=NOW, consultation=POOL,
            state=State.SENT, external_id="C1:17", sent_at=NOW,
        )  # fmt: skip
        await unit.deliveries.plan([posted])
    village.clock.at = consultation().closes_at + timedelta(days=366)
    await house.housekeeping.tidy()
    async with village.storage.reading() as unit:
        owed = await unit.connection.execute(sa.select(deliveries.c.body).where(deliveries.c.key.like("digest-edit:%")))
        assert [row.body["edits"] for row in owed] == ["C1:17"]
        row = await unit.staff.digest(digest)
        assert row is not None
        assert row.figures["quotes"] == []


async def test_an_address_whose_farewell_never_leaves_goes_all_the_same(village: Village) -> None:
    line = await village.starts(replace(consultation(), steps=(), sources={}))
    await village.agrees("anna")
    await village.says("anna", "effacer")
    line.says = lambda _address, _message: Halted(timedelta(days=30))
    await village.presses("anna", "Oui")
    village.clock.at += timedelta(days=1)
    await village.house.housekeeping.tidy()
    assert await kept(village) == 1, "it is still tried"
    village.clock.at += timedelta(days=2)
    await village.house.housekeeping.tidy()
    assert await kept(village) == 0


async def test_answers_go_a_year_after_a_campaign_was_stopped_not_after_it_should_have_closed(village: Village) -> None:
    await village.starts(replace(consultation(), steps=(), sources={}, closes_at=NOW + timedelta(days=300)))
    async with village.storage.unit() as unit:
        await contribution(unit, "ouvrir plus tard le soir")
        await campaigns.move(unit, POOL, CampaignState.STOPPED, CountedChance(), now=NOW)
    for days, left in ((360, 1), (366, 0)):
        village.clock.at = NOW + timedelta(days=days)
        await village.house.housekeeping.tidy()
        assert len(await village.contributions()) == left


async def test_a_database_in_a_folder_with_a_strange_name_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "50% #1?"
    folder.mkdir()
    for _ in range(2):
        async with open_storage(URL.create("sqlite+aiosqlite", database=str(folder / "town.db")).render_as_string()):
            pass


async def kept(village: Village) -> int:
    async with village.storage.reading() as unit:
        return int((await unit.connection.execute(sa.select(sa.func.count()).select_from(addresses))).scalar_one())
