"""Consultations, their revisions, and the campaign that carries each."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.ids import ConsultationId, PartnerId
from core.storage.schema import changes, consultations, revisions
from core.storage.sql import chunks, many, put

STORED = TypeAdapter(Consultation)
"""As JSON, exactly: made once, which takes a while."""


@dataclass(frozen=True, slots=True)
class Running:
    """What is known of a consultation beside its file. `revision`: the current one."""

    id: ConsultationId
    partner: PartnerId
    revision: int
    state: CampaignState
    started_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    ended_at: datetime | None = None

    @property
    def begins_at(self) -> datetime:
        """What moments "after the start" count from: a campaign that was started early reaches nobody early."""
        return max(self.started_at or self.opens_at, self.opens_at)

    @property
    def over_at(self) -> datetime:
        """What periods "after the end" count from: the closing date, or the day it was stopped before that."""
        return min(self.closes_at, self.ended_at or self.closes_at)

    def open_at(self, now: datetime) -> bool:
        """Answers count: the campaign runs (or pauses its pushes), has opened, and its closing date has not come."""
        return self.opens_at <= now and not self.closed_at(now)

    def soon_at(self, now: datetime) -> bool:
        """The campaign was started, and opens later."""
        return now < self.opens_at and not self.closed_at(now)

    def closed_at(self, now: datetime) -> bool:
        """No answer counts any more; those who began before an opening that was put off may go on."""
        return self.state not in (CampaignState.RUNNING, CampaignState.PAUSED) or now >= self.closes_at


@dataclass(frozen=True, slots=True)
class Change:
    """A file that waits for a second person."""

    file: str
    given_at: datetime


class Consultations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def running(self, consultation: ConsultationId) -> Running | None:
        row = (await self._connection.execute(_by_id(), {"consultation": consultation})).one_or_none()
        return _running(row) if row else None

    async def all(self, partner: PartnerId | None = None) -> list[Running]:
        if partner is None:
            found = await self._connection.execute(sa.select(consultations).order_by(consultations.c.id))
        else:
            found = await self._connection.execute(_of_partner(), {"partner": partner})
        return [_running(row) for row in found]

    async def add(self, consultation: Consultation, now: datetime, *, file: str | None = None) -> None:
        """A new consultation, as a draft, at revision 1. `file`: the text that it was read from."""
        await self._connection.execute(
            sa.insert(consultations).values(
                id=consultation.id,
                partner_id=consultation.partner.id,
                revision=1,
                state=CampaignState.DRAFT.value,
                opens_at=consultation.opens_at,
                closes_at=consultation.closes_at,
            )
        )
        await self._add_revision(replace(consultation, revision=1), now, file)

    async def revise(
        self, consultation: Consultation, revision: int, now: datetime, *, file: str | None = None
    ) -> None:
        """The next revision becomes the current one; dialogues that run keep theirs."""
        await self._connection.execute(
            sa.update(consultations)
            .where(consultations.c.id == consultation.id)
            .values(revision=revision, opens_at=consultation.opens_at, closes_at=consultation.closes_at)
        )
        await self._add_revision(replace(consultation, revision=revision), now, file)

    async def _add_revision(self, consultation: Consultation, now: datetime, file: str | None) -> None:
        await self._connection.execute(
            sa.insert(revisions).values(
                consultation_id=consultation.id,
                revision=consultation.revision,
                body=STORED.dump_json(consultation).decode(),
                created_at=now,
                file=file,
            )
        )

    async def file(self, consultation: ConsultationId, revision: int) -> str | None:
        """The text that a revision was read from; None when it came otherwise."""
        statement = sa.select(revisions.c.file).where(
            revisions.c.consultation_id == consultation, revisions.c.revision == revision
        )
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def put_file(self, consultation: ConsultationId, revision: int, file: str) -> None:
        """The same revision, written otherwise: comments, order, spaces."""
        await self._connection.execute(
            sa.update(revisions)
            .where(revisions.c.consultation_id == consultation, revisions.c.revision == revision)
            .values(file=file)
        )

    # ── a change that waits for a second person ──────────────────────────────────────────────────────────────────────

    async def propose(self, consultation: ConsultationId, revision: int, file: str, now: datetime) -> None:
        """This file is to change that revision; it takes the place of one that waited."""
        row = {"consultation_id": consultation, "revision": revision, "file": file, "given_at": now}
        replacing = ("revision", "file", "given_at")
        await put(self._connection, changes, [row], unique=("consultation_id",), replacing=replacing)

    async def proposed(self, partner: PartnerId) -> dict[ConsultationId, Change]:
        """By consultation, the file that waits."""
        statement = _waiting().where(consultations.c.partner_id == partner)
        return {ConsultationId(row.consultation_id): _change(row) for row in await self._connection.execute(statement)}

    async def change(self, consultation: ConsultationId) -> Change | None:
        """The file that waits to change this consultation."""
        statement = _waiting().where(changes.c.consultation_id == consultation)
        row = (await self._connection.execute(statement)).one_or_none()
        return _change(row) if row else None

    async def take_proposed(self, consultation: ConsultationId, file: str | None = None) -> Change | None:
        """It waits no more. None: nothing waited, or not this `file`."""
        statement = sa.delete(changes).where(changes.c.consultation_id == consultation)
        if file is not None:
            statement = statement.where(changes.c.file == file)
        row = (await self._connection.execute(statement.returning(*changes.c))).one_or_none()
        return _change(row) if row else None

    async def set_state(self, consultation: ConsultationId, state: CampaignState, now: datetime) -> None:
        values: dict[str, Any] = {"state": state.value}
        if state is CampaignState.RUNNING:
            values["started_at"] = sa.func.coalesce(
                consultations.c.started_at, sa.bindparam("now", now, type_=consultations.c.started_at.type)
            )
        elif state in (CampaignState.STOPPED, CampaignState.FINISHED):
            values["ended_at"] = now
        await self._connection.execute(
            sa.update(consultations).where(consultations.c.id == consultation).values(values)
        )

    async def pause_all(self) -> None:
        """No campaign goes on by itself."""
        running = sa.update(consultations).where(consultations.c.state == CampaignState.RUNNING.value)
        await self._connection.execute(running.values(state=CampaignState.PAUSED.value))

    async def revisions(
        self, wanted: Collection[tuple[ConsultationId, int]]
    ) -> dict[tuple[ConsultationId, int], Consultation]:
        """The asked revisions. A revision never changes: callers may keep what they get."""
        found: dict[tuple[ConsultationId, int], Consultation] = {}
        for some in chunks(wanted, 100):
            for row in await self._connection.execute(_revisions(), {"wanted": some}):
                found[ConsultationId(row.consultation_id), row.revision] = STORED.validate_json(row.body)
        return found

    async def current(self, consultation: ConsultationId) -> Consultation | None:
        running = await self.running(consultation)
        if running is None:
            return None
        return (await self.revisions([(consultation, running.revision)]))[consultation, running.revision]


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _by_id() -> sa.Select[Any]:
    return sa.select(consultations).where(consultations.c.id == sa.bindparam("consultation"))


@cache
def _of_partner() -> sa.Select[Any]:
    own = consultations.c.partner_id == sa.bindparam("partner")
    return sa.select(consultations).where(own).order_by(consultations.c.id)


@cache
def _revisions() -> sa.Select[Any]:
    return sa.select(revisions).where(sa.tuple_(revisions.c.consultation_id, revisions.c.revision).in_(many("wanted")))


@cache
def _waiting() -> sa.Select[Any]:
    """One that was given for an older revision waits no more."""
    its = sa.and_(consultations.c.id == changes.c.consultation_id, consultations.c.revision == changes.c.revision)
    return sa.select(*changes.c).join(consultations, its)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _change(row: Any) -> Change:
    return Change(row.file, row.given_at)


def _running(row: Any) -> Running:
    return Running(
        id=ConsultationId(row.id),
        partner=PartnerId(row.partner_id),
        revision=row.revision,
        state=CampaignState(row.state),
        started_at=row.started_at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        ended_at=row.ended_at,
    )
