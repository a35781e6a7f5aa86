"""What the outbox asks of `deliveries` at every look: statements that are made once and only given other values.

To build one takes SQLAlchemy ten times as long as SQLite takes to answer it. Each function is a statement; the names in
`sa.bindparam` and `many` are the values that it is executed with.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from core.model.deliveries import LATER_STEP, POST_STEP, Lane, Reason, State
from core.storage.schema import deliveries, senders
from core.storage.sql import among, many, unindexed
from core.storage.types import Instant

RANKS = {Lane.REPLY: 0, Lane.STAFF: 1, Lane.PUSH: 2}
BUSY = (State.CLAIMED.value, State.SENDING.value)
_WAITING = (State.PLANNED.value, *BUSY)
_OPEN = (*_WAITING, State.UNCERTAIN.value)
_NOW = sa.bindparam("now", type_=Instant())


def due(lane: Lane, now: datetime | sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Planned, and its moment has come. By rank, as the index is: no other lane is looked at."""
    return sa.and_(
        deliveries.c.state == State.PLANNED.value, deliveries.c.rank == RANKS[lane], deliveries.c.due_at <= now
    )


# ── claiming ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def any_due(lanes: tuple[Lane, ...]) -> sa.Select[Any]:
    own = deliveries.c.account_id.in_(many("accounts"))
    return sa.select(sa.or_(*(sa.exists().where(due(lane, _NOW), own) for lane in lanes)))


@cache
def claimable(lane: Lane) -> sa.Select[Any]:
    """One lane at a time, by its rank: the index then finds the next ones however many others wait."""
    older = deliveries.alias("older").c
    ahead = sa.exists().where(
        older.address_id == deliveries.c.address_id,
        older.state.in_(_WAITING),
        older.lane == deliveries.c.lane,
        older.seq < deliveries.c.seq,
        sa.or_(older.lane != Lane.PUSH.value, older.state.in_(BUSY), older.due_at <= _NOW),
    )
    return (
        sa.select(deliveries)
        .where(due(lane, _NOW), deliveries.c.account_id.in_(many("accounts")), ~ahead)
        .order_by(deliveries.c.due_at, deliveries.c.seq)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    )


@cache
def soonest_due() -> sa.Select[Any]:
    return sa.select(sa.func.min(deliveries.c.due_at)).where(deliveries.c.state == State.PLANNED.value)


@cache
def claimed_now() -> sa.Update:
    return _these().values(
        state=State.CLAIMED.value, lease_until=_until(), epoch=sa.bindparam("by", type_=sa.Integer())
    )


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def ours() -> sa.Select[Any]:
    """Of these, what is claimed still, by a sender that nobody took over."""
    return sa.select(deliveries.c.id, deliveries.c.epoch).where(
        among(deliveries.c.id, "ids"), unindexed(deliveries.c.state) == State.CLAIMED.value, ~_taken_over()
    )


@cache
def sending_now() -> sa.Update:
    return _these().values(state=State.SENDING.value, lease_until=_until())


@cache
def held_longer() -> sa.Update:
    return _these().where(unindexed(deliveries.c.state).in_(BUSY), ~_taken_over()).values(lease_until=_until())


@cache
def saved() -> sa.Update:
    """One row: what is open still and claimed under its epoch, or what may have arrived and did."""
    still_open = sa.or_(*(deliveries.c.state == state for state in _OPEN))  # many rows at once know no IN
    arrived = sa.and_(
        deliveries.c.state == State.UNCERTAIN.value,
        sa.bindparam("new_state", type_=deliveries.c.state.type) == State.SENT.value,
    )
    known = deliveries.c.id == sa.bindparam("known_id")
    names = ("state", "reason", "detail", "attempts", "due_at", "external_id", "sent_at")
    values = {name: sa.bindparam(f"new_{name}", type_=deliveries.c[name].type) for name in names}
    return (
        sa.update(deliveries)
        .where(known, still_open, sa.or_(deliveries.c.epoch == sa.bindparam("known_epoch"), arrived))
        .values(values | {"lease_until": None})
    )


# ── what a sender that stopped left behind ───────────────────────────────────────────────────────────────────────────


@cache
def behind() -> sa.Select[Any]:
    over = sa.or_(deliveries.c.lease_until < _NOW, _taken_over())
    return sa.select(deliveries.c.id).where(deliveries.c.state.in_(BUSY), over).limit(1)


@cache
def left_alone(*, everything: bool) -> Mapping[str, sa.Update]:
    """By the name of what is done, in this order. `everything`: whatever its lease says."""
    over = sa.true() if everything else sa.or_(deliveries.c.lease_until < _NOW, _taken_over())
    reply = deliveries.c.lane == Lane.REPLY.value
    claimed, in_the_air = (
        sa.update(deliveries).where(deliveries.c.state == state, over).values(lease_until=None, epoch=0)
        for state in BUSY
    )
    return {
        "released": claimed.values(state=State.PLANNED.value, reason=None),
        "repeated": in_the_air.where(reply).values(state=State.PLANNED.value, reason=None),
        "uncertain": in_the_air.where(~reply).values(state=State.UNCERTAIN.value, reason=Reason.MAY_HAVE_ARRIVED.value),
    }


# ── what people got, asked before they get more ──────────────────────────────────────────────────────────────────────


@cache
def chosen_moments() -> sa.Select[Any]:
    return sa.select(deliveries.c.citizen_id, deliveries.c.key).where(
        _theirs(), _of_consultation(), deliveries.c.step == LATER_STEP, deliveries.c.state.in_(_WAITING)
    )


@cache
def pushes_of() -> sa.Select[Any]:
    since = sa.bindparam("since", type_=Instant())
    may_have_arrived = sa.and_(deliveries.c.state == State.UNCERTAIN.value, deliveries.c.due_at >= since)
    return (
        sa.select(deliveries.c.citizen_id, sa.func.count().label("n"))
        .where(_theirs(), deliveries.c.lane == Lane.PUSH.value, sa.or_(deliveries.c.sent_at >= since, may_have_arrived))
        .group_by(deliveries.c.citizen_id)
    )


@cache
def steps_of() -> sa.Select[Any]:
    return sa.select(deliveries.c.citizen_id, deliveries.c.step).where(
        _theirs(),
        unindexed(deliveries.c.consultation_id) == sa.bindparam("consultation", type_=sa.String()),
        deliveries.c.lane == Lane.PUSH.value,
        unindexed(deliveries.c.state).in_([State.SENT.value, State.UNCERTAIN.value]),
    )


def is_post() -> sa.ColumnElement[bool]:
    """A message in a group or a channel: nobody's, and in the lane of staff's."""
    return sa.and_(deliveries.c.lane == Lane.STAFF.value, deliveries.c.key.startswith(POST_STEP, autoescape=True))


# ── parts of them ────────────────────────────────────────────────────────────────────────────────────────────────────


def _these() -> sa.Update:
    return sa.update(deliveries).where(among(deliveries.c.id, "ids"))


def _until() -> sa.BindParameter[Any]:
    return sa.bindparam("until", type_=Instant())


def _theirs() -> sa.ColumnElement[bool]:
    return among(deliveries.c.citizen_id, "citizens")


def _of_consultation() -> sa.ColumnElement[bool]:
    return deliveries.c.consultation_id == sa.bindparam("consultation")


def _taken_over() -> sa.ColumnElement[bool]:
    """Its account has a newer sender than the one that claimed it."""
    return sa.exists().where(senders.c.account_id == deliveries.c.account_id, senders.c.epoch > deliveries.c.epoch)
