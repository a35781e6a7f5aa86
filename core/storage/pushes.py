"""Pushes to a page of people are owed in one statement, and the database does the writing.

    people, each with a reason or none ─▶ [delivery: one each, planned or skipped]

A row that goes through Python costs several times what it costs here, and they may be a hundred thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.model.deliveries import Body, Lane, Reason, State
from core.model.ids import AddressId, CitizenId, ConsultationId
from core.storage.outbox_statements import RANKS
from core.storage.schema import addresses, deliveries
from core.storage.sql import inserting
from core.storage.types import Instant, Json, as_text, plain_body

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Pushes:
    """What the pushes to all of a page have in common. `key`: theirs begin with it, and end with the person. `token`:
    their ids begin with it. `words`: by number, in which language, and what."""

    key: str
    token: str
    consultation: ConsultationId
    revision: int
    step: str
    words: Sequence[tuple[str, Body]]
    at: datetime
    use_by: datetime | None = None


class Owed(NamedTuple):
    """One person's. `words`: their number. `reason`: why it is not sent, None when it is to be."""

    citizen: CitizenId
    address: AddressId
    due_at: datetime
    words: int
    reason: Reason | None = None


def values_of(pushes: Pushes) -> dict[str, Any]:
    """What a statement of `pushed` is executed with."""
    names = ("key", "token", "consultation", "revision", "step", "at", "use_by")
    values = {name: getattr(pushes, name) for name in names}
    for number, (language, body) in enumerate(pushes.words):
        values |= {f"language_{number}": language, f"words_{number}": plain_body(body)}
    return values


def listed(owed: Sequence[Owed]) -> list[tuple[Any, ...]]:
    """The value `people` of `to_each`."""
    return [
        (number, each.citizen, each.address, as_text(each.due_at), each.words, each.reason and each.reason.value)
        for number, each in enumerate(owed)
    ]


@lru_cache(maxsize=100)
def to_each(dialect: str, words: int) -> Any:
    """The pushes to those that are listed and still there; whoever has one has it already. Its values: `values_of`,
    people."""
    many = sa.func.jsonb_array_elements if dialect == "postgresql" else sa.func.json_each
    each = many(sa.bindparam("people", type_=Json)).table_valued(sa.column("value", sa.JSON()), name="each")
    number, citizen, address, due_at, said, reason = (each.c.value[place] for place in range(6))
    who = (
        sa.select(
            number.as_integer().label("number"),
            citizen.as_string().label("citizen_id"),
            addresses.c.id.label("address_id"),
            addresses.c.account_id,
            _said(said.as_integer(), "language", words, sa.String()).label("language"),
            _said(said.as_integer(), "words", words, Json).label("body"),
            sa.cast(due_at.as_string(), Instant()).label("due_at"),
            reason.as_string().label("reason"),
        )
        .where(addresses.c.id == address.as_string(), addresses.c.citizen_id == citizen.as_string())
        .subquery()
    )
    return pushed(dialect, who)


def pushed(dialect: str, who: sa.Subquery, *, returning: tuple[str, ...] = ()) -> Any:
    """A push to each of `who`: their number, citizen_id, address_id, account_id, language, body, due_at, reason."""
    told = who.c
    owed: dict[str, Column] = {
        "id": text("token") + "-" + sa.cast(told.number, sa.String),
        "key": text("key") + told.citizen_id,
        "account_id": told.account_id,
        "address_id": told.address_id,
        "citizen_id": told.citizen_id,
        "consultation_id": text("consultation"),
        "revision": sa.bindparam("revision", type_=sa.Integer()),
        "step": text("step"),
        "lane": sa.literal(Lane.PUSH.value),
        "rank": sa.literal(RANKS[Lane.PUSH]),
        "body": told.body,
        "language": told.language,
        "planned_at": sa.bindparam("at", type_=Instant()),
        "due_at": told.due_at,
        "use_by": sa.bindparam("use_by", type_=Instant()),
        "state": sa.case((told.reason.is_(None), State.PLANNED.value), else_=State.SKIPPED.value),
        "reason": told.reason,
    }
    people = sa.select(*owed.values()).where(told.address_id.is_not(None))  # SQLite reads ON CONFLICT after a WHERE
    return inserting(deliveries, dialect, ("key",), returning=returning).from_select(list(owed), people)


def text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.String())


def _said(number: Column, what: str, words: int, kind: Any) -> Column:
    return sa.case({each: sa.bindparam(f"{what}_{each}", type_=kind) for each in range(words)}, value=number)
