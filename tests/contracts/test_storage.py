"""What storage promises, on SQLite and on PostgreSQL alike."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.model.deliveries import (
    ButtonSpec,
    Day,
    Delivery,
    DigestRef,
    Lane,
    Phrase,
    Reason,
    Span,
    Spec,
    State,
)
from core.model.dialogues import Dialogue, Held, Stage
from core.model.errors import AlreadyRunning, StaleDialogue, StorageError
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, DeliveryId, DialogueId, PartnerId
from core.model.people import Account, Address, Citizen, Purpose
from core.storage.dialogues import Placed, Stand
from core.storage.engine import Storage, open_storage
from core.storage.schema import citizens, metadata, partners
from core.storage.types import from_json
from core.storage.unit import Unit
from tests.databases import sqlite_url

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TOWN = PartnerId("town")
BOT = AccountId("bot")


async def settled_town(unit: Unit, people: int = 1) -> list[tuple[Address, CitizenId]]:
    """A partner with one account, one consultation and some citizens."""
    await unit.people.put_partner(TOWN, {"fr": "Ville"}, NOW)
    await unit.people.add_account(Account(BOT, TOWN, "telegram", "42"), NOW)
    await unit.connection.execute(
        sa.text(
            "INSERT INTO consultations (id, partner_id, revision, state, opens_at, closes_at) "
            "VALUES ('pool', 'town', 1, 'running', :opens, :closes)"
        ).bindparams(
            sa.bindparam("opens", NOW, type_=citizens.c.created_at.type),
            sa.bindparam("closes", NOW + timedelta(days=30), type_=citizens.c.created_at.type),
        )
    )
    rows = [(Address(AddressId(f"a{n}"), BOT, str(n)), CitizenId(f"c{n}")) for n in range(people)]
    await unit.people.put_citizens([Citizen(citizen, TOWN, "fr", "Europe/Paris") for _, citizen in rows], NOW)
    await unit.people.add_addresses(rows)
    return rows


def update(number: int, chat: str = "7") -> dict[str, object]:
    return {"account_id": "bot", "update_id": str(number), "chat": chat, "raw": b"{}", "received_at": NOW}


def dialogue_of(citizen: str, stage: Stage = Stage.ASKING) -> Dialogue:
    return Dialogue(
        id=DialogueId(f"d-{citizen}"),
        citizen=CitizenId(citizen),
        consultation=ConsultationId("pool"),
        revision=1,
        language="fr",
        source="poster",
        stage=stage,
        started_at=NOW,
        held=(Held("déjà écrit", 3, NOW),),
        skipped=frozenset({"q1"}),
        answered={"q2": "a,b"},
        choosing=("x",),
    )


def owed(number: int, *, address: str = "a0", lane: Lane = Lane.REPLY, **changes: object) -> Delivery:
    body = Spec(
        (Phrase("k", {"n": 3, "text": "2027", "day": Day(NOW.date()), "span": Span(365)}),),
        ((ButtonSpec(Phrase("b", {}), "verb:1"),),),
    )
    delivery = Delivery(
        id=DeliveryId(f"m{number}"),
        key=f"key{number}",
        account=BOT,
        address=AddressId(address),
        lane=lane,
        body=body,
        language="fr",
        due_at=NOW,
        planned_at=NOW,
        citizen=CitizenId("c0"),
        consultation=ConsultationId("pool"),
    )
    return replace(delivery, **changes)  # type: ignore[arg-type]


async def claimed(storage: Storage, now: datetime = NOW, limit: int = 10) -> list[Delivery]:
    async with storage.unit() as unit:
        return await unit.deliveries.claim([BOT], list(Lane), now=now, lease=timedelta(seconds=60), limit=limit)


async def test_a_unit_that_fails_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(RuntimeError):
        async with storage.unit() as unit:
            await unit.people.put_partner(TOWN, {"fr": "Ville"}, NOW)
            raise RuntimeError("in the middle")
    async with storage.reading() as unit:
        assert await unit.people.partner_name(TOWN) == {}


async def test_a_unit_that_is_cancelled_leaves_nothing_and_blocks_nobody(storage: Storage) -> None:
    entered = asyncio.Event()

    async def stuck() -> None:
        async with storage.unit() as unit:
            await unit.people.put_partner(TOWN, {"fr": "Ville"}, NOW)
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with storage.unit() as unit:
        assert await unit.people.partner_name(TOWN) == {}
        await unit.people.put_partner(TOWN, {"fr": "Ville"}, NOW)


async def test_units_that_write_at_once_all_commit(storage: Storage) -> None:
    async def write(number: int) -> None:
        async with storage.unit() as unit:
            await unit.people.put_partner(PartnerId(f"p{number}"), {"fr": str(number)}, NOW)

    await asyncio.gather(*(write(number) for number in range(30)))
    async with storage.reading() as unit:
        count = (await unit.connection.execute(sa.select(sa.func.count()).select_from(partners))).scalar_one()
    assert count == 30


async def test_the_same_update_twice_is_kept_once(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit)
        assert len(await unit.inbox.append([update(1), update(2), update(2)])) == 2
    async with storage.unit() as unit:
        assert await unit.inbox.append([update(2), update(3)]) == {("bot", "3")}
    async with storage.reading() as unit:
        first = await unit.inbox.pending(10)
    if storage.dialect == "sqlite":
        assert len(first) == 3
    else:  # one chat stays with one worker: only its oldest is offered
        assert len(first) == 1


async def test_an_update_set_apart_blocks_nobody_and_can_be_released(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.inbox.append([update(1, "7"), update(2, "8")])
        bad = (await unit.inbox.pending(10))[0]
        await unit.inbox.failed(bad.seq, quarantine=True)
    async with storage.unit() as unit:
        assert [row.chat for row in await unit.inbox.pending(10)] == ["8"]
        assert await unit.inbox.release_quarantined() == {bad.account: 1}
        assert [row.chat for row in await unit.inbox.pending(10)] == ["7", "8"]


async def test_a_dialogue_comes_back_as_it_was(storage: Storage) -> None:
    placed = Placed(dialogue_of("c0"), AddressId("a0"), active=True)
    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.dialogues.add([placed])
    async with storage.reading() as unit:
        assert (await unit.dialogues.of([CitizenId("c0")]))[CitizenId("c0")] == [placed]


async def test_where_people_stand_is_told_without_their_whole_dialogue(storage: Storage) -> None:
    named = [CitizenId(name) for name in ("c0", "c1", "c2", "gone")]
    begun = replace(dialogue_of("c0"), answered={"q1": "yes"}, not_interested=True)
    done = dialogue_of("c1", Stage.RESULTS)
    async with storage.unit() as unit:
        await settled_town(unit, people=3)
        await unit.dialogues.add(
            [Placed(begun, AddressId("a0"), active=True), Placed(done, AddressId("a1"), active=True)]
        )
        await unit.people.set_unreachable([AddressId("a2")], unreachable=True)
        await unit.people.put_citizens([Citizen(named[1], TOWN, "fr", "Europe/Paris", stopped_at=NOW)], NOW)
    async with storage.reading() as unit:
        found = await unit.dialogues.stands(ConsultationId("pool"), named, "q1")
        elsewhere = await unit.dialogues.stands(ConsultationId("library"), named, "q1")
        unasked = await unit.dialogues.stands(ConsultationId("pool"), named, "")
    anna = Stand(
        stopped=False, unreachable=False, stage=Stage.ASKING, finished=False, not_interested=True, answer="yes"
    )
    new = Stand(stopped=False, unreachable=False, stage=None, finished=False, not_interested=False, answer=None)
    assert found == {
        "c0": anna,
        "c1": replace(new, stopped=True, stage=Stage.RESULTS, finished=True),
        "c2": replace(new, unreachable=True),
    }
    assert elsewhere["c0"] == new
    assert unasked["c0"] == replace(anna, answer=None)


async def test_the_slower_of_two_workers_must_load_the_dialogue_again(storage: Storage) -> None:
    placed = Placed(dialogue_of("c0"), AddressId("a0"), active=True)
    faster = replace(placed, dialogue=replace(placed.dialogue, position=1))
    slower = replace(placed, dialogue=replace(placed.dialogue, position=2))
    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.dialogues.add([placed])
    async with storage.unit() as unit:
        await unit.dialogues.save([faster], {placed.dialogue.id: NOW})
        await unit.dialogues.put_answers([(placed.dialogue.id, "q2", "a")], NOW)
    with pytest.raises(StaleDialogue):
        async with storage.unit() as unit:
            await unit.dialogues.save([slower], {})
    async with storage.reading() as unit:
        (saved,) = (await unit.dialogues.of([CitizenId("c0")]))[CitizenId("c0")]
        funnel = await unit.readouts.funnel(ConsultationId("pool"))
    assert (saved.dialogue.position, saved.dialogue.version) == (1, 1)
    assert funnel.answered == 1


async def test_many_dialogues_are_saved_at_once(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit, people=5)
        some = [Placed(dialogue_of(f"c{n}"), AddressId(f"a{n}"), active=True) for n in range(5)]
        await unit.dialogues.add(some)
        await unit.dialogues.save(
            [replace(each, dialogue=replace(each.dialogue, stage=Stage.FINISHED, finished_at=NOW)) for each in some], {}
        )
        assert await unit.dialogues.finished_count(ConsultationId("pool")) == 5


async def test_planning_twice_owes_once(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit)
        assert await unit.deliveries.plan([owed(1)]) == 1
        assert await unit.deliveries.plan([owed(1), owed(2)]) == 1
    first, *_ = await claimed(storage)
    assert first == replace(owed(1), state=State.CLAIMED)


async def test_one_address_gets_its_replies_in_order_and_one_at_a_time(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit, people=2)
        await unit.deliveries.plan([owed(1), owed(2), owed(3, address="a1")])
    assert {each.id for each in await claimed(storage)} == {"m1", "m3"}
    assert await claimed(storage) == []
    async with storage.unit() as unit:
        sent = replace(owed(1), state=State.SENT, external_id="9", sent_at=NOW)
        await unit.deliveries.save([sent])
    assert [each.id for each in await claimed(storage)] == ["m2"]


async def test_a_reply_that_must_wait_holds_back_the_later_ones(storage: Storage) -> None:
    later = NOW + timedelta(seconds=3)
    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.deliveries.plan([owed(1, due_at=later), owed(2)])
    assert await claimed(storage) == []
    assert [each.id for each in await claimed(storage, now=later)] == ["m1"]


async def test_replies_leave_before_pushes(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit, people=2)
        early = NOW - timedelta(hours=1)
        await unit.deliveries.plan([owed(1, address="a1", lane=Lane.PUSH, due_at=early, step="reminder"), owed(2)])
    assert [each.id for each in await claimed(storage, limit=1)] == ["m2"]


async def test_what_a_stopped_sender_left(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit, people=3)
        push = {"lane": Lane.PUSH, "step": "reminder"}
        await unit.deliveries.plan([owed(1), owed(2, address="a1", **push), owed(3, address="a2", **push)])
    taken = {each.id: each for each in await claimed(storage)}
    async with storage.unit() as unit:
        await unit.deliveries.sending(
            [taken[DeliveryId("m1")], taken[DeliveryId("m2")]], now=NOW, lease=timedelta(seconds=120)
        )
    async with storage.unit() as unit:
        counts = await unit.deliveries.recover(NOW + timedelta(seconds=90), everything=False)
        assert (counts["released"], counts["repeated"], counts["uncertain"]) == (1, 0, 0)
    async with storage.unit() as unit:
        counts = await unit.deliveries.recover(NOW + timedelta(seconds=121), everything=False)
        assert (counts["released"], counts["repeated"], counts["uncertain"]) == (0, 1, 1)
    async with storage.reading() as unit:
        assert (await unit.readouts.steps(ConsultationId("pool")))["reminder"] == {"planned": 1, "uncertain": 1}
        assert await unit.readouts.left_out(ConsultationId("pool")) == {"may_have_arrived": 1}


async def test_a_stopped_campaign_owes_no_push_any_more_and_keeps_its_replies(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit, people=2)
        await unit.deliveries.plan([owed(1), owed(2, address="a1", lane=Lane.PUSH, step="reminder")])
        assert await unit.deliveries.withdraw(Reason.CAMPAIGN_STOPPED, consultation=ConsultationId("pool")) == 1
    assert [each.id for each in await claimed(storage)] == ["m1"]


async def test_a_claim_that_was_taken_back_is_noticed(storage: Storage) -> None:
    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.deliveries.plan([owed(1, lane=Lane.PUSH, step="reminder")])
    taken = await claimed(storage)
    async with storage.unit() as unit:
        assert await unit.deliveries.still_claimed(taken) == {"m1"}
        await unit.deliveries.withdraw(Reason.OPTED_OUT, citizen=CitizenId("c0"))
        assert await unit.deliveries.still_claimed(taken) == set()


async def test_who_says_stop_while_a_push_is_stamped_is_told_that_it_left_or_gets_none(storage: Storage) -> None:
    async def stopped() -> int:
        async with storage.unit() as unit:
            return await unit.deliveries.withdraw(Reason.OPTED_OUT, citizen=CitizenId("c0"))

    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.deliveries.plan([owed(1, lane=Lane.PUSH, step="reminder")])
    taken = await claimed(storage)
    async with storage.unit() as unit:
        assert await unit.deliveries.still_claimed(taken) == {"m1"}
        stop = asyncio.create_task(stopped())
        await asyncio.wait({stop}, timeout=0.3)  # as far as it comes
        await unit.deliveries.sending(taken, now=NOW, lease=timedelta(seconds=60))
    assert await stop == 0, "what is in the air was not taken back"
    async with storage.reading() as unit:
        assert (await unit.readouts.steps(ConsultationId("pool")))["reminder"] == {"sending": 1}


async def test_consent_is_given_taken_back_and_given_again(storage: Storage) -> None:
    citizen, pool = CitizenId("c0"), ConsultationId("pool")
    async with storage.unit() as unit:
        await settled_town(unit)
        await unit.people.give_consents([(citizen, pool, Purpose.RESULTS, 1)], NOW)
        assert (await unit.people.consents([citizen]))[citizen] == {(pool, Purpose.RESULTS)}
        await unit.people.give_consents([(citizen, pool, Purpose.RESULTS, 1)], NOW + timedelta(minutes=1))
        assert await unit.people.consent_log(citizen) == [(pool, Purpose.RESULTS, NOW, None)], "it stands since then"
        await unit.people.revoke_consent(
            citizen, Purpose.RESULTS, NOW + timedelta(minutes=1), consultation=ConsultationId("park")
        )
        await unit.people.revoke_consent(citizen, Purpose.REMINDERS, NOW + timedelta(minutes=1))
        assert (await unit.people.consents([citizen]))[citizen] == {(pool, Purpose.RESULTS)}, "another agreement"
        await unit.people.revoke_consent(citizen, Purpose.RESULTS, NOW + timedelta(minutes=1))
        assert (await unit.people.consents([citizen]))[citizen] == set()
        assert await unit.people.consent_log(citizen) == [(pool, Purpose.RESULTS, NOW, NOW + timedelta(minutes=1))]
        await unit.people.give_consents([(citizen, pool, Purpose.RESULTS, 1)], NOW + timedelta(minutes=2))
        assert await unit.people.consent_log(citizen) == [(pool, Purpose.RESULTS, NOW + timedelta(minutes=2), None)]


async def test_every_kind_of_body_comes_back_as_it_was(storage: Storage) -> None:
    edit = owed(2, address="a1", lane=Lane.STAFF, body=DigestRef("g", edits="C1:17.5"))
    async with storage.unit() as unit:
        await settled_town(unit, people=2)
        await unit.deliveries.plan([owed(1), edit])
    assert {each.id: each.body for each in await claimed(storage)} == {"m1": owed(1).body, "m2": edit.body}


async def test_a_naive_time_is_refused(storage: Storage) -> None:
    with pytest.raises(sa.exc.StatementError):
        async with storage.unit() as unit:
            await unit.people.put_partner(TOWN, {}, datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.filterwarnings("ignore:autogenerate skipping")
async def test_migrations_end_where_the_tables_are_declared(storage: Storage) -> None:
    """The schema in code and the one that migrations build are the same; SQLite has no index on words."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(_thing: object, name: str | None, *_: object) -> bool:
        return name != "ix_contributions_words" or storage.dialect == "postgresql"

    async with storage.reading() as unit:
        differences = await unit.connection.run_sync(
            lambda connection: compare_metadata(
                MigrationContext.configure(connection, opts={"include_object": ours}), metadata
            )
        )
    assert differences == []


async def test_a_second_writer_of_one_file_is_refused(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path, tables=False)):
        with pytest.raises(AlreadyRunning, match=r"already writes test\.db"):
            async with open_storage(sqlite_url(tmp_path, tables=False)):
                pass
        async with open_storage(sqlite_url(tmp_path, tables=False), readonly=True) as second, second.reading() as unit:
            assert await unit.people.partner_name(TOWN) == {}


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    path.write_bytes(b"this is not a database at all, but somebody's letter\n" * 50)
    before = path.read_bytes()
    with pytest.raises(StorageError, match="bring the last copy back"):
        async with open_storage(sqlite_url(tmp_path, tables=False)):
            pass
    assert path.read_bytes() == before


async def test_the_database_file_is_private(tmp_path: Path) -> None:
    async with open_storage(sqlite_url(tmp_path, tables=False)):
        assert (tmp_path / "test.db").stat().st_mode & 0o077 == 0


def test_half_of_a_surrogate_pair_is_read_back_from_sqlite() -> None:
    """One that was kept must not make its row unreadable for ever."""
    assert from_json(json.dumps({"said": "a\ud800b"})) == {"said": "a\ud800b"}
