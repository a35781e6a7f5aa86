"""What is owed: planned once by key, claimed under a lease, settled, and every row not sent says why."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.deliveries import LATER_STEP, POST_STEP, Body, Delivery, Lane, Reason, State
from core.model.follow_ups import FOLLOW_UP_STEP
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, DeliveryId
from core.model.satisfaction import ASK_STEP
from core.storage.outbox_statements import (
    BUSY,
    RANKS,
    any_due,
    behind,
    chosen_moments,
    claimable,
    claimed_now,
    held_longer,
    is_post,
    left_alone,
    ours,
    pushes_of,
    saved,
    sending_now,
    soonest_due,
    steps_of,
)
from core.storage.pushes import Owed, Pushes, listed, to_each, values_of
from core.storage.schema import addresses, deliveries
from core.storage.sql import chunks, locked, put
from core.storage.types import BODY, plain_body

UNREADABLE = "its body is of another version of the program"


class Deliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, owed: Sequence[Delivery]) -> int:
        """Owes each once: a key that is there already is left as it is. Returns how many are new."""
        bodies = {id(each.body): each.body for each in owed}  # many are owed the very same words: made plain once
        plain = {key: plain_body(body) for key, body in bodies.items()}
        rows = [_row(each, plain[id(each.body)]) for each in owed]
        return await put(self._connection, deliveries, rows, unique=("key",))

    async def owe(self, pushes: Pushes, owed: Sequence[Owed]) -> None:
        """Owes a page of people a push each, once; whoever is gone meanwhile has none."""
        if owed:
            statement = to_each(self._connection.dialect.name, len(pushes.words))
            await self._connection.execute(statement, {**values_of(pushes), "people": listed(owed)})

    async def postpone(self, owed: Delivery) -> None:
        """Owes what somebody chose the moment of. Of one person and consultation only one such message waits: the
        moment chosen last is the moment."""
        statement = sa.update(deliveries).where(
            deliveries.c.citizen_id == owed.citizen,
            deliveries.c.consultation_id == owed.consultation,
            deliveries.c.step == LATER_STEP,
            deliveries.c.state == State.PLANNED.value,
        )
        fresh = _row(owed, plain_body(owed.body))
        changed = {name: fresh[name] for name in ("key", "body", "language", "revision", "due_at", "use_by")}
        if not (await self._connection.execute(statement.values(changed))).rowcount:
            await self.plan([owed])

    async def last_owed_to(self, address: AddressId) -> datetime | None:
        """When the last message to it was or is due."""
        statement = sa.select(sa.func.max(deliveries.c.due_at)).where(deliveries.c.address_id == address)
        last: datetime | None = (await self._connection.execute(statement)).scalar_one()
        return last

    async def postponed(self, consultation: ConsultationId, citizens: Collection[CitizenId]) -> dict[CitizenId, str]:
        """By citizen, the key of the message that waits for a moment of their choice."""
        found: dict[CitizenId, str] = {}
        for some in chunks(citizens):
            own = {"citizens": some, "consultation": consultation}
            for row in await self._connection.execute(chosen_moments(), own):
                found[CitizenId(row.citizen_id)] = row.key
        return found

    # ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def claim(
        self,
        accounts: Collection[AccountId],
        lanes: Collection[Lane],
        *,
        now: datetime,
        lease: timedelta,
        limit: int,
        epoch: int = 0,
    ) -> list[Delivery]:
        """Takes what is due under the `epoch` of these accounts' sender, replies first.

        Of one address and lane only the oldest, and none while one is under way; an older reply that must wait (halted,
        retried) holds the later ones back, an older push does not.
        """
        claimed: list[Delivery] = []
        unreadable: list[str] = []
        for lane in sorted(lanes, key=RANKS.__getitem__):
            if limit > len(claimed):
                room = {"now": now, "accounts": list(accounts), "limit": limit - len(claimed)}
                for row in await self._connection.execute(locked(claimable(lane), self._connection), room):
                    try:
                        claimed.append(_delivery(row, State.CLAIMED, epoch))
                    except ValueError:  # written by another version of the program
                        unreadable.append(row.id)
        for some in chunks([each.id for each in claimed]):
            await self._connection.execute(claimed_now(), {"ids": some, "until": now + lease, "by": epoch})
        for broken_ones in chunks(unreadable):
            broken = sa.update(deliveries).where(deliveries.c.id.in_(broken_ones))
            because = {"state": State.FAILED.value, "reason": Reason.REJECTED.value, "detail": UNREADABLE}
            await self._connection.execute(broken.values(because))
        return claimed

    async def is_due(self, accounts: Collection[AccountId], lanes: Collection[Lane], now: datetime) -> bool:
        """Does anything of these accounts and lanes wait to be sent?"""
        statement = any_due(tuple(sorted(lanes, key=RANKS.__getitem__)))
        found = await self._connection.execute(statement, {"now": now, "accounts": list(accounts)})
        return bool(found.scalar_one())

    async def sending(self, claimed: Collection[Delivery], *, now: datetime, lease: timedelta) -> None:
        """Stamped just before the bytes leave."""
        for some in chunks([each.id for each in claimed]):
            await self._connection.execute(sending_now(), {"ids": some, "until": now + lease})

    async def renew(self, held: Collection[Delivery], until: datetime) -> None:
        """Keeps what is claimed or in the air from being taken for left behind."""
        for some in chunks([delivery.id for delivery in held]):
            await self._connection.execute(held_longer(), {"ids": some, "until": until})

    async def left_behind(self, now: datetime) -> bool:
        """Is there anything whose lease is over, or whose sender is?"""
        return (await self._connection.execute(behind(), {"now": now})).first() is not None

    async def save(self, settled: Sequence[Delivery]) -> None:
        """Saves the state that each delivery moved to. The lease ends with it.

        What is closed stays closed, and what another epoch claimed is not ours: a sender that stalled until another
        took its rows over may wake up with old news, and must not turn what the other one sent into something to send
        again. One piece of old news is good: what may have arrived did.
        """
        if not settled:
            return
        await self._connection.execute(
            saved(),
            [
                {
                    "known_id": delivery.id,
                    "known_epoch": delivery.epoch,
                    "new_state": delivery.state.value,
                    "new_reason": delivery.reason.value if delivery.reason else None,
                    "new_detail": delivery.detail[:200],
                    "new_attempts": delivery.attempts,
                    "new_due_at": delivery.due_at,
                    "new_external_id": delivery.external_id,
                    "new_sent_at": delivery.sent_at,
                }
                for delivery in settled
            ],
        )

    async def recover(self, now: datetime, *, everything: bool) -> Counter[str]:
        """What a stopped sender left behind: its lease is over, or another took its account over. `everything`: nobody
        else can be sending now, leases do not matter.

        Claimed goes back to planned. Sending: a reply goes back to planned (it may be seen twice), anything else
        becomes uncertain and is never pushed again.
        """
        counts: Counter[str] = Counter()
        for name, statement in left_alone(everything=everything).items():
            counts[name] = (await self._connection.execute(statement, {} if everything else {"now": now})).rowcount
        return counts

    async def uncertain(self, accounts: Collection[AccountId], lane: Lane, limit: int) -> list[Delivery]:
        """Those of a lane that may have arrived, the oldest first."""
        statement = (
            sa.select(deliveries)
            .where(
                deliveries.c.state == State.UNCERTAIN.value,
                deliveries.c.lane == lane.value,
                deliveries.c.account_id.in_(list(accounts)),
                deliveries.c.body.is_not(None),
            )
            .order_by(deliveries.c.seq)
            .limit(limit)
        )
        return [_delivery(row) for row in await self._connection.execute(statement)]

    async def next_due(self) -> datetime | None:
        soonest: datetime | None = (await self._connection.execute(soonest_due())).scalar_one()
        return soonest

    async def replan(self, consultation: ConsultationId) -> int:
        """A new revision of the file: pushes that nobody was sent yet go, and are planned again with its words and its
        dates. Those that came too late for the old dates may be in time for the new ones. Follow-ups, what is asked
        about them and what people chose the moment of are no steps of the file: they stay."""
        late = [Reason.TOO_LATE.value, Reason.CONSULTATION_CLOSED.value]
        statement = sa.delete(deliveries).where(
            deliveries.c.consultation_id == consultation,
            sa.or_(deliveries.c.lane == Lane.PUSH.value, is_post()),
            sa.func.coalesce(deliveries.c.step, "").not_in([FOLLOW_UP_STEP, ASK_STEP, LATER_STEP, POST_STEP]),
            sa.or_(
                deliveries.c.state == State.PLANNED.value,
                sa.and_(deliveries.c.state == State.SKIPPED.value, deliveries.c.reason.in_(late)),
            ),
        )
        return (await self._connection.execute(statement)).rowcount

    async def retry_failed(
        self, now: datetime, consultation: ConsultationId | None = None
    ) -> Counter[tuple[AccountId, ConsultationId | None]]:
        """What the platform refused goes again, as if it were new; whether it may is asked again when it is about to
        leave. What may have arrived does not. Returns how many of each account and consultation."""
        statement = sa.update(deliveries).where(
            deliveries.c.state == State.FAILED.value, deliveries.c.body.is_not(None)
        )
        if consultation is not None:
            statement = statement.where(deliveries.c.consultation_id == consultation)
        again = {"state": State.PLANNED.value, "reason": None, "detail": "", "attempts": 0, "due_at": now}
        statement = statement.values(again)
        retried = await self._connection.execute(
            statement.returning(deliveries.c.account_id, deliveries.c.consultation_id)
        )
        return Counter(
            (AccountId(row.account_id), ConsultationId(row.consultation_id) if row.consultation_id else None)
            for row in retried
        )

    # ── taking back ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def withdraw(
        self,
        reason: Reason,
        *,
        consultation: ConsultationId | None = None,
        citizen: CitizenId | None = None,
        lanes: Collection[Lane] = (Lane.PUSH,),
    ) -> int:
        """Cancels what is still planned or claimed for a consultation, its posts too, or for a citizen. Returns how
        many."""
        statement = sa.update(deliveries).where(
            deliveries.c.state.in_([State.PLANNED.value, State.CLAIMED.value]),
            sa.or_(deliveries.c.lane.in_([lane.value for lane in lanes]), is_post()),
        )
        if consultation is not None:
            statement = statement.where(deliveries.c.consultation_id == consultation)
        if citizen is not None:
            statement = statement.where(deliveries.c.citizen_id == citizen)
        result = await self._connection.execute(
            statement.values(state=State.CANCELLED.value, reason=reason.value, lease_until=None)
        )
        return result.rowcount

    async def hold_back(self, now: datetime) -> int:
        """A copy was brought back and nobody knows what left since: whatever was due may have. Returns how many."""
        due = sa.update(deliveries).where(
            deliveries.c.state.in_([State.PLANNED.value, State.CLAIMED.value, State.SENDING.value]),
            deliveries.c.due_at <= now,
        )
        doubt = {"state": State.UNCERTAIN.value, "reason": Reason.MAY_HAVE_ARRIVED.value, "lease_until": None}
        return (await self._connection.execute(due.values(doubt))).rowcount

    async def still_claimed(self, which: Collection[Delivery]) -> set[DeliveryId]:
        """Those that nobody took back since they were claimed: neither the person nor another sender. Nobody does until
        this unit ends: a STOP of this moment is before it, or after."""
        found: set[DeliveryId] = set()
        epochs = {delivery.id: delivery.epoch for delivery in which}
        for some in chunks(epochs):
            rows = await self._connection.execute(locked(ours(), self._connection, wait=True), {"ids": some})
            found.update(DeliveryId(row.id) for row in rows if row.epoch == epochs[DeliveryId(row.id)])
        return found

    async def forget(self, farewells: Collection[DeliveryId], leaving: Collection[AddressId]) -> None:
        """The last messages to those who erased everything have left: the rows go, and the addresses `leaving`."""
        for some in chunks(farewells):
            await self._connection.execute(sa.delete(deliveries).where(deliveries.c.id.in_(some)))
        for where in chunks(leaving):
            await self._connection.execute(sa.delete(deliveries).where(deliveries.c.address_id.in_(where)))
            await self._connection.execute(sa.delete(addresses).where(addresses.c.id.in_(where)))

    async def old_words(self, before: datetime, accounts: Collection[AccountId], limit: int) -> list[DeliveryId]:
        """Some of what was planned before `before`, is settled, and still has its words."""
        statement = sa.select(deliveries.c.id).where(
            deliveries.c.planned_at < before, deliveries.c.account_id.in_(list(accounts)), _settled_with_words()
        )
        return [DeliveryId(row.id) for row in await self._connection.execute(statement.limit(limit))]

    async def forget_words(self, ids: Collection[DeliveryId]) -> int:
        """Empties the words of those that are settled; the rows with their states stay."""
        gone = 0
        for some in chunks(ids):
            statement = sa.update(deliveries).where(deliveries.c.id.in_(some), _settled_with_words())
            gone += (await self._connection.execute(statement.values(body=sa.null()))).rowcount
        return gone

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def of_citizen(self, citizen: CitizenId) -> list[tuple[str, str | None, str, datetime]]:
        """(key, step, state, when planned) of every message owed to a person."""
        statement = (
            sa.select(deliveries.c.key, deliveries.c.step, deliveries.c.state, deliveries.c.planned_at)
            .where(deliveries.c.citizen_id == citizen)
            .order_by(deliveries.c.seq)
        )
        return [(row.key, row.step, row.state, row.planned_at) for row in await self._connection.execute(statement)]

    async def body(self, key: str) -> Body | None:
        """What is owed under this key; None when nothing is, or its words were forgotten."""
        found = await self._connection.execute(sa.select(deliveries.c.body).where(deliveries.c.key == key))
        plain = found.scalar_one_or_none()
        return None if plain is None else BODY.validate_python(plain)

    async def pushes_since(self, citizens: Collection[CitizenId], since: datetime) -> dict[CitizenId, int]:
        """By citizen, the pushes that left (or may have) since then."""
        counts: dict[CitizenId, int] = dict.fromkeys(citizens, 0)
        for some in chunks(citizens):
            for row in await self._connection.execute(pushes_of(), {"citizens": some, "since": since}):
                counts[CitizenId(row.citizen_id)] = row.n
        return counts

    async def steps_sent(
        self, consultation: ConsultationId, citizens: Collection[CitizenId]
    ) -> dict[CitizenId, set[str]]:
        """By citizen, the steps of this consultation that were sent to them already (or may have been)."""
        found: dict[CitizenId, set[str]] = {}
        for some in chunks(citizens):
            own = {"citizens": some, "consultation": consultation}
            for row in await self._connection.execute(steps_of(), own):
                found.setdefault(CitizenId(row.citizen_id), set()).add(row.step)
        return found


def _settled_with_words() -> sa.ColumnElement[bool]:
    return sa.and_(deliveries.c.body.is_not(None), deliveries.c.state.not_in([State.PLANNED.value, *BUSY]))


def _row(delivery: Delivery, body: Any) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "key": delivery.key,
        "account_id": delivery.account,
        "address_id": delivery.address,
        "citizen_id": delivery.citizen,
        "consultation_id": delivery.consultation,
        "revision": delivery.revision,
        "step": delivery.step,
        "lane": delivery.lane.value,
        "rank": RANKS[delivery.lane],
        "body": body,
        "language": delivery.language,
        "planned_at": delivery.planned_at,
        "due_at": delivery.due_at,
        "use_by": delivery.use_by,
        "state": delivery.state.value,
        "reason": delivery.reason.value if delivery.reason else None,
        "detail": delivery.detail,
        "attempts": delivery.attempts,
        "external_id": delivery.external_id,
        "sent_at": delivery.sent_at,
    }


def _delivery(row: Any, state: State | None = None, epoch: int | None = None) -> Delivery:
    """`state`, `epoch`: those that it is given now, instead of the row's."""
    return Delivery(
        id=DeliveryId(row.id),
        key=row.key,
        account=AccountId(row.account_id),
        address=AddressId(row.address_id),
        lane=Lane(row.lane),
        body=BODY.validate_python(row.body),
        language=row.language,
        due_at=row.due_at,
        planned_at=row.planned_at,
        citizen=CitizenId(row.citizen_id) if row.citizen_id else None,
        consultation=ConsultationId(row.consultation_id) if row.consultation_id else None,
        revision=row.revision,
        step=row.step,
        use_by=row.use_by,
        state=state or State(row.state),
        reason=Reason(row.reason) if row.reason else None,
        detail=row.detail,
        attempts=row.attempts,
        external_id=row.external_id,
        sent_at=row.sent_at,
        epoch=row.epoch if epoch is None else epoch,
    )
