"""What the one door out must bear: a database in trouble for a moment, rows without sense, neighbours that wait."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.model.consultations import Anchor, Moment, Step, StepKind
from core.model.deliveries import Delivery, Lane, Phrase, Spec, State
from core.model.dialogues import Stage
from core.model.errors import StorageError
from core.model.ids import AddressId, CitizenId, ConsultationId, DeliveryId
from core.model.messages import Halted, Message, Moved, Outbound, Outcome, Sent, Uncertain
from core.model.people import Address, Citizen
from core.rules.pacing import TELEGRAM, Limits
from core.storage.engine import Storage
from core.storage.schema import deliveries
from tests.builders import START, StillClock, consultation
from tests.integration.review.village import Line, Village

POOL = replace(consultation(), steps=(), sources={})
OTHER = replace(POOL, id="campus", partner=replace(POOL.partner, id="campus"))


def owed(village: Village, chat: str, *, lane: Lane = Lane.REPLY, partner: str = "town", **changes: object) -> Delivery:
    now = village.clock.now()
    key = f"{partner}-{chat}-{lane}-{next(village.numbers)}"
    whole = Delivery(
        id=DeliveryId(key),
        key=key,
        account=village.accounts[partner],
        address=AddressId(f"{partner}-{chat}"),
        lane=lane,
        body=Spec((Phrase("text.own", {"text": key}),)),
        language="fr",
        due_at=now,
        planned_at=now,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields of one dataclass


async def owes(village: Village, some: Sequence[Delivery]) -> None:
    """With the addresses it goes to, and a citizen behind each."""
    async with village.storage.unit() as unit:
        chats = {each.address: each.account for each in some}
        await unit.people.put_citizens(
            [Citizen(CitizenId(f"c-{address}"), POOL.partner.id, "fr", "Europe/Paris") for address in chats],  # type: ignore[arg-type]
            village.clock.now(),
        )
        rows = [
            (Address(address, account, address.partition("-")[2]), CitizenId(f"c-{address}"))
            for address, account in chats.items()
        ]
        await unit.people.add_addresses(rows)
        await unit.deliveries.plan([replace(each, citizen=CitizenId(f"c-{each.address}")) for each in some])


async def states(storage: Storage) -> dict[str, str]:
    async with storage.reading() as unit:
        rows = await unit.connection.execute(sa.select(deliveries.c.id, deliveries.c.state))
        return {row.id: row.state for row in rows}


@asynccontextmanager
async def in_trouble(storage: Storage, state: State) -> AsyncIterator[None]:
    """The database itself does not let any delivery become `state` for now: it cannot write."""
    if storage.dialect == "sqlite":
        when, end = f"WHEN NEW.state = '{state}' BEGIN SELECT no_such_function(); END", ["DROP TRIGGER refusing"]
        begin = [f"CREATE TRIGGER refusing BEFORE UPDATE ON deliveries {when}"]
    else:
        begin = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.state = '{state}' THEN RAISE EXCEPTION 'refused' USING ERRCODE = '53100'; END IF;"
            " RETURN NEW; END $$",
            "CREATE TRIGGER refusing BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse()",
        ]
        end = ["DROP TRIGGER refusing ON deliveries", "DROP FUNCTION refuse"]
    await _run(storage, begin)
    try:
        yield
    finally:
        await _run(storage, end)


async def _run(storage: Storage, statements: Sequence[str]) -> None:
    async with storage.unit() as unit:
        for statement in statements:
            await unit.connection.execute(sa.text(statement))


async def test_what_arrived_while_the_database_failed_is_settled_later_and_sent_once(village: Village) -> None:
    line = await village.starts(POOL)
    first, second = owed(village, "anna"), owed(village, "anna")
    await owes(village, [first, second])
    async with in_trouble(village.storage, State.SENT):
        with pytest.raises(StorageError):
            await village.house.outbox.send_due()
    await village.house.outbox.send_due()
    assert await states(village.storage) == {first.id: "sent", second.id: "sent"}
    assert [message.reference for message in line.to("anna")] == [first.id, second.id]


async def test_a_database_that_refuses_for_a_while_costs_no_capacity(village: Village) -> None:
    line = await village.starts(POOL, Limits(most=3, burst=3))
    some = [owed(village, f"chat{n}") for n in range(6)]
    await owes(village, some)
    async with in_trouble(village.storage, State.SENDING):
        for _ in range(5):
            with pytest.raises(StorageError):
                await village.house.outbox.send_due()
            village.clock.at += timedelta(seconds=2)
    began = village.clock.at
    await village.house.outbox.send_due()
    assert len(line.arrived) == 6
    assert village.clock.at - began < timedelta(seconds=10)


async def test_a_message_that_cannot_be_put_into_words_stops_no_other(village: Village) -> None:
    line = await village.starts(POOL)
    strange = owed(village, "anna", body=Spec((Phrase("no.such.words", {}),)))
    torn, fine = owed(village, "cleo"), owed(village, "ben")
    await owes(village, [strange, torn, fine])
    async with village.storage.unit() as unit:
        await unit.connection.execute(
            sa.update(deliveries).where(deliveries.c.id == torn.id).values(body={"of": "another version"})
        )
    await village.house.outbox.send_due()
    assert [chat for chat, _ in line.arrived] == ["ben"]
    assert await states(village.storage) == {strange.id: "failed", torn.id: "failed", fine.id: "sent"}


async def test_one_account_in_trouble_keeps_no_other_waiting(village: Village) -> None:
    """A bot with two hundred replies is asked to wait a minute; an alert of another account leaves at once."""
    town, campus = await village.starts(POOL, TELEGRAM), await village.starts(OTHER)
    until = village.clock.at + timedelta(minutes=1)

    def halted(_address: Address, _message: Outbound) -> Outcome:
        now = village.clock.at
        return Halted(until - now) if now < until else Sent("1")

    town.says = halted
    at: list[timedelta] = []
    began = village.clock.at

    def noted(_address: Address, _message: Outbound) -> Outcome:
        at.append(village.clock.at - began)
        return Sent("1")

    campus.says = noted
    await owes(village, [owed(village, f"chat{n}") for n in range(200)])
    await owes(
        village, [owed(village, "staff", lane=Lane.STAFF, partner="campus", due_at=began + timedelta(seconds=3))]
    )
    await village.house.outbox.send_due()
    assert at and at[0] < timedelta(seconds=10)
    assert set((await states(village.storage)).values()) == {"sent"}


async def test_a_reply_overtakes_what_waits_for_its_pace(village: Village) -> None:
    await village.starts(POOL, Limits(most=4, burst=4))
    order: list[Lane] = []

    class Telling(Line):
        async def send(self, address: Address, message: Outbound, /) -> Outcome:
            assert isinstance(message, Message)
            order.append(Lane.REPLY if "-reply-" in message.reference else Lane.STAFF)
            if len(order) == 6:
                await owes(village, [owed(village, f"late{n}") for n in range(8)])
            return Sent("1")

    village.house.channels[village.accounts["town"]] = Telling()
    await owes(village, [owed(village, f"room{n}", lane=Lane.STAFF) for n in range(40)])
    await village.house.outbox.send_due()
    first = order.index(Lane.REPLY)
    assert order[first : first + 8] == [Lane.REPLY] * 8


async def test_a_chat_that_moved_onto_a_known_one_is_given_up_and_blocks_nobody(village: Village) -> None:
    line = await village.starts(POOL)

    def moves(address: Address, _message: Outbound) -> Outcome:
        return Moved("ben") if address.external_id == "anna" else Sent("1")

    line.says = moves
    await owes(village, [owed(village, "anna"), owed(village, "ben")])
    await village.house.outbox.send_due()
    assert sorted((await states(village.storage)).values()) == ["sent", "unreachable"]


async def test_a_platform_in_trouble_does_not_burn_a_whole_broadcast(village: Village) -> None:
    """What may have arrived is never pushed again: so when answers get lost, the others wait."""
    reminder = Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL))
    village.clock.at = START + timedelta(hours=4)
    line = await village.starts(replace(POOL, steps=(reminder,)), Limits(most=5, burst=3))
    for number in range(40):
        await village.agrees(f"chat{number}")
    village.clock.at += timedelta(days=1)
    await village.house.planning.plan_due()
    over = village.clock.at + timedelta(minutes=3)
    line.says = lambda _address, _message: Uncertain("502") if village.clock.at < over else Sent("1")
    await village.house.settle()
    async with village.storage.reading() as unit:
        steps = await unit.readouts.steps(ConsultationId("pool"))
    assert steps["reminder"]["uncertain"] <= 5 + 5, "those in the air, and one now and then"
    assert steps["reminder"]["uncertain"] + steps["reminder"]["sent"] == 40


async def test_one_row_that_cannot_be_settled_is_left_alone_and_the_others_are(village: Village) -> None:
    line = await village.starts(POOL)
    strange, fine = owed(village, "anna"), owed(village, "ben")
    await owes(village, [strange, fine])
    line.says = lambda address, _message: Sent("refused" if address.external_id == "anna" else "1")
    if village.storage.dialect == "sqlite":
        when = "WHEN NEW.external_id = 'refused' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        refuse = [f"CREATE TRIGGER refusing BEFORE UPDATE ON deliveries {when}"]
    else:
        refuse = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.external_id = 'refused' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER refusing BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse()",
        ]
    await _run(village.storage, refuse)
    await village.house.outbox.send_due()
    assert await states(village.storage) == {strange.id: "sending", fine.id: "sent"}


async def test_a_send_that_a_library_cancels_is_uncertain_and_stops_nothing(village: Village) -> None:
    await village.starts(POOL)

    class Cancelling(Line):
        async def send(self, address: Address, message: Outbound, /) -> Outcome:
            if address.external_id == "room":
                raise asyncio.CancelledError
            return await super().send(address, message)

    village.house.channels[village.accounts["town"]] = Cancelling()
    staff, reply = owed(village, "room", lane=Lane.STAFF), owed(village, "ben")
    await owes(village, [staff, reply])
    await village.house.outbox.send_due()
    assert await states(village.storage) == {staff.id: "uncertain", reply.id: "sent"}


async def test_who_finishes_while_their_reminder_waits_for_its_pace_gets_none(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform asks two of three to wait a minute, and so the bot as a whole: the third one waits at hand."""
    step = Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL))
    line = await village.starts(replace(consultation(), steps=(step,), sources={}), Limits(most=1, burst=1))
    village.clock.at += timedelta(hours=5)  # it is quiet before nine
    for chat in ("anna", "ben", "cleo"):
        await village.agrees(chat)
    village.clock.at += timedelta(days=1)
    await village.house.planning.plan_due()
    line.arrived.clear()
    asked: list[str] = []
    finishing: list[asyncio.Task[None]] = []

    async def finish() -> None:
        async with village.storage.unit() as unit:
            page = await unit.dialogues.unplanned(ConsultationId("pool"), "none", list(Stage), after=None, limit=9)
            for each in (await unit.dialogues.get([one.dialogue for one in page if one.dialogue])).values():
                done = replace(each.dialogue, stage=Stage.FINISHED, finished_at=village.clock.at)
                await unit.dialogues.save([replace(each, dialogue=done)], {})

    def says(address: Address, _message: Outbound) -> Outcome:
        asked.append(address.external_id)
        if len(asked) == 2:
            finishing.append(asyncio.create_task(finish()))
        return Halted(timedelta(minutes=1))

    async def sleep(clock: StillClock, seconds: float) -> None:
        for each in finishing:
            await asyncio.shield(each)
        await asleep(clock, seconds)

    line.says, asleep = says, StillClock.sleep
    monkeypatch.setattr(StillClock, "sleep", sleep)
    await village.house.settle()
    await finishing[0]
    await village.later(minutes=5)
    assert len(asked) == 2, "whoever finished is not written to any more"
