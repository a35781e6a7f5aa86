"""What is counted of a consultation, kept up to date by the database: reading it costs the same however many spoke.

    a row changes ─▶ [triggers: it is taken out of `tallies`, and waits in `untallied`] ─▶ fold ─▶ in `tallies` again

A count is what stands in `tallies` and what the rows that wait count for now, so it is right at every moment, folded or
not. What each row counts for is said once, by the views (`migrations/versions/0016_tallies.py`). On PostgreSQL each
connection takes out under its own number (`shard`); folding puts all together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import ConsultationId
from core.storage.schema import contributions, dialogues, tallies, untallied
from core.storage.sql import among, inserting, locked, many

SCALE = 10_000
"""In a score of 1, as tallied."""
FOLDER = 7403202
"""The lock of PostgreSQL that one folder at a time holds."""


class Tallied(StrEnum):
    """`key`: of the first four, the source; of `CHOSEN`, question and value; of `ELSEWHERE`, the channel; of topics,
    the topic."""

    ARRIVED = "arrived"
    AGREED = "agreed"
    ANSWERED = "answered"
    FINISHED = "finished"
    CHOSEN = "chosen"
    SAID = "said"
    ELSEWHERE = "elsewhere"
    UNTAGGABLE = "untaggable"
    TO_REVIEW = "to_review"
    SORTED = "sorted"
    TOPIC = "topic"
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class Tally:
    """`total`, `square`: of scores, in ten-thousandths, so that what is taken out is exactly what was put in."""

    n: int
    total: int = 0
    square: int = 0


Tallies = Mapping[tuple[Tallied, str], Tally]


async def tallied(connection: AsyncConnection, consultation: ConsultationId, *kinds: Tallied) -> Tallies:
    """By kind and key, what counts now; what counts for nothing is left out."""
    rows = await connection.execute(_now(), {"consultation": consultation, "kinds": list(kinds)})
    return _found(rows)


async def counted_anew(connection: AsyncConnection, consultation: ConsultationId) -> Tallies:
    """The same from every row there is: slow, to see that the other is right."""
    rows = await connection.execute(_anew(), {"consultation": consultation})
    return _found(rows)


async def recount(connection: AsyncConnection) -> None:
    """Everything waits to be counted anew: figures are right at once, and cost what they cost before they were kept up
    to date until all of it is folded in."""
    if connection.dialect.name == "postgresql":  # nobody else takes anything out meanwhile
        await connection.execute(sa.text("LOCK TABLE tallies, untallied IN ACCESS EXCLUSIVE MODE"))
    await connection.execute(sa.delete(tallies))
    await connection.execute(sa.delete(untallied))
    for what, rows in (("dialogue", dialogues), ("contribution", contributions)):
        statement = sa.insert(untallied).from_select(
            ["what", "id", "again"], sa.select(sa.literal(what), rows.c.id, sa.false())
        )
        await connection.execute(statement)


async def fold(connection: AsyncConnection, limit: int) -> int:
    """Puts in what so many changed rows count for now. Returns how many rows that were."""
    if connection.dialect.name == "postgresql":
        mine = await connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(FOLDER)))
        if not mine.scalar_one():
            return 0  # another process is at it
    waiting = (await connection.execute(locked(_waiting(), connection), {"limit": limit})).all()
    if not waiting:
        return 0
    for what, view in _VIEWS.items():
        ids = [row.id for row in waiting if row.what == what]
        if ids:
            await connection.execute(_put_in(view.name, connection.dialect.name), {"ids": ids})
            await connection.execute(_done(), {"what": what, "ids": ids})
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text(_TOGETHER))
    await connection.execute(_nothing())
    return len(waiting)


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


def _view(name: str) -> sa.TableClause:
    columns = ("id", "consultation_id", "kind", "key", "n", "total", "square")
    return sa.table(name, *(sa.column(each, sa.String if each in columns[:4] else sa.BigInteger) for each in columns))


_VIEWS = {"dialogue": _view("dialogue_counts"), "contribution": _view("contribution_counts")}
_WAITING = _view("waiting_counts")
_TOGETHER = """
WITH theirs AS (SELECT * FROM tallies WHERE shard <> 0 FOR UPDATE SKIP LOCKED),
     gone AS (DELETE FROM tallies t USING theirs WHERE (t.consultation_id, t.kind, t.key, t.shard)
              = (theirs.consultation_id, theirs.kind, theirs.key, theirs.shard) RETURNING t.*)
INSERT INTO tallies (consultation_id, kind, key, shard, n, total, square)
SELECT consultation_id, kind, key, 0, SUM(n), SUM(total), SUM(square) FROM gone GROUP BY consultation_id, kind, key
ON CONFLICT (consultation_id, kind, key, shard) DO UPDATE SET n = tallies.n + excluded.n,
    total = tallies.total + excluded.total, square = tallies.square + excluded.square
"""
"""What each connection took out, put to the rest."""


def _summed(some: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    return [sa.cast(sa.func.sum(some.c[each]), sa.BigInteger).label(each) for each in ("n", "total", "square")]


@cache
def _now() -> sa.Select[Any]:
    own: sa.BindParameter[str] = sa.bindparam("consultation")
    kinds = many("kinds")
    parts = [
        sa.select(some.c.kind, some.c.key, some.c.n, some.c.total, some.c.square).where(
            of == own, some.c.kind.in_(kinds)
        )
        for some, of in (
            (tallies, tallies.c.consultation_id),
            (_WAITING, _WAITING.c.consultation_id.concat("")),  # found by the ids that wait, not by the consultation
        )
    ]
    everything = sa.union_all(*parts).subquery()
    return sa.select(everything.c.kind, everything.c.key, *_summed(everything)).group_by(
        everything.c.kind, everything.c.key
    )


@cache
def _anew() -> sa.Select[Any]:
    parts = [
        sa.select(view.c.kind, view.c.key, view.c.n, view.c.total, view.c.square).where(
            view.c.consultation_id == sa.bindparam("consultation")
        )
        for view in _VIEWS.values()
    ]
    everything = sa.union_all(*parts).subquery()
    return sa.select(everything.c.kind, everything.c.key, *_summed(everything)).group_by(
        everything.c.kind, everything.c.key
    )


@cache
def _waiting() -> sa.Select[Any]:
    return sa.select(untallied.c.what, untallied.c.id).limit(sa.bindparam("limit"))


@cache
def _put_in(view: str, dialect: str) -> Any:
    some = next(each for each in _VIEWS.values() if each.name == view)
    rows = (
        sa.select(some.c.consultation_id, some.c.kind, some.c.key, sa.literal(0), *_summed(some))
        .where(some.c.id.in_(many("ids")))
        .group_by(some.c.consultation_id, some.c.kind, some.c.key)
    )
    names = ["consultation_id", "kind", "key", "shard", "n", "total", "square"]
    statement = inserting(tallies, dialect, tuple(names[:4]), _added)
    return statement.from_select(names, rows)


def _added(new: Any) -> dict[str, Any]:
    return {each: tallies.c[each] + new[each] for each in ("n", "total", "square")}


@cache
def _done() -> sa.Delete:
    return sa.delete(untallied).where(untallied.c.what == sa.bindparam("what"), among(untallied.c.id, "ids"))


@cache
def _nothing() -> sa.Delete:
    columns = (tallies.c.n, tallies.c.total, tallies.c.square, tallies.c.shard)
    return sa.delete(tallies).where(*(each == 0 for each in columns))


def _found(rows: Any) -> Tallies:
    found = {(Tallied(row.kind), row.key): Tally(row.n, row.total, row.square) for row in rows}
    return {each: tally for each, tally in found.items() if tally.n}
