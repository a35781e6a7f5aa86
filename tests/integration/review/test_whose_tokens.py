"""Tokens that do not name their partner: they are never given to the wrong one."""

from dataclasses import replace

from core.model.ids import PartnerId
from core.storage.engine import Storage
from core.work.staff import campaigns
from tests.builders import NOW, CountedChance, consultation

TOWN = consultation(sources={})
CAMPUS = replace(TOWN, id="agora", partner=replace(TOWN.partner, id="campus"))


async def test_two_partners_and_nothing_that_says_whose(storage: Storage) -> None:
    chance = CountedChance()
    async with storage.unit() as unit:
        assert await campaigns.nameless_owner(unit) is None
        await campaigns.start(unit, TOWN, [], chance, now=NOW)
        assert await campaigns.nameless_owner(unit) == "town"
        await campaigns.start(unit, CAMPUS, [], chance, now=NOW)  # "agora" comes before "pool"
        assert await campaigns.nameless_owner(unit) is None


async def test_who_had_the_workspace_keeps_it_when_a_second_partner_comes(storage: Storage) -> None:
    chance = CountedChance()
    async with storage.unit() as unit:
        await campaigns.start(unit, TOWN, [], chance, now=NOW)
        await campaigns.own_account(unit, PartnerId("town"), "slack", "workspace of town", chance, now=NOW)
        await campaigns.start(unit, CAMPUS, [], chance, now=NOW)
        assert await campaigns.nameless_owner(unit) == "town"
