"""A page of those whom a follow-up concerns is owed its message: one statement, and the database does the writing.

    people who take part ─▶ who asked ─▶ why not? (stopped, unreachable, does not want to know) ─▶ [delivery: one each]

A row that goes through Python costs several times what it costs here, and they may be a hundred thousand.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from core.model.contributions import ContributionState
from core.model.deliveries import Reason
from core.model.dialogues import Stage
from core.model.follow_ups import FollowUp
from core.model.people import Purpose
from core.storage.effective import about
from core.storage.pushes import pushed, text
from core.storage.schema import (
    addresses,
    citizens,
    consents,
    contributions,
    dialogues,
    follow_up_contributions,
)
from core.storage.sql import unindexed
from core.storage.types import Instant, Json


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
    already. It returns the state of each new one. Its values: `values_of` (the first words for whoever speaks none of
    their languages), `subject_of`, after, up_to."""
    who = _concerned(languages, by_topic=by_topic).subquery()
    return pushed(dialect, who, returning=("state",))


def subject_of(follow_up: FollowUp) -> dict[str, str]:
    """What `owing` is executed with, beside the rest."""
    return {"topic": follow_up.topic} if follow_up.topic else {"follow_up": follow_up.id}


def asked(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Has the person of this dialogue such a contribution? Whoever was hidden by staff asked all the same, and is owed
    the answer."""
    return sa.exists().where(
        contributions.c.dialogue_id == dialogues.c.id,
        unindexed(contributions.c.state).in_([ContributionState.READ.value, ContributionState.HIDDEN.value]),
        contributions.c.redirect.is_(None),
        which,
    )


def _concerned(languages: int, *, by_topic: bool) -> sa.Select[Any]:
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
            sa.func.row_number().over(order_by=dialogues.c.citizen_id).label("number"),
            dialogues.c.citizen_id,
            dialogues.c.address_id,
            addresses.c.account_id,
            citizens.c.language,
            _words(citizens.c.language, languages).label("body"),
            sa.bindparam("at", type_=Instant()).label("due_at"),
            reason.label("reason"),
        )
        .join(citizens, citizens.c.id == dialogues.c.citizen_id)
        .join(addresses, addresses.c.id == dialogues.c.address_id)
        .where(
            _takes_part(),
            dialogues.c.citizen_id > sa.bindparam("after"),
            dialogues.c.citizen_id <= sa.bindparam("up_to"),
            asked(about(text("topic")) if by_topic else contributions.c.id.in_(own)),
        )
    )


def _words(language: sa.ColumnElement[str], languages: int) -> sa.ColumnElement[Any]:
    spoken = [
        (language == sa.bindparam(f"language_{number}"), sa.bindparam(f"words_{number}", type_=Json))
        for number in range(languages)
    ]
    return sa.case(*spoken, else_=sa.bindparam("words_0", type_=Json))


def _takes_part() -> sa.ColumnElement[bool]:
    return unindexed(dialogues.c.consultation_id) == text("consultation")
