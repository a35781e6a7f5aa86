"""What storage and the use cases promise about staff, on SQLite and on PostgreSQL alike; and the way from the database
that the first version made."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from config.system import SystemChance
from core.model.charges import Charge
from core.model.errors import FileError, NotAllowed, NotFound
from core.model.ids import ConsultationId, PartnerId
from core.model.staff import Member, Role
from core.storage.engine import Storage, open_storage
from core.storage.migrate import upgrade
from core.storage.schema import charges, partners, sign_in_links, staff_members, staff_sessions
from core.work.staff.members import (
    IDLE,
    LONGEST,
    Sessions,
    add_member,
    make_link,
    named,
    partner_of_staff,
    remove_member,
    set_role,
)
from tests.builders import NOW, StillClock, consultation, start
from tests.databases import fresh_postgres, sqlite_url

TOWN, LAKE = PartnerId("town"), PartnerId("lakeside")
CHANCE = SystemChance()


@pytest.fixture
async def town(storage: Storage) -> Storage:
    async with storage.unit() as unit:
        for partner in (TOWN, LAKE):
            await unit.people.put_partner(partner, {"fr": partner}, NOW)
    return storage


async def hired(
    storage: Storage, name: str = "Claire Petit", role: Role = Role.READER, email: str = "", partner: PartnerId = TOWN
) -> Member:
    async with storage.unit() as unit:
        return await add_member(unit, partner, name, email, role, CHANCE, now=NOW)


async def rows(storage: Storage, table: sa.Table) -> list[dict[str, object]]:
    async with storage.reading() as unit:
        return [dict(row._mapping) for row in await unit.connection.execute(sa.select(table))]


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_members_are_found_by_name_and_address_and_stay_with_their_partner(town: Storage) -> None:
    claire = await hired(town, email=" Claire@Town.example ", role=Role.ORGANISER)
    other = await hired(town, email="claire@town.example", partner=LAKE)
    assert claire.email == "claire@town.example"
    async with town.reading() as unit:
        assert await unit.members.of(TOWN) == [claire]
        assert await named(unit, TOWN, "CLAIRE PETIT") == claire
        assert await named(unit, TOWN, "claire@town.example") == claire
        assert await unit.members.by_email(LAKE, "claire@town.example") == other
        with pytest.raises(NotFound, match="staff list"):
            await named(unit, TOWN, "Denis")
        with pytest.raises(NotFound, match="is called"):
            await named(unit, TOWN, "…")


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("  \u200b ", "", "needs a name"),
        ("claire petit", "", "already a member"),
        ("Denis", "claire@town.example", "has this e-mail address"),
        ("Denis", "denis", "no e-mail address"),
        ("Denis", "a@b\r\nBcc: x@y.zz", "no e-mail address"),
        ("Denis", "Denis <denis@town.example>", "no e-mail address"),
    ],
)
async def test_what_cannot_be_a_member_is_refused_with_what_to_do(
    town: Storage, name: str, email: str, said: str
) -> None:
    await hired(town, email="claire@town.example")
    with pytest.raises(FileError, match=said):
        await hired(town, name, email=email)
    assert len(await rows(town, staff_members)) == 1


async def test_a_removed_member_leaves_no_name_and_may_come_back(town: Storage) -> None:
    claire = await hired(town, email="claire@town.example")
    async with town.unit() as unit:
        await make_link(unit, claire.id, CHANCE, now=NOW)
        await unit.members.add_session("hash", claire.id, NOW, NOW + LONGEST)
        await start(unit, consultation())
        await unit.charges.take(Charge(ConsultationId("pool"), "topic:hours", claire.id, "Claire", NOW))
        await remove_member(unit, claire, now=NOW)
    (row,) = await rows(town, staff_members)
    assert (row["name"], row["email"], row["removed_at"]) == ("", None, NOW)
    assert await rows(town, sign_in_links) == await rows(town, staff_sessions) == []
    assert await rows(town, charges) == [], "what waits would wait for nobody"
    again = await hired(town, email="claire@town.example")
    assert again.id != claire.id


async def test_a_role_is_changed(town: Storage) -> None:
    claire = await hired(town)
    async with town.unit() as unit:
        assert (await set_role(unit, claire, Role.OWNER)).role is Role.OWNER
    async with town.reading() as unit:
        found = await unit.members.get(claire.id)
    assert found is not None
    assert found.role is Role.OWNER


async def test_the_database_knows_no_other_role(town: Storage) -> None:
    claire = await hired(town)
    with pytest.raises(sa.exc.IntegrityError):
        async with town.unit() as unit:
            await unit.connection.execute(sa.update(staff_members).values(role="king").where(sa.true()))
    async with town.reading() as unit:
        assert await unit.members.get(claire.id) == claire


async def test_which_partner_is_meant(storage: Storage) -> None:
    async with storage.unit() as unit:
        with pytest.raises(NotFound, match="campaign start"):
            await partner_of_staff(unit)
        await start(unit, consultation())
        assert await partner_of_staff(unit) == TOWN
        with pytest.raises(NotFound, match="there are town"):
            await partner_of_staff(unit, "nowhere")


async def test_with_several_partners_one_must_be_named(storage: Storage) -> None:
    first = consultation()
    async with storage.unit() as unit:
        await start(unit, first)
        await start(unit, replace(first, id="lake", partner=replace(first.partner, id=LAKE), sources={}))
        with pytest.raises(NotAllowed, match="--partner"):
            await partner_of_staff(unit)
        assert await partner_of_staff(unit, LAKE) == LAKE


# ── links and sessions ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_link_makes_one_session_even_for_four_at_once(town: Storage) -> None:
    claire = await hired(town)
    async with town.unit() as unit:
        link = await make_link(unit, claire.id, CHANCE, now=NOW)
    sessions = Sessions(town, StillClock(NOW), CHANCE)
    assert await sessions.sign_in(link, LAKE) is None
    came = [each for each in await asyncio.gather(*(sessions.sign_in(link, TOWN) for _ in range(4))) if each]
    assert len(came) == len(await rows(town, staff_sessions)) == 1
    assert await sessions.member_of(came[0][0], TOWN) == claire
    assert await sessions.member_of(came[0][0], LAKE) is None


async def test_a_visit_is_noted_now_and_then_and_a_page_that_renews_itself_is_none(town: Storage) -> None:
    claire, clock = await hired(town), StillClock(NOW)
    sessions = Sessions(town, clock, CHANCE)
    async with town.unit() as unit:
        link = await make_link(unit, claire.id, CHANCE, now=NOW)
    found = await sessions.sign_in(link, TOWN)
    assert found is not None
    for minutes, awake, seen in ((1, True, 0), (6, False, 0), (6, True, 6), (10, True, 6), (12, True, 12)):
        clock.at = NOW + timedelta(minutes=minutes)
        assert await sessions.member_of(found[0], TOWN, awake=awake) == claire
        (row,) = await rows(town, staff_sessions)
        assert row["last_seen_at"] == NOW + timedelta(minutes=seen)


async def test_what_is_over_goes_and_what_counts_stays(town: Storage) -> None:
    claire = await hired(town)
    async with town.unit() as unit:
        old = await make_link(unit, claire.id, CHANCE, now=NOW - timedelta(hours=2))
        used = await make_link(unit, claire.id, CHANCE, now=NOW)
        await make_link(unit, claire.id, CHANCE, now=NOW)
        await unit.members.add_session("ended", claire.id, NOW - LONGEST, NOW)
        await unit.members.add_session("idle", claire.id, NOW - IDLE, NOW + LONGEST)
        await unit.members.add_session("kept", claire.id, NOW - timedelta(hours=1), NOW + LONGEST)
    assert old != used
    assert await Sessions(town, StillClock(NOW), CHANCE).sign_in(used, TOWN)
    async with town.unit() as unit:
        assert await unit.members.forget_over(NOW, NOW - IDLE) == 4
    assert len(await rows(town, sign_in_links)) == 1
    assert {"kept"} < {str(row["hash"]) for row in await rows(town, staff_sessions)}
    assert len(await rows(town, staff_sessions)) == 2


# ── from the first tables to these ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["sqlite", "postgresql"])
async def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database as the first version left it, with a partner in it."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path, tables=False)
        await _make_old(url)
        yield url
    else:
        async with fresh_postgres(request.getfixturevalue("postgres"), tables=False) as url:
            await _make_old(url)
            yield url


async def _make_old(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0001")
        await connection.execute(sa.insert(partners).values(id=TOWN, name={"fr": "Ville"}, created_at=NOW))
        assert not await connection.run_sync(lambda known: sa.inspect(known).has_table("staff_members"))
    await engine.dispose()


async def test_a_database_of_the_first_version_is_brought_along_with_what_is_in_it(old_database: str) -> None:
    async with open_storage(old_database) as storage:
        async with storage.reading() as unit:
            assert await unit.people.partner_name(TOWN) == {"fr": "Ville"}
        claire = await hired(storage)
    async with open_storage(old_database) as storage, storage.reading() as unit:
        assert await unit.members.of(TOWN) == [claire]
