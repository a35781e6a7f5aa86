"""The one door out: claims what is due, asks again whether it may go, sends it at the platform's pace, settles it.

    claim ─▶ (taken back? not eligible? quiet hours?) ─▶ wait for the pace ─▶ stamp `sending` ─▶ send ─▶ settle
                    └─▶ skipped | cancelled | later

Nothing else calls `send`. Replies are claimed first and never wait behind pushes; one address gets its messages in
order. A stopped process leaves rows behind: `recover` says what becomes of them, at the start and now and then, because
another process may stop at any time. What waits here for its pace keeps its lease.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.model.consultations import Consultation, Step
from core.model.deliveries import Delivery, Lane, Reason, State, moved, settle
from core.model.ids import AccountId, AddressId
from core.model.messages import Moved, Outbound, Outcome, Uncertain, Unreachable
from core.model.people import Address
from core.rules.calendar import after_quiet
from core.rules.eligibility import eligible, held_back
from core.rules.pacing import Pace, observed, permits, sending
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.composing import compose
from core.work.ports import Channel, Clock, Words
from core.work.session import Library
from core.work.standings import standings

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
SENDING_LEASE = timedelta(seconds=120)
REPLIES_AT_HAND = 128
PUSHES_AT_HAND = 32
PAUSED_FOR = timedelta(seconds=60)
LOOK_BACK = timedelta(seconds=20)
"""How often leases are renewed and those that are over are looked for: well before one of ours ends."""
LOOK_AGAIN = 0.2
"""Seconds: a message that hangs in the air must not keep new replies waiting."""


@dataclass(slots=True)
class _Ready:
    """A claimed delivery with everything that sending needs."""

    delivery: Delivery
    address: Address
    message: Outbound


@dataclass(slots=True)
class Outbox:
    """`paces`: one an account. `library`: revisions read so far."""

    storage: Storage
    channels: Mapping[AccountId, Channel]
    paces: Mapping[AccountId, Pace]
    clock: Clock
    words: Words
    library: Library
    stopping: Callable[[], bool] = lambda: False
    _flying: dict[asyncio.Task[tuple[Outcome, datetime]], _Ready] = field(default_factory=dict)
    _looked_back_at: datetime | None = None

    async def recover(self, *, everything: bool) -> Counter[str]:
        """What a stopped sender left behind; `everything` when no other sender can be alive. To be called before the
        first sending: what is in our own hands counts as left behind."""
        async with self.storage.unit() as unit:
            return await unit.deliveries.recover(self.clock.now(), everything=everything)

    async def send_due(self) -> Counter[State]:
        """Sends until nothing is due any more. Counts the states that deliveries ended in."""
        counts: Counter[State] = Counter()
        waiting: list[_Ready] = []
        while True:
            await self._look_back(waiting)
            if not self.stopping():
                waiting += await self._claim(waiting, counts)
            ready, wait = self._permitted(waiting)
            if ready:
                await self._take_off(ready)
            if not self._flying and (not waiting or self.stopping()):
                await self._release(waiting)
                return counts
            await self._pause(wait)
            counts += await self._land()

    async def _look_back(self, waiting: list[_Ready]) -> None:
        """Keeps what we hold, then frees what somebody who stopped held."""
        now = self.clock.now()
        if self._looked_back_at is not None and now - self._looked_back_at < LOOK_BACK:
            return
        self._looked_back_at = now
        held = [*waiting, *self._flying.values()]
        async with self.storage.reading() as unit:
            if not held and not await unit.deliveries.left_behind(now):
                return
        async with self.storage.unit() as unit:
            await unit.deliveries.renew([each.delivery for each in held], now + SENDING_LEASE)
            await unit.deliveries.recover(now, everything=False)

    # ── claim ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _claim(self, waiting: list[_Ready], counts: Counter[State]) -> list[_Ready]:
        """Replies up to one limit, pushes up to a smaller one: a broadcast never takes a reply's place at hand."""
        pushes = sum(1 for each in waiting if each.delivery.lane is Lane.PUSH)
        room = (
            ((Lane.REPLY, Lane.STAFF), REPLIES_AT_HAND - (len(waiting) - pushes) - len(self._flying)),
            ((Lane.PUSH,), PUSHES_AT_HAND - pushes - len(self._flying)),
        )
        now = self.clock.now()
        async with self.storage.reading() as unit:
            soonest = await unit.deliveries.next_due()
        if soonest is None or soonest > now:
            return []
        ready: list[_Ready] = []
        async with self.storage.unit() as unit:
            for lanes, limit in room:
                if limit > 0:
                    claimed = await unit.deliveries.claim(list(self.channels), lanes, now=now, lease=LEASE, limit=limit)
                    ready += await self._prepare(unit, claimed, now, counts)
        return ready

    async def _prepare(
        self, unit: Unit, claimed: list[Delivery], now: datetime, counts: Counter[State]
    ) -> list[_Ready]:
        """Those that may still go, composed. The others are settled at once, each with its reason."""
        addresses = await unit.people.addresses({each.address for each in claimed})
        reasons = await self._reasons(unit, [each for each in claimed if each.lane is Lane.PUSH], now)
        ready: list[_Ready] = []
        settled: list[Delivery] = []
        for delivery in claimed:
            verdict = reasons.get(delivery.id)
            if isinstance(verdict, Reason):
                settled.append(moved(delivery, State.SKIPPED, reason=verdict))
            elif isinstance(verdict, datetime):
                settled.append(replace(moved(delivery, State.PLANNED), due_at=verdict))
            elif (message := await compose(unit, delivery, self.words)) is None:
                settled.append(moved(delivery, State.CANCELLED, reason=Reason.ERASED))
            else:
                ready.append(_Ready(delivery, addresses[delivery.address], message))
        await unit.deliveries.save(settled)
        counts.update(each.state for each in settled if each.state is not State.PLANNED)
        return ready

    async def _reasons(self, unit: Unit, pushes: list[Delivery], now: datetime) -> dict[str, Reason | datetime]:
        """By delivery id: why it must not go, or until when it must wait. Absent: it may go now."""
        found: dict[str, Reason | datetime] = {}
        groups: dict[tuple[str, str], list[Delivery]] = {}
        for delivery in pushes:
            groups.setdefault((str(delivery.consultation), str(delivery.step)), []).append(delivery)
        for some in groups.values():
            found |= await self._group_reasons(unit, some, now)
        return found

    async def _group_reasons(self, unit: Unit, some: list[Delivery], now: datetime) -> dict[str, Reason | datetime]:
        first = some[0]
        assert first.consultation is not None, "a push belongs to a campaign"
        running = await unit.consultations.running(first.consultation)
        consultation, step = await self._step(unit, first)
        citizens = [each.citizen for each in some if each.citizen is not None]
        if running is None or step is None:
            return {each.id: Reason.CAMPAIGN_STOPPED for each in some}
        known = await standings(unit, consultation, running, step.id, citizens, now=now)
        zones = await unit.people.citizens(citizens)
        found: dict[str, Reason | datetime] = {}
        for each in some:
            if each.citizen is None or each.citizen not in zones:
                found[each.id] = Reason.ERASED
                continue
            standing = replace(known[each.citizen], use_by=each.use_by)
            if held_back(standing):
                found[each.id] = now + PAUSED_FOR
            elif reason := eligible(step, standing, now=now):
                found[each.id] = reason
            elif (later := after_quiet(now, zones[each.citizen].zone, consultation.quiet)) > now:
                found[each.id] = later
        return found

    async def _step(self, unit: Unit, push: Delivery) -> tuple[Consultation, Step | None]:
        assert push.consultation is not None, "a push belongs to a campaign"
        assert push.revision is not None, "a push belongs to a revision"
        key = (push.consultation, push.revision)
        if key not in self.library:
            self.library |= await unit.consultations.revisions([key])
        consultation = self.library[key]
        return consultation, next((step for step in consultation.steps if step.id == push.step), None)

    # ── send ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _permitted(self, waiting: list[_Ready]) -> tuple[list[_Ready], datetime | None]:
        """Takes from `waiting` those whose pace says now; and when the next one may go."""
        now = self.clock.now()
        soonest: datetime | None = None
        ready: list[_Ready] = []
        busy = {each.delivery.address for each in self._flying.values()}
        for each in list(waiting):
            delivery = each.delivery
            if delivery.address in busy:
                continue
            pace = self.paces[delivery.account]
            at = permits(pace, delivery.address, delivery.lane, now=now)
            if at <= now:
                sending(pace, delivery.address, now=now)
                ready.append(each)
                waiting.remove(each)
                busy.add(delivery.address)
            else:
                soonest = at if soonest is None else min(soonest, at)
        return ready, soonest

    async def _take_off(self, ready: list[_Ready]) -> None:
        """Stamps `sending` in one commit, leaves out what was taken back meanwhile, and sends."""
        now = self.clock.now()
        async with self.storage.unit() as unit:
            still = await unit.deliveries.still_claimed([each.delivery for each in ready])
            going = [each for each in ready if each.delivery.id in still]
            await unit.deliveries.sending([each.delivery for each in going], now=now, lease=SENDING_LEASE)
        for each in ready:
            if each.delivery.id not in still:
                pace = self.paces[each.delivery.account]
                observed(pace, each.delivery.address, Unreachable("taken back"), sent_at=now, now=now)
        for each in going:
            each.delivery = replace(each.delivery, state=State.SENDING)
            self._flying[asyncio.create_task(self._send(each))] = each

    async def _send(self, ready: _Ready) -> tuple[Outcome, datetime]:
        sent_at = self.clock.now()
        try:
            return await self.channels[ready.delivery.account].send(ready.address, ready.message), sent_at
        except Exception as error:
            # A bug of ours. What happened to the message is not known, and the others must not suffer from it.
            log.exception("a channel raised %s", type(error).__name__)
            return Uncertain(type(error).__name__), sent_at

    async def _pause(self, wait: datetime | None) -> None:
        """Until a message in the air comes down, or until the pace lets the next one go."""
        seconds = LOOK_AGAIN if wait is None else (wait - self.clock.now()).total_seconds()
        timer = asyncio.ensure_future(self.clock.sleep(max(0.0, min(seconds, LOOK_AGAIN))))
        await asyncio.wait({*self._flying, timer}, return_when=asyncio.FIRST_COMPLETED)
        if not timer.done():
            timer.cancel()
            await asyncio.gather(timer, return_exceptions=True)

    # ── settle ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _land(self) -> Counter[State]:
        """Settles everything that came down, in one commit."""
        landed = [task for task in self._flying if task.done()]
        if not landed:
            return Counter()
        now = self.clock.now()
        settled: list[Delivery] = []
        gone: list[Delivery] = []
        moves: list[tuple[AddressId, str]] = []
        for task in landed:
            ready = self._flying.pop(task)
            outcome, sent_at = task.result()
            observed(self.paces[ready.delivery.account], ready.delivery.address, outcome, sent_at=sent_at, now=now)
            settled.append(settle(ready.delivery, outcome, now=now))
            if isinstance(outcome, Unreachable):
                gone.append(ready.delivery)
            elif isinstance(outcome, Moved):
                moves.append((ready.delivery.address, outcome.chat))
        async with self.storage.unit() as unit:
            await unit.deliveries.save(settled)
            await unit.people.set_unreachable([each.address for each in gone], unreachable=True)
            for each in gone:
                if each.citizen:
                    await unit.deliveries.withdraw(Reason.UNREACHABLE, citizen=each.citizen)
            for address, chat in moves:
                await unit.people.set_external_id(address, chat)
            await self._forget_erased(unit, settled)
        return Counter(each.state for each in settled)

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

    async def _release(self, waiting: list[_Ready]) -> None:
        """Stopping: what was claimed and not sent is given back at once."""
        if waiting:
            async with self.storage.unit() as unit:
                still = await unit.deliveries.still_claimed([each.delivery for each in waiting])
                back = [moved(each.delivery, State.PLANNED) for each in waiting if each.delivery.id in still]
                await unit.deliveries.save(back)
