"""Dialogues, saved by compare-and-swap on their version, and the answers to closed questions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.audience import FOR_ALL, Candidate, Segment
from core.model.consultations import Retention
from core.model.dialogues import Dialogue, Stage
from core.model.errors import StaleDialogue
from core.model.ids import AddressId, CitizenId, ConsultationId, DialogueId
from core.storage.experiments import kept_out
from core.storage.schema import addresses, answers, citizens, contributions, dialogues
from core.storage.segments import inside, unplanned
from core.storage.sql import among, chunks, locked, put

_STATE = TypeAdapter(Dialogue)
HELD_TEXT = Retention().held_text
_DONE = (Stage.RESULTS, Stage.FINISHED)


@dataclass(frozen=True, slots=True)
class Placed:
    """A dialogue with the address it goes through. `active`: the one that this chat speaks in now."""

    dialogue: Dialogue
    address: AddressId
    active: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one person stands in one consultation: `stage` None when they never opened it; `answer`: what they said to
    the question that was asked for. Asked of everybody who is about to be written to, so of no more than is needed."""

    stopped: bool
    unreachable: bool
    stage: Stage | None
    finished: bool
    not_interested: bool
    answer: str | None


class Dialogues:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, citizens: Collection[CitizenId]) -> dict[CitizenId, list[Placed]]:
        """Every dialogue of these citizens, the oldest first."""
        found: dict[CitizenId, list[Placed]] = {citizen: [] for citizen in citizens}
        for some in chunks(citizens):
            for row in await self._connection.execute(_of_citizens(), {"citizens": some}):
                found[CitizenId(row.citizen_id)].append(_placed(row))
        return found

    async def stands(
        self, consultation: ConsultationId, citizens: Collection[CitizenId], question: str
    ) -> dict[CitizenId, Stand]:
        """By citizen. Whoever is erased is absent."""
        found: dict[CitizenId, Stand] = {}
        asked = {"consultation": consultation}
        for some in chunks(citizens):
            for row in await self._connection.execute(_stands(question), asked | {"citizens": some}):
                stage = Stage(row.stage) if row.stage else None
                found[CitizenId(row.id)] = Stand(
                    stopped=row.stopped_at is not None,
                    unreachable=bool(row.gone),
                    stage=stage,
                    finished=row.finished_at is not None or stage in _DONE,
                    not_interested=bool(row.not_interested),
                    answer=row.answer,
                )
        return found

    async def get(self, ids: Collection[DialogueId]) -> dict[DialogueId, Placed]:
        found: dict[DialogueId, Placed] = {}
        for some in chunks(ids):
            for row in await self._connection.execute(_by_id(), {"ids": some}):
                found[DialogueId(row.id)] = _placed(row)
        return found

    async def elapsed_ids(self, now: datetime, limit: int) -> list[DialogueId]:
        """Those whose silence is over, by name."""
        found = await self._connection.execute(_elapsed_ids(), {"now": now, "limit": limit})
        return [DialogueId(row.id) for row in found]

    async def put_off(self, dialogue: DialogueId, until: datetime) -> None:
        """Its silence is not looked at before then."""
        await self._connection.execute(sa.update(dialogues).where(dialogues.c.id == dialogue).values(elapses_at=until))

    async def elapsed(self, now: datetime, limit: int, *, only: DialogueId | None = None) -> list[Placed]:
        """Those whose silence is over, the longest over first. `only`: this one, if its silence is over."""
        statement = _elapsed() if only is None else _elapsed().where(dialogues.c.id == only)
        statement = locked(statement, self._connection)
        return [_placed(row) for row in await self._connection.execute(statement, {"now": now, "limit": limit})]

    async def next_elapse(self) -> datetime | None:
        soonest: datetime | None = (await self._connection.execute(_next_elapse())).scalar_one()
        return soonest

    async def holding_since(self, consultation: ConsultationId, before: datetime, limit: int) -> list[Placed]:
        """Those of a consultation that hold text from before consent, written at `before` or earlier."""
        statement = (
            sa.select(*_WHOLE)
            .where(dialogues.c.consultation_id == consultation, dialogues.c.held_until <= before + HELD_TEXT)
            .limit(limit)
        )
        return [_placed(row) for row in await self._connection.execute(statement)]

    async def answering(self, consultation: ConsultationId, limit: int) -> list[Placed]:
        """Those of a consultation that have an answer, typed or tapped."""
        statement = (
            sa.select(*_WHOLE)
            .where(
                dialogues.c.consultation_id == consultation,
                sa.or_(
                    sa.exists().where(answers.c.dialogue_id == dialogues.c.id),
                    sa.exists().where(contributions.c.dialogue_id == dialogues.c.id),
                ),
            )
            .limit(limit)
        )
        return [_placed(row) for row in await self._connection.execute(statement)]

    async def add(self, placed: Sequence[Placed]) -> None:
        await put(self._connection, dialogues, [_row(each) for each in placed], unique=("id",))

    async def save(self, placed: Iterable[Placed], first_answers: dict[DialogueId, datetime]) -> None:
        """Saves what changed, each at the version it was loaded with plus one.

        Raises `StaleDialogue` when another worker was faster: the unit rolls back and everything is loaded again.
        """
        rows = []
        for each in placed:
            row = _row(each, version=each.dialogue.version + 1)
            row["known_id"] = row.pop("id")
            row["known_version"] = each.dialogue.version
            row["answered_at"] = first_answers.get(each.dialogue.id)
            rows.append(row)
        if not rows:
            return
        statement = _save()
        if self._connection.dialect.supports_sane_multi_rowcount:
            result = await self._connection.execute(statement, rows)
            changed = result.rowcount
        else:
            changed = 0
            for row in rows:
                changed += (await self._connection.execute(statement, row)).rowcount
        if changed != len(rows):
            raise StaleDialogue("a dialogue moved meanwhile: it will be loaded again")

    async def first_answered(self, when: Mapping[DialogueId, datetime]) -> None:
        """Notes when each of these dialogues got its first answer, unless it had one."""
        for dialogue, at in when.items():
            await self._connection.execute(
                sa.update(dialogues)
                .where(dialogues.c.id == dialogue, dialogues.c.first_answer_at.is_(None))
                .values(first_answer_at=at)
            )

    async def put_answers(self, rows: Sequence[tuple[DialogueId, str, str]], now: datetime) -> None:
        await put(
            self._connection,
            answers,
            [
                {"dialogue_id": dialogue, "question_id": question, "value": value, "answered_at": now}
                for dialogue, question, value in rows
            ],
            unique=("dialogue_id", "question_id"),
            replacing=("value", "answered_at"),
        )

    async def drop_answer(self, dialogue: DialogueId, question: str) -> None:
        await self._connection.execute(
            sa.delete(answers).where(answers.c.dialogue_id == dialogue, answers.c.question_id == question)
        )

    async def answers(self, ids: Collection[DialogueId]) -> dict[DialogueId, dict[str, str]]:
        found: dict[DialogueId, dict[str, str]] = {dialogue: {} for dialogue in ids}
        for some in chunks(ids):
            for row in await self._connection.execute(_answers(), {"dialogues": some}):
                found[DialogueId(row.dialogue_id)][row.question_id] = row.value
        return found

    async def finished_count(self, consultation: ConsultationId) -> int:
        found = await self._connection.execute(_finished_count(), {"consultation": consultation})
        return found.scalar_one()

    async def unplanned(
        self,
        consultation: ConsultationId,
        step: str,
        stages: Collection[Stage],
        *,
        finished: bool = False,
        after: DialogueId | None,
        limit: int,
        soon: datetime | None = None,
        answer: tuple[str, str] | None = None,
        before: int = 0,
        segment: Segment = FOR_ALL,
    ) -> list[Candidate]:
        """A page, in the order of their dialogues' ids, of those for whom nothing has been planned in this step.
        `finished`: only those that came to their end once. `soon`: without those drawn to get it after then.
        `answer`: only those who gave this one (question, value). `before`: only those who began with an earlier
        revision than this. `segment`: only those whom the step is for."""
        wanted = nothing_planned(consultation, step, stages, finished=finished, soon=soon, answer=answer)
        wanted.append(inside(dialogues.c.citizen_id, consultation, step, segment))
        statement = (
            sa.select(*_KNOWN_OF_CANDIDATES)
            .join(citizens, citizens.c.id == dialogues.c.citizen_id)
            .where(*wanted)
            .order_by(dialogues.c.id)
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(dialogues.c.id > after)
        if before:
            statement = statement.where(dialogues.c.state["revision"].as_integer() < before)
        return [_candidate(row) for row in (await self._connection.execute(statement)).all()]


def nothing_planned(
    consultation: ConsultationId,
    step: str,
    stages: Collection[Stage],
    *,
    finished: bool,
    soon: datetime | None = None,
    answer: tuple[str, str] | None,
) -> list[sa.ColumnElement[bool]]:
    """What holds of the dialogues that nothing has been planned for in a step."""
    wanted = [
        dialogues.c.consultation_id == consultation,
        dialogues.c.stage.in_([stage.value for stage in stages]),
        unplanned(dialogues.c.citizen_id, consultation, step),
        ~kept_out(dialogues.c.citizen_id, consultation, step, soon),
    ]
    if finished:
        wanted.append(dialogues.c.finished_at.is_not(None))
    if answer is not None:
        given = sa.exists().where(
            answers.c.dialogue_id == dialogues.c.id,
            answers.c.question_id == answer[0],
            answers.c.value == answer[1],
        )
        wanted.append(given)
    return wanted


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _of_citizens() -> sa.Select[Any]:
    return sa.select(*_WHOLE).where(among(dialogues.c.citizen_id, "citizens")).order_by(dialogues.c.started_at)


@lru_cache(maxsize=100)
def _stands(question: str) -> sa.Select[Any]:
    """One statement for each question that some event asks."""
    own = sa.and_(dialogues.c.citizen_id == citizens.c.id, dialogues.c.consultation_id == sa.bindparam("consultation"))
    gone = sa.select(sa.func.min(sa.cast(addresses.c.unreachable, sa.Integer))).where(
        addresses.c.citizen_id == citizens.c.id
    )
    answer = dialogues.c.state[("answered", question)].as_string() if question else sa.null()
    return (
        sa.select(
            citizens.c.id,
            citizens.c.stopped_at,
            gone.scalar_subquery().label("gone"),
            dialogues.c.stage,
            dialogues.c.finished_at,
            dialogues.c.state["not_interested"].as_boolean().label("not_interested"),
            answer.label("answer"),
        )
        .outerjoin(dialogues, own)
        .where(among(citizens.c.id, "citizens"))
    )


@cache
def _by_id() -> sa.Select[Any]:
    return sa.select(*_WHOLE).where(among(dialogues.c.id, "ids"))


@cache
def _elapsed() -> sa.Select[Any]:
    over = dialogues.c.elapses_at <= sa.bindparam("now")
    return sa.select(*_WHOLE).where(over).order_by(dialogues.c.elapses_at).limit(sa.bindparam("limit"))


@cache
def _elapsed_ids() -> sa.Select[Any]:
    return _elapsed().with_only_columns(dialogues.c.id)


@cache
def _next_elapse() -> sa.Select[Any]:
    return sa.select(sa.func.min(dialogues.c.elapses_at))


@cache
def _save() -> sa.Update:
    answered = sa.bindparam("answered_at", type_=dialogues.c.first_answer_at.type)
    return (
        sa.update(dialogues)
        .where(dialogues.c.id == sa.bindparam("known_id"), dialogues.c.version == sa.bindparam("known_version"))
        .values(first_answer_at=sa.func.coalesce(dialogues.c.first_answer_at, answered))
    )


@cache
def _answers() -> sa.Select[Any]:
    return sa.select(answers).where(among(answers.c.dialogue_id, "dialogues"))


@cache
def _finished_count() -> sa.Select[int]:
    return sa.select(sa.func.count()).where(
        dialogues.c.consultation_id == sa.bindparam("consultation"), dialogues.c.finished_at.is_not(None)
    )


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


_WHOLE = tuple(dialogues.c[name] for name in ("id", "citizen_id", "address_id", "version", "active", "state"))
"""What a dialogue is read from: the other columns say the same again, for queries."""


_KNOWN_OF_CANDIDATES = (
    *(dialogues.c[name] for name in ("id", "citizen_id", "address_id", "source", "started_at", "agreed_at", "last_at")),
    dialogues.c.state,
    citizens.c.zone,
)
"""A dialogue is not made whole for each of very many people."""


def _candidate(row: Any) -> Candidate:
    return Candidate(
        citizen=CitizenId(row.citizen_id),
        address=AddressId(row.address_id),
        zone=row.zone,
        language=row.state["language"],
        dialogue=DialogueId(row.id),
        source=row.source,
        arrival=row.agreed_at or row.started_at,
        answered=row.last_at,
        done=frozenset((*row.state["answered"], *row.state["skipped"])),
    )


def _placed(row: Any) -> Placed:
    return Placed(_STATE.validate_python(row.state | {"version": row.version}), AddressId(row.address_id), row.active)


def _row(placed: Placed, version: int | None = None) -> dict[str, Any]:
    """The whole dialogue as JSON, and beside it a copy of what queries ask for. `version`: the one it becomes."""
    dialogue = placed.dialogue
    version = dialogue.version if version is None else version
    held_until = min((held.at for held in dialogue.held), default=None)
    return {
        "id": dialogue.id,
        "citizen_id": dialogue.citizen,
        "consultation_id": dialogue.consultation,
        "address_id": placed.address,
        "version": version,
        "stage": dialogue.stage.value,
        "active": placed.active,
        "source": dialogue.source,
        "state": _STATE.dump_python(dialogue, mode="json") | {"version": version},
        "started_at": dialogue.started_at,
        "agreed_at": dialogue.agreed_at,
        "finished_at": dialogue.finished_at,
        "last_at": dialogue.last_at,
        "elapses_at": dialogue.elapses_at,
        "held_until": held_until + HELD_TEXT if held_until else None,
    }
