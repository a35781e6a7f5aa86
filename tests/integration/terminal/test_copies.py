"""`backup` while the service runs, and `restore`: nobody comes back, nothing leaves twice, nothing is lost."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import main
from config.secret_key import secret_key
from config.settings import load_settings
from config.system import SystemChance
from core.model.campaigns import CampaignState
from core.model.charges import Charge
from core.model.contributions import By, Hidden
from core.model.deliveries import State
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, PartnerId
from core.model.people import Address, Purpose
from core.model.staff import Role
from core.storage.engine import open_storage
from core.storage.schema import citizens, consents, deliveries, staff_members, staff_sessions
from core.storage.unit import Unit
from core.work.dialogue.own_data import erase_citizen
from core.work.staff.members import add_member, named, remove_member
from tests.builders import NOW, START, Person, consultation, contribution, person, push, start
from tests.databases import fresh_postgres
from tests.integration.terminal.conftest import Program

POOL, TOWN = ConsultationId("pool"), PartnerId("town")
SINCE = START + timedelta(days=1)


def in_database(folder: Path, act: Callable[[Unit], Awaitable[None]]) -> None:
    asyncio.run(in_that(f"sqlite+aiosqlite:///{folder / 'town.db'}", act))


async def in_that(url: str, act: Callable[[Unit], Awaitable[None]]) -> None:
    async with open_storage(url) as storage, storage.unit() as unit:
        await act(unit)


async def a_town(unit: Unit) -> None:
    """Four people; one reminder waits for its moment."""
    await start(unit, consultation())
    for name in ("anna", "bob", "cleo", "dan"):
        who = await person(unit, name, consents=(Purpose.PARTICIPATION, Purpose.RESULTS))
        await contribution(unit, f"what {name} said", by=who)
        if name == "cleo":
            await push(unit, who, "reminder", sent_at=START, state=State.PLANNED)
    member = await add_member(unit, TOWN, "Claire Petit", "", Role.OWNER, SystemChance(), now=NOW)
    row = {"hash": "h", "member_id": member.id, "made_at": NOW, "last_seen_at": NOW, "expires_at": NOW}
    await unit.connection.execute(sa.insert(staff_sessions), row)


async def what_happened_since(unit: Unit) -> None:
    """Anna erased everything, Bob said STOP, Cleo got her reminder, Dan took a consent back and got a last call."""
    hashed = main._erasure_hash(secret_key(load_settings()))
    await erase_citizen(unit, "anna", hashed, SystemChance(), SINCE, farewell=None)  # type: ignore[arg-type]  # a name
    await unit.connection.execute(sa.update(citizens).where(citizens.c.id == "bob").values(stopped_at=SINCE))
    left = {"state": "sent", "sent_at": SINCE, "external_id": "77"}
    await unit.connection.execute(sa.update(deliveries).where(deliveries.c.step == "reminder").values(left))
    taken_back = sa.update(consents).where(consents.c.citizen_id == "dan", consents.c.purpose == "results")
    await unit.connection.execute(taken_back.values(revoked_at=SINCE))
    dan = Person("dan", "pool-dan", "telegram-dan", "town-telegram", POOL, "poster")  # type: ignore[arg-type]  # names
    await push(unit, dan, "last", sent_at=SINCE)


@pytest.fixture
def town(program: Program) -> Program:
    in_database(program.folder, a_town)
    return program


def copied(town: Program) -> str:
    copy = str(town.folder / "copies.db")
    town.does("backup", copy)
    return copy


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "town.db")) as connection:
        return connection.execute(statement).fetchall()


def test_a_copy_is_made_while_another_writes_and_is_its_owner_s_alone(town: Program) -> None:
    copy = town.folder / "copy.db"

    async def busy() -> str:
        async with open_storage(f"sqlite+aiosqlite:///{town.folder / 'town.db'}") as storage, storage.unit() as unit:
            await person(unit, "not-committed")
            return await asyncio.to_thread(town.does, "backup", str(copy), "--json")

    done = json.loads(asyncio.run(busy()))
    assert (done["consultations"], done["contributions"]) == (1, 4)
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM citizens").fetchone() == (4,)
    assert "nothing was overwritten" in town.is_refused("backup", str(copy))


def test_bringing_a_copy_back_brings_nobody_back_and_sends_nothing_twice(town: Program) -> None:
    copy = copied(town)
    in_database(town.folder, what_happened_since)
    said = town.does("restore", copy)
    assert "erased again: 1" in said
    assert "STOP 1, consents taken back 1, messages 2" in said
    assert rows(town.folder, "SELECT id, stopped_at IS NOT NULL FROM citizens ORDER BY id") == [
        ("bob", 1),
        ("cleo", 0),
        ("dan", 0),
    ]
    assert rows(town.folder, "SELECT count(*) FROM contributions WHERE text LIKE '%anna%'") == [(0,)]
    assert rows(town.folder, "SELECT step, state FROM deliveries ORDER BY step") == [
        ("last", "sent"),
        ("reminder", "sent"),
    ]
    assert rows(town.folder, "SELECT count(*) FROM consents WHERE revoked_at IS NOT NULL") == [(1,)]
    assert rows(town.folder, "SELECT count(*) FROM staff_sessions") == [(0,)]
    assert rows(town.folder, "SELECT state FROM consultations") == [("running",)]
    assert [path.name for path in town.folder.glob("town.db.*") if ".before-" not in path.name] == ["town.db.lock"]
    (kept,) = (path for path in town.folder.glob("town.db.before-*") if not path.name.endswith(("-wal", "-shm")))
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM citizens").fetchone() == (3,)
    assert "running" in town.does("status")


def test_what_staff_did_since_stays_written_and_that_a_copy_came_back_too(town: Program) -> None:
    town.does("staff", "add", "Denis Roy")
    copy = copied(town)
    town.does("staff", "add", "Eva Blanc")
    town.does("restore", copy)
    lines = json.loads(town.does("audit", "list", "--json"))
    assert [line["act"] for line in lines] == ["staff.added", "staff.added", "database.restored"]
    assert (lines[-1]["partner"], lines[-1]["subject"], lines[-1]["actor"]) == ("town", "town", "terminal")
    assert json.loads(town.does("audit", "verify", "--json"))["broken_at"] is None


def test_another_database_s_log_is_not_taken_for_the_copy_s_own(town: Program) -> None:
    town.does("staff", "add", "Denis Roy")
    copy = copied(town)
    with closing(sqlite3.connect(town.folder / "town.db")) as connection, connection:
        connection.execute("DELETE FROM audit")
    for name in ("Eva Blanc", "Fatou Diop"):
        town.does("staff", "add", name)
    town.does("restore", copy)
    lines = json.loads(town.does("audit", "list", "--json"))
    assert [line["act"] for line in lines] == ["staff.added", "database.restored"]
    assert json.loads(town.does("audit", "verify", "--json"))["broken_at"] is None


async def said_of_what_people_wrote(unit: Unit) -> None:
    """Since the copy: Cleo is not interested any more, staff hid what Bob said, masked Dan's name, and paid messages
    left; Claire, who had the prices in charge and an address, is no longer staff."""
    ((cleo,),) = (await unit.dialogues.of([CitizenId("cleo")])).values()
    await unit.dialogues.save([replace(cleo, dialogue=replace(cleo.dialogue, not_interested=True))], {})
    bob, dan = [(await unit.contributions.of_citizen(CitizenId(name)))[0] for name in ("bob", "dan")]
    assert await unit.sorting.hide(bob.id, bob.text or "", Hidden.PERSON)
    assert await unit.sorting.mask_further(dan.id, dan.text or "", "what *** said")
    assert await unit.paid.take(POOL, "reminder", 40, most=100) == 40
    claire = await named(unit, TOWN, "Claire Petit")
    await remove_member(unit, claire, now=SINCE)


async def with_an_address_and_a_charge(unit: Unit) -> None:
    claire = await named(unit, TOWN, "Claire Petit")
    await unit.connection.execute(sa.update(staff_members).values(email="claire@town.example"))
    letters = Address(AddressId("letters"), AccountId("town-slack"), "claire@town.example")
    await unit.people.add_addresses([(letters, None)])
    await unit.charges.take(Charge(POOL, "topic:prices", claire.id, claire.name, NOW))
    assert await unit.paid.take(POOL, "reminder", 10, most=100) == 10
    (dan,) = await unit.contributions.of_citizen(CitizenId("dan"))
    await unit.sorting.put_tags(dan.id, [("water", 0.9, True)], By.TAGGER, NOW, {"water": ("dan", "said")})


def test_what_staff_judged_what_was_paid_and_who_left_the_staff_stays_so(town: Program) -> None:
    in_database(town.folder, with_an_address_and_a_charge)
    copy = copied(town)
    in_database(town.folder, said_of_what_people_wrote)
    town.does("restore", copy)
    assert rows(town.folder, "SELECT citizen_id, text, state, review, hidden_for FROM contributions ORDER BY 1") == [
        ("anna", "what anna said", "read", "new", None),
        ("bob", "what bob said", "hidden", "new", "person"),
        ("cleo", "what cleo said", "read", "new", None),
        ("dan", "what *** said", "read", "reviewed", None),
    ]
    assert rows(town.folder, "SELECT topic, words FROM tags") == [("water", '["said"]')]
    standing = "SELECT citizen_id FROM dialogues WHERE json_extract(state, '$.not_interested') AND stage = 'asking'"
    assert rows(town.folder, standing) == [("cleo",)]
    assert rows(town.folder, "SELECT messages FROM paid_messages") == [(50,)], "no ceiling is passed"
    assert rows(town.folder, "SELECT name FROM charges") == []
    assert rows(town.folder, "SELECT external_id FROM addresses WHERE citizen_id IS NULL") == []


def test_where_nobody_knows_what_happened_since_nothing_leaves_by_itself(town: Program) -> None:
    copy = copied(town)
    database = town.folder / "town.db"
    database.write_bytes(database.read_bytes()[:5000])
    done = json.loads(town.does("restore", copy, "--json"))
    assert (done["known"], done["held"], done["erased"]) == (False, 1, 0)
    assert rows(town.folder, "SELECT state, reason FROM deliveries") == [("uncertain", "may_have_arrived")]
    assert rows(town.folder, "SELECT state FROM consultations") == [(CampaignState.PAUSED.value,)]
    assert Path(done["kept"]).stat().st_size == 5000


def test_what_cannot_serve_is_refused_and_the_database_stays_as_it_was(town: Program) -> None:
    copy = Path(copied(town))
    whole = (town.folder / "town.db").read_bytes()
    short = town.folder / "short.db"
    short.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    text = town.folder / "text.db"
    text.write_text("not a database at all, and long enough to look like one " * 20, encoding="ascii")
    foreign = town.folder / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    for bad, why in (
        (short, "take an older copy"),
        (text, "take an older copy"),
        (foreign, "no database of Porte-voix"),
    ):
        assert why in town.is_refused("restore", str(bad))

    async def served() -> str:
        async with open_storage(f"sqlite+aiosqlite:///{town.folder / 'town.db'}"):
            return await asyncio.to_thread(town.is_refused, "restore", str(copy))

    assert "stop it first" in asyncio.run(served())
    assert (town.folder / "town.db").read_bytes() == whole


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_where_a_server_keeps_the_database_it_says_what_copies_it(town: Program, command: str) -> None:
    copy = Path(copied(town)) if command == "restore" else town.folder / "new.db"
    town.monkeypatch.setenv("DATABASE_URL", "postgresql://town:secret-word@localhost/town")
    said = town.is_refused(command, str(copy))
    assert "pg_dump" in said
    assert "python main.py restore without a file" in said
    assert "secret-word" not in said


def test_after_pg_restore_nobody_comes_back_and_nothing_leaves_twice(town: Program, postgres: str) -> None:
    """The copy is made by the server itself; of what happened since, only the ledger of erasures is brought along."""
    asyncio.run(brought_back_by_the_server(town, postgres))


async def brought_back_by_the_server(town: Program, server: str) -> None:
    async with fresh_postgres(server) as url:
        await in_that(url, a_town)
        async with fresh_postgres(server, like=url) as copy:
            await in_that(url, what_happened_since)
            await in_that(copy, await ledger_of(url))
            town.monkeypatch.setenv("DATABASE_URL", copy)
            done = json.loads(await asyncio.to_thread(town.does, "restore", "--json"))
            assert done == {"held": 1, "erased": 1}
            again = await asyncio.to_thread(town.does, "restore")
            assert "erased again: 0" in again
            assert "Campaigns are paused, 0 messages" in again

            async def looks(unit: Unit) -> None:
                found = await unit.connection.execute(sa.select(citizens.c.id).order_by(citizens.c.id))
                assert found.scalars().all() == ["bob", "cleo", "dan"]
                left = await unit.connection.execute(sa.select(deliveries.c.state, deliveries.c.reason))
                assert [tuple(row) for row in left] == [("uncertain", "may_have_arrived")]
                assert (await unit.consultations.all())[0].state is CampaignState.PAUSED
                assert (await unit.connection.execute(sa.select(staff_sessions))).all() == []

            await in_that(copy, looks)


async def ledger_of(url: str) -> Callable[[Unit], Awaitable[None]]:
    """As `pg_dump --table=erasures --data-only` of the newer database into the one that was brought back."""
    async with open_storage(url) as storage, storage.reading() as unit:
        ledger = await unit.privacy.ledger()

    async def brought(unit: Unit) -> None:
        for hashed, times in ledger.items():
            for at in times:
                await unit.privacy.put_erasures([hashed], at)

    return brought


def test_a_file_is_asked_for_where_the_database_is_one(town: Program) -> None:
    assert "which copy is to be brought back?" in town.is_refused("restore")
