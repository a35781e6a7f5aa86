"""What a sender that stopped had in its hands goes on; what a living one holds is sent once, however long it waits."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from config.system import SystemChance
from core.model.deliveries import Delivery, Lane, Phrase, Spec, State, settle
from core.model.ids import DeliveryId
from core.model.messages import Halted, NotSent, Outbound, Outcome, Rejected, Sent, Uncertain
from core.model.people import Address
from core.rules.pacing import TELEGRAM, Pace
from core.storage.engine import Storage
from core.work.outbox import LEASE, LOOK_BACK, SENDING_LEASE, TERM, Outbox
from core.work.ports import Channel, Clock
from tests.builders import NOW, Person, StillClock, account, consultation, person, start

TELEGRAM_ACCOUNT = account("town", "telegram")


@dataclass(slots=True)
class Carried:
    """A channel that remembers which deliveries it was given."""

    references: list[str] = field(default_factory=list)

    async def send(self, _address: Address, message: Outbound, /) -> Outcome:
        self.references.append(getattr(message, "reference", ""))
        return Sent(str(len(self.references)))


@dataclass(frozen=True, slots=True)
class PlainWords:
    languages: tuple[str, ...] = ("fr",)

    def say(self, key: str, language: str, params: object = None, /) -> str:
        return key


def reply(number: int, to: Person) -> Delivery:
    return Delivery(
        id=DeliveryId(f"reply-{number}"),
        key=f"reply:{number}",
        account=to.account,
        address=to.address,
        lane=Lane.REPLY,
        body=Spec((Phrase("text.own", {"text": "Bonjour"}),)),
        language="fr",
        due_at=NOW,
        planned_at=NOW,
        citizen=to.citizen,
    )


@dataclass(slots=True)
class Disturbed:
    """A clock on which time passes quickly, and with it the rounds of another sender."""

    clock: StillClock
    other: Outbox

    def now(self) -> datetime:
        return self.clock.now()

    async def sleep(self, _seconds: float) -> None:
        self.clock.at += timedelta(seconds=5)
        if self.clock.at < NOW + 4 * LEASE:
            await self.other.send_due()


@dataclass(slots=True)
class Stalls:
    """A clock on which the first wait takes so long that another sender takes over."""

    clock: StillClock
    other: Outbox
    slept: bool = False

    def now(self) -> datetime:
        return self.clock.now()

    async def sleep(self, _seconds: float) -> None:
        self.clock.at += timedelta(seconds=1)
        if not self.slept:
            self.slept = True
            self.clock.at += TERM + LOOK_BACK
            await self.other.send_due()


def outbox(storage: Storage, clock: Clock, channel: Channel, pace: Pace | None = None) -> Outbox:
    paces = {TELEGRAM_ACCOUNT: pace or Pace(TELEGRAM)}
    return Outbox(storage, {TELEGRAM_ACCOUNT: channel}, paces, clock, PlainWords(), {}, SystemChance())


async def owe(storage: Storage) -> None:
    """A first and a second reply to the same person."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna")
        await unit.deliveries.plan([reply(1, anna), reply(2, anna)])


async def more(storage: Storage, number: int) -> Person:
    async with storage.unit() as unit:
        anna = await person(unit, "anna")
        await unit.deliveries.plan([reply(number, anna)])
    return anna


@pytest.mark.parametrize("sending", [False, True], ids=["claimed", "sending"])
async def test_what_a_dead_sender_held_is_sent_when_its_lease_is_over(storage: Storage, *, sending: bool) -> None:
    await owe(storage)
    async with storage.unit() as unit:
        await unit.senders.hold([TELEGRAM_ACCOUNT], "dead", now=NOW, until=NOW + TERM)
        dead = await unit.deliveries.claim([TELEGRAM_ACCOUNT], list(Lane), now=NOW, lease=LEASE, limit=9, epoch=1)
        if sending:
            await unit.deliveries.sending(dead, now=NOW, lease=SENDING_LEASE)
    clock, channel = StillClock(NOW), Carried()
    living = outbox(storage, clock, channel)
    assert not await living.send_due(), "nothing is ours before its term is over"
    clock.at = NOW + TERM + LOOK_BACK
    await living.send_due()
    assert channel.references == ["reply-1", "reply-2"]


@dataclass(slots=True)
class Sleepless:
    """A clock on which no wait ever ends by itself."""

    clock: StillClock

    def now(self) -> datetime:
        return self.clock.now()

    async def sleep(self, _seconds: float) -> None:
        await asyncio.Event().wait()


@dataclass(slots=True)
class HangsFirst:
    """A platform that answers the first message only when the second one is there."""

    second: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[str] = field(default_factory=list)

    async def send(self, _address: Address, message: Outbound) -> Outcome:
        self.seen.append(getattr(message, "reference", ""))
        if len(self.seen) == 1:
            await self.second.wait()
        self.second.set()
        return Sent(str(len(self.seen)))


async def test_a_message_that_hangs_keeps_no_new_reply_waiting(storage: Storage) -> None:
    """Whoever owes it says so, and it leaves at once."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        await unit.deliveries.plan([reply(1, await person(unit, "anna"))])
    channel = HangsFirst()
    living = outbox(storage, Sleepless(StillClock(NOW)), channel)
    sending = asyncio.create_task(living.send_due())
    while not channel.seen:  # noqa: ASYNC110  # a channel has no event that says who asked it
        await asyncio.sleep(0)
    async with storage.unit() as unit:
        await unit.deliveries.plan([reply(2, await person(unit, "ben"))])
    living.woken.set()
    await sending
    assert channel.seen == ["reply-1", "reply-2"]


async def test_our_own_message_whose_lease_is_over_is_sent_again(storage: Storage) -> None:
    """We stalled, and nobody took over: what we held is looked for all the same."""
    await owe(storage)
    clock, channel = StillClock(NOW), Carried()
    living = outbox(storage, clock, channel)
    async with storage.unit() as unit:
        await unit.deliveries.claim([TELEGRAM_ACCOUNT], list(Lane), now=NOW, lease=LEASE, limit=9)
    clock.at = NOW + LEASE + LOOK_BACK
    await living.send_due()
    assert channel.references == ["reply-1", "reply-2"]


async def test_of_two_senders_one_sends_until_it_leaves(storage: Storage) -> None:
    await owe(storage)
    clock, first, second = StillClock(NOW), Carried(), Carried()
    one, other = outbox(storage, clock, first), outbox(storage, clock, second)
    await one.send_due()
    anna = await more(storage, 3)
    assert not await other.send_due()
    assert second.references == []
    await one.leave()
    clock.at += LOOK_BACK
    await other.send_due()
    assert (first.references, second.references) == (["reply-1", "reply-2"], ["reply-3"])
    await more(storage, 4)
    await one.send_due()
    assert first.references == ["reply-1", "reply-2"], "the term is the other's now"
    async with storage.reading() as unit:
        states = [state for _, _, state, _ in await unit.deliveries.of_citizen(anna.citizen)]
    assert states == ["sent", "sent", "sent", "planned"]


async def test_a_sender_that_stalled_is_fenced_at_the_last_moment(storage: Storage) -> None:
    """It claimed, slept for a minute, and wakes up at the very step before the bytes leave."""
    await owe(storage)
    clock, taken = StillClock(NOW), Carried()
    other = outbox(storage, clock, taken)
    stalled = Carried()
    pace = Pace(TELEGRAM, halted_until=NOW + TERM + LOOK_BACK)
    await outbox(storage, Stalls(clock, other), stalled, pace).send_due()
    assert (stalled.references, taken.references) == ([], ["reply-1", "reply-2"])


async def test_good_news_of_a_stalled_sender_is_kept(storage: Storage) -> None:
    """A push that may have arrived did: the first sender wakes up and says so."""
    await owe(storage)
    async with storage.unit() as unit:
        anna = await person(unit, "bob")
        push = replace(reply(9, anna), lane=Lane.PUSH)
        await unit.deliveries.plan([push])
        await unit.senders.hold([TELEGRAM_ACCOUNT], "first", now=NOW, until=NOW + TERM)
        (held,) = await unit.deliveries.claim([TELEGRAM_ACCOUNT], [Lane.PUSH], now=NOW, lease=LEASE, limit=9, epoch=1)
        await unit.deliveries.sending([held], now=NOW, lease=SENDING_LEASE)
    clock = StillClock(NOW + TERM)
    await outbox(storage, clock, Carried()).send_due()
    async with storage.unit() as unit:
        assert [state for *_, state, _ in await unit.deliveries.of_citizen(anna.citizen)] == ["uncertain"]
        await unit.deliveries.save([settle(replace(held, state=State.SENDING), Rejected("no"), now=clock.at)])
        assert [state for *_, state, _ in await unit.deliveries.of_citizen(anna.citizen)] == ["uncertain"]
        await unit.deliveries.save([settle(replace(held, state=State.SENDING), Sent("7"), now=clock.at)])
        assert [state for *_, state, _ in await unit.deliveries.of_citizen(anna.citizen)] == ["sent"]


async def test_what_was_learnt_of_the_pace_outlives_the_program(storage: Storage) -> None:
    await owe(storage)
    clock = StillClock(NOW)
    slow = outbox(storage, clock, Carried(), Pace(TELEGRAM, estimate=11))
    await slow.send_due()
    await slow.leave()
    clock.at += timedelta(minutes=5)
    again = outbox(storage, clock, Carried())
    await again.send_due()
    assert again.paces[TELEGRAM_ACCOUNT].estimate == 11


async def test_what_waits_for_its_pace_longer_than_its_lease_is_sent_once(storage: Storage) -> None:
    """Another process looks for what was left behind all the while, and would send it at once."""
    await owe(storage)
    carried, taken = Carried(), Carried()
    clock = StillClock(NOW)
    other = outbox(storage, clock, taken)
    halted = Pace(TELEGRAM, halted_until=NOW + 5 * LEASE)
    patient = outbox(storage, Disturbed(clock, other), carried, halted)
    await patient.send_due()
    assert (carried.references, taken.references) == (["reply-1", "reply-2"], [])


@pytest.mark.parametrize(
    "late", [Uncertain("timeout"), NotSent("refused"), Halted(timedelta(seconds=3)), Rejected("bad")], ids=repr
)
async def test_old_news_of_a_stalled_sender_does_not_send_again(storage: Storage, late: Outcome) -> None:
    """It wakes up after another took its message over and sent it: what it heard counts no more."""
    await owe(storage)
    async with storage.unit() as unit:
        (held,) = await unit.deliveries.claim([TELEGRAM_ACCOUNT], list(Lane), now=NOW, lease=LEASE, limit=9)
        await unit.deliveries.sending([held], now=NOW, lease=SENDING_LEASE)
    clock, channel = StillClock(NOW + SENDING_LEASE + LOOK_BACK), Carried()
    living = outbox(storage, clock, channel)
    await living.send_due()
    async with storage.unit() as unit:
        await unit.deliveries.save([settle(replace(held, state=State.SENDING), late, now=clock.at)])
    clock.at += timedelta(hours=1)
    await living.send_due()
    assert channel.references == ["reply-1", "reply-2"]
    async with storage.reading() as unit:
        assert held.citizen is not None
        assert [state for _, _, state, _ in await unit.deliveries.of_citizen(held.citizen)] == ["sent", "sent"]


async def test_several_are_settled_in_one_go(storage: Storage) -> None:
    """As a busy outbox does it: many rows, one statement."""
    await owe(storage)
    async with storage.unit() as unit:
        held = await unit.deliveries.claim([TELEGRAM_ACCOUNT], list(Lane), now=NOW, lease=LEASE, limit=9)
        await unit.deliveries.save([replace(each, state=State.PLANNED, detail="again") for each in [*held, *held]])
    async with storage.reading() as unit:
        citizen = held[0].citizen
        assert citizen is not None
        assert {state for _, _, state, _ in await unit.deliveries.of_citizen(citizen)} == {"planned"}
