"""The one door out: claims what is due, asks again whether it may go, sends it at the platform's pace, settles it.

    claim ─▶ (taken back? not eligible? quiet hours?) ─▶ wait for the pace ─▶ stamp `sending` ─▶ send ─▶ settle
                    └─▶ skipped | cancelled | later

Nothing else calls `send`, and of two programs only the one that holds an account's term does. Replies are claimed first
and never wait behind pushes; one address gets its messages in order. A stopped process leaves rows behind: `recover`
says what becomes of them, at the start and now and then, because another process may stop at any time. What waits here
for its pace keeps its lease; a push that waits long is given back, and asked about again.

A push whose step may pay goes at the paid pace. It is counted in the transaction that stamps it (`purse.py`); beyond
the ceiling, or when the platform does not take it as paid, it goes at the free pace.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.model.copies import altered
from core.model.deliveries import Delivery, Lane, Reason, State, moved, settle
from core.model.errors import StorageError
from core.model.ids import AccountId
from core.model.messages import Halted, Message, Moved, NotSent, Outbound, Outcome, Rejected, Uncertain, Unreachable
from core.model.people import Address
from core.rules.doubt import NO_DOUBT, Doubt, after
from core.rules.pacing import ASK_AGAIN, LONG_AGO, NOTHING, Pace, halted, observed, permits, sending
from core.storage.engine import Storage
from core.storage.senders import Learnt
from core.storage.unit import Unit
from core.work.composing import compose
from core.work.ports import Chance, Channel, Clock, Words
from core.work.pushes.purse import give_back, left, purse_of, take
from core.work.pushes.verdicts import PAUSED_FOR, verdicts
from core.work.session import Library

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
SENDING_LEASE = timedelta(seconds=120)
REPLIES_AT_HAND = 128
PUSHES_AT_HAND = 32
"""Taken anew when half are gone: pushes leave one by one, and to claim them so would cost more than to send them."""
PAID_AT_HAND = 128
"""The same of pushes that are paid for: what leaves in an eighth of a second. Twice as many cost a little less, and an
answer that comes while they are claimed waits twice as long."""
NOT_SOLD_FOR = timedelta(minutes=10)
"""After the platform did not take a message as paid (no Stars left, not allowed), nothing is tried so for this time."""
LOOK_BACK = timedelta(seconds=20)
"""How often leases are renewed and those that are over are looked for: well before one of ours ends. A push that waited
for its pace so long is asked about again: who finished meanwhile needs no reminder."""
TERM = timedelta(seconds=60)
"""How long we hold an account without a word of ours. Whoever stalls for longer finds it taken over."""
LOOK_AGAIN = 0.2
"""Seconds: a message that hangs in the air must not keep new replies waiting."""
AHEAD = timedelta(milliseconds=5)
"""A push that is paid for is stamped so long before its place is free, about what a commit takes, and waits in the air:
at a thousand a second each millisecond counts. When the process dies meanwhile, five more of them are uncertain."""
TICK = 0.001
"""Seconds: no clock of an event loop waits for less."""
NO_WORDS = "it cannot be put into words: it was planned by another version of the program"
_ORDER = {lane: place for place, lane in enumerate(Lane)}


@dataclass(slots=True)
class _Ready:
    """A claimed delivery with everything that sending needs. `asked_at`: when it was, whether it may go."""

    delivery: Delivery
    address: Address
    message: Outbound
    asked_at: datetime
    paid: bool = False
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """`at`: when it came; we may be busy for a while before we look, and the pace counts from the answer."""

    outcome: Outcome
    sent_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class _Landed:
    """A delivery that was in the air, what became of it, when we heard, and whether it may have cost."""

    delivery: Delivery
    outcome: Outcome
    at: datetime
    paid: bool


@dataclass(slots=True)
class Outbox:
    """`paces`: one an account. `library`: revisions read so far. `woken`: something new is owed, or came down.

    What is at hand outlives a round that fails: claimed, in the air, or down and not yet settled. Each of these is in
    one place only, and is tried again by the next round.
    """

    storage: Storage
    channels: Mapping[AccountId, Channel]
    paces: MutableMapping[AccountId, Pace]
    clock: Clock
    words: Words
    library: Library
    chance: Chance
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: Callable[[], bool] = lambda: False
    _waiting: list[_Ready] = field(default_factory=list)
    _flying: dict[asyncio.Task[_Answer], _Ready] = field(default_factory=dict)
    _landed: list[_Landed] = field(default_factory=list)
    _doubts: dict[AccountId, Doubt] = field(default_factory=dict)
    _looked_back_at: datetime | None = None
    _name: str = field(init=False)
    _held: dict[AccountId, int] = field(default_factory=dict)
    _asked_for: frozenset[AccountId] = frozenset()
    _paying: set[AccountId] = field(default_factory=set)
    _not_sold_until: dict[AccountId, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._name = self.chance.token()

    async def recover(self, *, everything: bool) -> Counter[str]:
        """What a stopped sender left behind; `everything` when no other sender can be alive. To be called before the
        first sending: what is in our own hands counts as left behind."""
        now = self.clock.now()
        async with self.storage.unit(spare=True) as unit:
            if everything:
                await unit.senders.free(now)
            return await unit.deliveries.recover(now, everything=everything)

    async def leave(self) -> None:
        """Stopping, when nothing is in the air any more: the next sender need not wait for the end of our term."""
        async with self.storage.unit(spare=True, brief=True) as unit:
            await unit.senders.learn(self._name, self._learnt())
            await unit.senders.free(self.clock.now(), self._name)

    def _learnt(self) -> dict[AccountId, Learnt]:
        found = {}
        for account in self._held:
            pace = self.paces[account]
            slower = pace.estimate if pace.estimate < pace.limits.most else 0
            found[account] = Learnt(slower, halted(pace, now=self.clock.now()))
        return found

    async def send_due(self) -> Counter[State]:
        """Sends until nothing is due any more. Counts the states that deliveries ended in."""
        counts = await self._land()
        while True:
            await self._look_back()
            self.woken.clear()  # what is owed by now is seen by the next look
            moved_on, wait = False, None
            for lane in Lane:  # answers have left before anything is asked about pushes
                moved_on |= not self.stopping() and await self._claim(lane, counts)
                ready, self._waiting, wait = self._permitted(self._waiting)
                if ready:
                    await self._take_off(ready)
            if self._flying or (self._waiting and not self.stopping()):
                await self._pause(wait)
                counts += await self._land()
            elif not moved_on:
                await self._release()
                return counts

    async def _look_back(self) -> None:
        """Keeps what we hold, takes the accounts that are free, and frees what somebody who stopped held."""
        now, accounts = self.clock.now(), frozenset(self.channels)
        since = now - self._looked_back_at if self._looked_back_at is not None else LOOK_BACK
        set_back = since < timedelta(0)  # the clock: a term that ends in an hour would keep others waiting
        if not set_back and since < LOOK_BACK and accounts == self._asked_for:
            return
        waited = [
            each for each in self._waiting if each.delivery.lane is Lane.PUSH and now - each.asked_at >= LOOK_BACK
        ]
        kept = [each for each in self._waiting if each not in waited]
        at_hand = [each.delivery for each in (*self._waiting, *self._flying.values())]
        at_hand += [each.delivery for each in self._landed]
        async with self.storage.reading(brief=True) as unit:
            fresh = await unit.senders.held(accounts, self._name, now + TERM / 2)
            if (
                not set_back
                and not at_hand
                and len(fresh) == len(accounts)
                and not await unit.deliveries.left_behind(now)
            ):
                self._held, self._looked_back_at, self._asked_for = fresh, now, accounts
                return
        async with self.storage.unit(spare=True, brief=True) as unit:
            held = await unit.senders.hold(accounts, self._name, now=now, until=now + TERM)
            learnt = await unit.senders.learnt([account for account in held if account not in self._held])
            await unit.deliveries.renew(at_hand, now + SENDING_LEASE)
            await self._give_back(unit, waited)
            await unit.deliveries.recover(now, everything=False)
            await unit.senders.learn(self._name, self._learnt())
        self._held, self._looked_back_at, self._asked_for, self._waiting = held, now, accounts, kept
        for account, each in learnt.items():
            if each != Learnt():
                limits = self.paces[account].limits
                self.paces[account] = Pace(limits, each.estimate, each.halted_until or LONG_AGO)

    # ── claim ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _claim(self, lane: Lane, counts: Counter[State]) -> bool:
        """Takes what is due in this lane to hand. True when a row left the queue, so that the next one may be due.
        Answers that may leave at once do: their claim is their stamp, and somebody waits for each commit. What staff
        are shown is read when it is claimed, of however many contributions, and that is not brief.

        Each account has its own room, so that one that is asked to wait keeps no other waiting; replies have more of it
        than pushes, so that a broadcast never takes a reply's place at hand.
        """
        now = self.clock.now()
        at_hand = [each.delivery for each in (*self._waiting, *self._flying.values())]
        held = Counter(each.account for each in at_hand if each.lane is lane)
        room = {account: self._room(account, lane, held[account]) for account in self.channels}
        roomy = [account for account, limit in room.items() if limit > 0 and account in self._held]
        async with self.storage.reading(brief=True) as unit:
            if not roomy or not await unit.deliveries.is_due(roomy, [lane], now):
                return False
        moved_on = False
        going: list[_Ready] = []
        ready: list[_Ready] = []
        try:
            async with self.storage.unit(spare=True, brief=lane is not Lane.STAFF) as unit:
                for account, epoch in (await unit.senders.held(roomy, self._name, now)).items():
                    some = await unit.deliveries.claim(
                        [account], [lane], now=now, lease=LEASE, limit=room[account], epoch=epoch
                    )
                    composed, settled = await self._prepare(unit, some, now)
                    ready += composed
                    counts.update(each.state for each in settled if each.state is not State.PLANNED)
                    moved_on |= any(each.due_at != now + PAUSED_FOR for each in settled)
                if lane is not Lane.PUSH:
                    going, ready, _ = self._permitted(ready)
                    await unit.deliveries.sending([each.delivery for each in going], now=now, lease=SENDING_LEASE)
        except BaseException:
            self._stay(going, now)
            raise
        self._waiting += ready
        self._fly(going)
        return moved_on

    def _room(self, account: AccountId, lane: Lane, held: int) -> int:
        """How many of this lane may still be taken to hand, where so many are `held`."""
        if lane is not Lane.PUSH:
            return REPLIES_AT_HAND - held
        most = PAID_AT_HAND if account in self._paying else PUSHES_AT_HAND
        return most - held if held <= most // 2 else 0

    async def _prepare(self, unit: Unit, claimed: list[Delivery], now: datetime) -> tuple[list[_Ready], list[Delivery]]:
        """(those that may still go, composed; the others, settled at once, each with its reason)."""
        addresses = await unit.people.addresses({each.address for each in claimed})
        pushes = [each for each in claimed if each.lane is Lane.PUSH]
        reasons = await verdicts(unit, self.library, pushes, now=now)
        ready: list[_Ready] = []
        settled: list[Delivery] = []
        for delivery in claimed:
            verdict = reasons.get(delivery.id)
            if isinstance(verdict, Reason):
                settled.append(moved(delivery, State.SKIPPED, reason=verdict))
            elif isinstance(verdict, datetime):
                settled.append(replace(moved(delivery, State.PLANNED), due_at=verdict))
            else:
                composed = await self._composed(unit, delivery, now)
                if isinstance(composed, Delivery):
                    settled.append(composed)
                else:
                    ready.append(_Ready(delivery, addresses[delivery.address], composed, now))
        await unit.deliveries.save(settled)
        await self._price(unit, [each for each in ready if each.delivery.lane is Lane.PUSH], now)
        return ready, settled

    async def _price(self, unit: Unit, pushes: Sequence[_Ready], now: datetime) -> None:
        """Which of them may be paid for, as far as can be seen now."""
        sold = [each for each in pushes if self._sells(each.delivery.account, now)]
        remaining = dict(await left(unit, self.library, [each.delivery for each in sold]))
        for each in sold:
            purse = purse_of(each.delivery)
            if purse is not None and remaining.get(purse, 0) > 0:
                remaining[purse] -= 1
                each.paid = True
        self._paying -= {each.delivery.account for each in pushes}
        self._paying |= {each.delivery.account for each in sold if each.paid}

    def _sells(self, account: AccountId, now: datetime) -> bool:
        return bool(self.paces[account].limits.paid) and self._not_sold_until.get(account, now) <= now

    async def _composed(self, unit: Unit, delivery: Delivery, now: datetime) -> Outbound | Delivery:
        """The message; or the delivery settled: it is too late, nothing is left to say, or there are no words."""
        if delivery.lane is not Lane.PUSH and delivery.use_by is not None and now >= delivery.use_by:
            return moved(delivery, State.SKIPPED, reason=Reason.TOO_LATE)
        try:
            message = await compose(unit, delivery, self.words, self.chance, now=now)
        except (KeyError, TypeError, ValueError) as error:  # planned by another version of the words; it blocks nobody
            log.error("delivery %s cannot be put into words: %s", delivery.id, type(error).__name__)
            return settle(moved(delivery, State.SENDING), Rejected(NO_WORDS), now=now)
        return message or moved(delivery, State.CANCELLED, reason=Reason.ERASED)

    # ── send ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _permitted(self, waiting: Sequence[_Ready]) -> tuple[list[_Ready], list[_Ready], datetime | None]:
        """(those that wait whose pace says now, replies first; the others; when the next of these may go)"""
        now = self.clock.now()
        soonest: datetime | None = None
        ready: list[_Ready] = []
        busy = {each.delivery.address for each in self._flying.values()}
        nobodys: set[tuple[AccountId, Lane, bool]] = set()
        stay: list[_Ready] = []
        for each in sorted(waiting, key=lambda each: _ORDER[each.delivery.lane]):
            delivery = each.delivery
            queue = (delivery.account, delivery.lane, each.paid)
            if delivery.address in busy or queue in nobodys:
                stay.append(each)
                continue
            pace = self.paces[delivery.account]
            at = permits(pace, delivery.address, delivery.lane, now=now, paid=each.paid)
            if delivery.lane is Lane.PUSH:
                at = max(at, self._doubted_until(delivery.account, [*self._flying.values(), *ready], now))
            ahead = AHEAD if each.paid else NOTHING
            if at <= now + ahead:
                sending(pace, delivery.address, delivery.lane, now=now, paid=each.paid)
                each.leaves_at = at
                ready.append(each)
                busy.add(delivery.address)
            else:
                stay.append(each)
                soonest = at - ahead if soonest is None else min(soonest, at - ahead)
                if permits(pace, "", delivery.lane, now=now, paid=each.paid) > now + ahead:
                    nobodys.add(queue)  # it is not this chat alone that must wait
        return ready, stay, soonest

    def _doubted_until(self, account: AccountId, in_the_air: Sequence[_Ready], now: datetime) -> datetime:
        """Until when its pushes wait because answers got lost; after that one goes alone until an answer comes."""
        doubt = self._doubts.get(account, NO_DOUBT)
        if doubt.until is None:
            return now
        alone = not any(each.delivery.account == account and each.delivery.lane is Lane.PUSH for each in in_the_air)
        return doubt.until if alone else max(doubt.until, now + ASK_AGAIN)

    async def _take_off(self, ready: list[_Ready]) -> None:
        """Stamps `sending` in one commit, leaves out what was taken back meanwhile, and sends."""
        now = self.clock.now()
        try:
            async with self.storage.unit(spare=True, brief=True) as unit:
                still = await unit.deliveries.still_claimed([each.delivery for each in ready])
                going = [each for each in ready if each.delivery.id in still]
                asked = [each.delivery for each in going if each.paid]
                granted = await take(unit, self.library, asked) if asked else set()
                free = [each for each in going if each.paid and each.delivery.id not in granted]
                going = [each for each in going if not each.paid or each.delivery.id in granted]
                await unit.deliveries.sending([each.delivery for each in going], now=now, lease=SENDING_LEASE)
        except BaseException:
            self._stay(ready, now)
            self._waiting += ready
            raise
        self._stay([each for each in ready if each.delivery.id not in still], now)
        self._stay(free, now)
        for each in free:
            each.paid = False
        self._waiting += free
        self._fly(going)

    def _fly(self, stamped: Sequence[_Ready]) -> None:
        for each in stamped:
            each.delivery = altered(each.delivery, state=State.SENDING)
            if each.paid and isinstance(each.message, Message):
                each.message = altered(each.message, paid=True)
            task = asyncio.create_task(self._send(each))
            task.add_done_callback(lambda _: self.woken.set())
            self._flying[task] = each

    def _stay(self, some: list[_Ready], now: datetime) -> None:
        """They did not leave after all: the pace must know, or their places stay taken for ever."""
        for each in some:
            pace = self.paces[each.delivery.account]
            observed(pace, each.delivery.address, NotSent("taken back"), sent_at=now, now=now, paid=each.paid)

    async def _send(self, ready: _Ready) -> _Answer:
        sent_at = self.clock.now()
        while ready.leaves_at is not None and sent_at < ready.leaves_at:
            await self.clock.sleep(max(TICK, (ready.leaves_at - sent_at).total_seconds()))
            sent_at = self.clock.now()
        try:
            outcome = await self.channels[ready.delivery.account].send(ready.address, ready.message)
            return _Answer(outcome, sent_at, self.clock.now())
        except Exception as error:
            # A bug of ours. What happened to the message is not known, and the others must not suffer from it.
            log.exception("a channel raised %s", type(error).__name__)
            return _Answer(Uncertain(type(error).__name__), sent_at, self.clock.now())

    async def _pause(self, wait: datetime | None) -> None:
        """Until a message in the air comes down, the pace lets the next one go, or somebody owes something new."""
        if any(task.done() for task in self._flying):
            return
        seconds = LOOK_AGAIN if wait is None else (wait - self.clock.now()).total_seconds()
        timer = asyncio.ensure_future(self.clock.sleep(max(0.0, min(seconds, LOOK_AGAIN))))
        woken = asyncio.ensure_future(self.woken.wait())
        await asyncio.wait({timer, woken}, return_when=asyncio.FIRST_COMPLETED)
        aside = [each for each in (timer, woken) if not each.done()]
        for each in aside:
            each.cancel()
        await asyncio.gather(*aside, return_exceptions=True)

    # ── settle ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _land(self) -> Counter[State]:
        """Settles everything that came down, in one commit. What the database does not take now stays down here: it
        arrived, and must not be sent again."""
        now = self.clock.now()
        for task in [task for task in self._flying if task.done()]:
            ready = self._flying.pop(task)
            answer = _Answer(Uncertain("cancelled"), now, now) if task.cancelled() else task.result()
            outcome, account, paid = answer.outcome, ready.delivery.account, ready.paid
            observed(
                self.paces[account], ready.delivery.address, outcome, sent_at=answer.sent_at, now=answer.at, paid=paid
            )
            self._doubts[account] = after(self._doubts.get(account, NO_DOUBT), outcome, now=now)
            if paid and isinstance(outcome, Rejected):
                outcome = self._not_sold(account, outcome, now)
            self._landed.append(_Landed(ready.delivery, outcome, now, paid))
        landed = list(self._landed)
        if not landed:
            return Counter()
        settled = await self._settled(landed)
        del self._landed[: len(landed)]
        return Counter(each.state for each in settled)

    def _not_sold(self, account: AccountId, outcome: Rejected, now: datetime) -> NotSent:
        """It may be the words, or the Stars: the message goes again at the free pace, and that will tell."""
        log.warning("a message was not taken as paid (%s): what is owed goes at the free pace", outcome.reason)
        self._not_sold_until[account] = now + NOT_SOLD_FOR
        self._paying.discard(account)
        for each in self._waiting:
            each.paid = each.paid and each.delivery.account != account
        return NotSent(f"not taken as paid: {outcome.reason}")

    async def _settled(self, landed: Sequence[_Landed]) -> list[Delivery]:
        """In one commit. When one of them cannot be settled, each alone: that one is left to the end of its lease."""
        try:
            async with self.storage.unit(spare=True, brief=True) as unit:
                return await self._settle(unit, landed)
        except StorageError:
            raise
        except Exception as error:
            if len(landed) == 1:
                log.error("what became of delivery %s: %s", landed[0].delivery.id, type(error).__name__)
                return []
        return [settled for each in landed for settled in await self._settled([each])]

    async def _settle(self, unit: Unit, landed: Sequence[_Landed]) -> list[Delivery]:
        settled: list[Delivery] = []
        for each in landed:
            outcome = each.outcome
            if isinstance(outcome, Moved) and not await self._move(unit, each.delivery, outcome.chat):
                outcome = Unreachable("moved to a chat that is known already")
            settled.append(settle(each.delivery, outcome, now=each.at))
        await unit.deliveries.save(settled)
        free = [each.delivery for each in landed if each.paid and isinstance(each.outcome, NotSent | Halted)]
        await give_back(unit, free)
        gone = [each for each in settled if each.state is State.UNREACHABLE]
        await unit.people.set_unreachable([each.address for each in gone], unreachable=True)
        for delivery in gone:
            if delivery.citizen:
                await unit.deliveries.withdraw(Reason.UNREACHABLE, citizen=delivery.citizen)
        await self._forget_erased(unit, settled)
        return settled

    async def _move(self, unit: Unit, delivery: Delivery, chat: str) -> bool:
        """The address gets the new id. False: another address has it."""
        if await unit.people.known(delivery.account, [chat]):
            return False
        await unit.people.set_external_id(delivery.address, chat)
        return True

    async def _forget_erased(self, unit: Unit, settled: list[Delivery]) -> None:
        """The last words to someone who erased everything have left: row and address go with them. Whoever writes again
        before that keeps the address as somebody new, and only the row goes."""
        farewells = [
            each
            for each in settled
            if each.citizen is None and each.lane is Lane.REPLY and each.state is not State.PLANNED
        ]
        if farewells:
            leaving = await unit.people.leaving({each.address for each in farewells})
            await unit.web.forget_at(leaving)
            await unit.deliveries.forget([each.id for each in farewells], leaving)

    async def _release(self) -> None:
        """Stopping: what was claimed and not sent is given back at once."""
        if self._waiting:
            async with self.storage.unit(spare=True, brief=True) as unit:
                await self._give_back(unit, self._waiting)
            self._waiting.clear()

    async def _give_back(self, unit: Unit, some: Sequence[_Ready]) -> None:
        still = await unit.deliveries.still_claimed([each.delivery for each in some])
        await unit.deliveries.save([moved(each.delivery, State.PLANNED) for each in some if each.delivery.id in still])
