"""A page of those whom a follow-up concerns is owed its message: one statement, and the database does the writing.

    people who take part ─▶ who asked ─▶ why not? (stopped, unreachable, does not want to know) ─▶ [delivery: one each]

A row that goes through Python costs several times what it costs here, and they may be a hundred thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from core.model.contributions import ContributionState
from core.model.deliveries import Body, Lane, Reason, State
from core.model.dialogues import Stage
from core.model.follow_ups import FOLLOW_UP_STEP, FollowUp
from core.model.people import Purpose
from core.storage.effective import about
from core.storage.outbox_statements import RANKS
from core.storage.schema import (
    addresses,
    citizens,
    consents,
    contributions,
    deliveries,
    dialogues,
    follow_up_contributions,
)
from core.storage.sql import inserting, unindexed
from core.storage.types import Instant, Json


@dataclass(frozen=True, slots=True)
class Told:
    """What the messages to all of a page have in common. `key`: theirs begin with it, and end with the person.
    `token`: their ids begin with it. `words`: by language, the first for whoever speaks none of them."""

    key: str
    token: str
    revision: int
    words: Mapping[str, Body]
    at: datetime


@cache
def page_of() -> Any:
    """(last, people): of the next people who take part, asked or not. Parameters: consultation, after, limit."""
    some = (
        sa.select(dialogues.c.citizen_id)
        .where(_takes_part(), dialogues.c.citizen_id > sa.bindparam("after"))
        .order_by(dialogues.c.citizen_id)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .subquery()
    )
    return sa.select(sa.func.max(some.c.citizen_id).label("last"), sa.func.count().label("people"))


@cache
def owing(dialect: str, languages: int, *, by_topic: bool) -> Any:
    """The messages to those from `after` to `up_to` who asked, in the order of their ids; whoever has one has it
    already. It returns the state of each new one. Its values: `values_of`, after, up_to."""
    who = _concerned(by_topic=by_topic).subquery()
    number = sa.func.row_number().over(order_by=who.c.citizen_id)
    owed: dict[str, sa.ColumnElement[Any]] = {
        "id": _text("token") + "-" + sa.cast(number, sa.String),
        "key": _text("key") + who.c.citizen_id,
        "account_id": who.c.account_id,
        "address_id": who.c.address_id,
        "citizen_id": who.c.citizen_id,
        "consultation_id": _text("consultation"),
        "revision": sa.bindparam("revision", type_=sa.Integer()),
        "step": sa.literal(FOLLOW_UP_STEP),
        "lane": sa.literal(Lane.PUSH.value),
        "rank": sa.literal(RANKS[Lane.PUSH]),
        "body": _words(who.c.language, languages),
        "language": who.c.language,
        "planned_at": sa.bindparam("at", type_=Instant()),
        "due_at": sa.bindparam("at", type_=Instant()),
        "state": sa.case((who.c.reason.is_(None), State.PLANNED.value), else_=State.SKIPPED.value),
        "reason": who.c.reason,
    }
    people = sa.select(*owed.values()).order_by(who.c.citizen_id)
    return inserting(deliveries, dialect, ("key",), returning=("state",)).from_select(list(owed), people)


def values_of(follow_up: FollowUp, told: Told, plain: Mapping[str, Any]) -> dict[str, Any]:
    """What `owing` is executed with. `plain`: the words of each language, as they are stored."""
    subject = {"topic": follow_up.topic} if follow_up.topic else {"follow_up": follow_up.id}
    same = {"key": told.key, "token": told.token, "revision": told.revision, "at": told.at}
    words = {
        f"{name}_{number}": value
        for number, pair in enumerate(plain.items())
        for name, value in zip(("language", "words"), pair, strict=True)
    }
    return {"consultation": follow_up.consultation, **subject, **same, **words}


def asked(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Has the person of this dialogue such a contribution? Whoever was hidden by staff asked all the same, and is owed
    the answer."""
    return sa.exists().where(
        contributions.c.dialogue_id == dialogues.c.id,
        unindexed(contributions.c.state).in_([ContributionState.READ.value, ContributionState.HIDDEN.value]),
        contributions.c.redirect.is_(None),
        which,
    )


def _concerned(*, by_topic: bool) -> sa.Select[Any]:
    """`reason`: why they are not told; null for those who are."""
    own = sa.select(follow_up_contributions.c.contribution_id).where(
        follow_up_contributions.c.follow_up_id == sa.bindparam("follow_up")
    )
    wants = sa.exists().where(
        consents.c.citizen_id == dialogues.c.citizen_id,
        consents.c.consultation_id == dialogues.c.consultation_id,
        consents.c.purpose == Purpose.RESULTS.value,
        consents.c.revoked_at.is_(None),
    )
    stopped = sa.or_(citizens.c.stopped_at.is_not(None), dialogues.c.stage == Stage.STOPPED.value)
    reason = sa.case(
        (stopped, Reason.OPTED_OUT.value),
        (addresses.c.unreachable, Reason.UNREACHABLE.value),
        (~wants, Reason.NO_CONSENT.value),
    )
    return (
        sa.select(
            dialogues.c.citizen_id,
            dialogues.c.address_id,
            addresses.c.account_id,
            citizens.c.language,
            reason.label("reason"),
        )
        .join(citizens, citizens.c.id == dialogues.c.citizen_id)
        .join(addresses, addresses.c.id == dialogues.c.address_id)
        .where(
            _takes_part(),
            dialogues.c.citizen_id > sa.bindparam("after"),
            dialogues.c.citizen_id <= sa.bindparam("up_to"),
            asked(about(_text("topic")) if by_topic else contributions.c.id.in_(own)),
        )
    )


def _words(language: sa.ColumnElement[str], languages: int) -> sa.ColumnElement[Any]:
    spoken = [
        (language == sa.bindparam(f"language_{number}"), sa.bindparam(f"words_{number}", type_=Json))
        for number in range(languages)
    ]
    return sa.case(*spoken, else_=sa.bindparam("words_0", type_=Json))


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.String())


def _takes_part() -> sa.ColumnElement[bool]:
    return unindexed(dialogues.c.consultation_id) == _text("consultation")
