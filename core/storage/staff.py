"""What staff read: digests, alerts, the count of what could not be read, and how the service is doing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.deliveries import Lane, Reason, State
from core.model.ids import (
    AccountId,
    AddressId,
    AlertId,
    ConsultationId,
    ContributionId,
    DialogueId,
    DigestId,
    PartnerId,
)
from core.storage.schema import accounts, alerts, consultations, contributions, deliveries, digests, inbox, media_counts
from core.storage.sql import put

MOST_LOOKED_AT = 8
"""Newest digests among which each room's own is looked for."""

OWED = (State.PLANNED.value, State.CLAIMED.value, State.SENDING.value)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something that a person must read. `kind`: the redirect or the flag that it met."""

    id: AlertId
    partner: PartnerId
    consultation: ConsultationId
    contribution: ContributionId
    kind: str
    serious: bool
    created_at: datetime
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A digest that was made. `occasion`: its local time on the schedule, or what it was made for."""

    id: DigestId
    consultation: ConsultationId
    occasion: str
    figures: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """A digest in the staff's room, or another message there (then `digest` is ""). `key`: of its delivery.
    `external_id`: what the platform calls the message, "" when it is not there yet."""

    digest: DigestId
    account: AccountId
    address: AddressId
    external_id: str
    language: str
    key: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the service is doing, for one partner or for all. The instants are None when nothing waits.

    `unsent`: owed and due. A message that the platform asked to hold (`halted`) or that must be tried again counts
    from the moment it was planned.
    """

    unprocessed: int
    oldest_unprocessed_at: datetime | None
    quarantined: int
    unsent: int
    oldest_unsent_at: datetime | None
    halted: int
    uncertain: int
    failed: int
    untagged: int
    oldest_untagged_at: datetime | None
    untaggable: int
    alerts: int


class Staff:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def add_alert(self, alert: AlertRow) -> bool:
        """One alert a contribution and kind. False when it was there already."""
        row = {
            "id": alert.id,
            "partner_id": alert.partner,
            "consultation_id": alert.consultation,
            "contribution_id": alert.contribution,
            "kind": alert.kind,
            "serious": alert.serious,
            "created_at": alert.created_at,
        }
        return await put(self._connection, alerts, [row], unique=("contribution_id", "kind")) == 1

    async def alert(self, alert: AlertId) -> AlertRow | None:
        row = (await self._connection.execute(sa.select(alerts).where(alerts.c.id == alert))).one_or_none()
        return _alert(row) if row else None

    async def waiting_alerts(self, consultation: ConsultationId) -> list[AlertRow]:
        """Those that nobody has opened, the oldest first."""
        statement = (
            sa.select(alerts)
            .where(alerts.c.consultation_id == consultation, alerts.c.opened_at.is_(None))
            .order_by(alerts.c.created_at)
        )
        return [_alert(row) for row in await self._connection.execute(statement)]

    async def alerts_by(self, consultation: ConsultationId, dialogue: DialogueId | None, *, since: datetime) -> int:
        """How many one dialogue brought since then; None: those that came by no dialogue."""
        statement = (
            sa.select(sa.func.count())
            .select_from(alerts.join(contributions, contributions.c.id == alerts.c.contribution_id))
            .where(
                alerts.c.consultation_id == consultation,
                alerts.c.created_at >= since,
                contributions.c.dialogue_id == dialogue,
            )
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def open_alert(self, alert: AlertId, by: str, now: datetime) -> None:
        """Notes who read it first, and when."""
        await self._connection.execute(
            sa.update(alerts)
            .where(alerts.c.id == alert, alerts.c.opened_at.is_(None))
            .values(opened_at=now, opened_by=by)
        )

    async def set_review(self, contribution: ContributionId, text: str, *, quotable: bool) -> bool:
        """A person read `text` and said whether it may be quoted. False: the contribution no longer says that."""
        changed = await self._connection.execute(
            sa.update(contributions)
            .where(contributions.c.id == contribution, contributions.c.text == text)
            .values(review="reviewed" if quotable else "never")
        )
        return changed.rowcount == 1

    # ── digests ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def add_digest(
        self, digest: DigestId, consultation: ConsultationId, occasion: str, figures: Mapping[str, Any], now: datetime
    ) -> bool:
        """One digest an occasion (its local time on the schedule). False when it was made already."""
        row = {
            "id": digest,
            "consultation_id": consultation,
            "occasion": occasion,
            "figures": dict(figures),
            "made_at": now,
        }
        return await put(self._connection, digests, [row], unique=("consultation_id", "occasion")) == 1

    async def digest(self, digest: DigestId) -> DigestRow | None:
        row = (await self._connection.execute(sa.select(digests).where(digests.c.id == digest))).one_or_none()
        return _digest(row) if row else None

    async def digest_for(self, consultation: ConsultationId, occasion: str) -> DigestRow | None:
        statement = sa.select(digests).where(digests.c.consultation_id == consultation, digests.c.occasion == occasion)
        row = (await self._connection.execute(statement)).one_or_none()
        return _digest(row) if row else None

    async def digests_quoting(self, consultation: ConsultationId, contributions: Collection[str]) -> list[DigestId]:
        """Digests of this consultation that quote one of these contributions."""
        wanted = set(contributions)
        statement = sa.select(digests.c.id, digests.c.figures).where(digests.c.consultation_id == consultation)
        return [
            DigestId(row.id)
            for row in await self._connection.execute(statement)
            if wanted.intersection(row.figures.get("quotes", ()))
        ]

    async def quoted(self, consultation: ConsultationId) -> list[ContributionId]:
        """Every contribution that a digest of this consultation quotes."""
        statement = sa.select(digests.c.figures).where(digests.c.consultation_id == consultation)
        rows = await self._connection.execute(statement)
        return [ContributionId(quote) for row in rows for quote in row.figures.get("quotes", ())]

    async def unquote(self, digest: DigestId, contributions: Collection[str]) -> None:
        """Takes contributions that are gone out of what a digest quotes: no trace of them remains in it."""
        row = await self.digest(digest)
        if row:
            gone = set(contributions)
            kept = [quote for quote in row.figures.get("quotes", ()) if quote not in gone]
            alike = {quote: n for quote, n in row.figures.get("alike", {}).items() if quote not in gone}
            left = {**row.figures, "quotes": kept, "alike": alike}
            await self._connection.execute(sa.update(digests).where(digests.c.id == digest).values(figures=left))

    async def posted(self, digest: DigestId) -> list[Posted]:
        """Where this digest can be read now. Deliveries are found by their key: it outlives their body."""
        statement = sa.select(deliveries).where(
            _brings(digest), deliveries.c.state == State.SENT.value, deliveries.c.external_id != ""
        )
        return [_posted(row, digest) for row in await self._connection.execute(statement)]

    async def posted_as(self, begins: str) -> list[Posted]:
        """The messages that stand where staff read, by how the keys of their deliveries begin."""
        statement = sa.select(deliveries).where(
            deliveries.c.key.startswith(begins, autoescape=True),
            deliveries.c.state == State.SENT.value,
            deliveries.c.external_id != "",
        )
        return [_posted(row, DigestId("")) for row in await self._connection.execute(statement)]

    async def newest_posted(self, consultation: ConsultationId) -> list[Posted]:
        """Of each staff room, where its newest digest can be read; [] when none stands anywhere."""
        statement = sa.select(digests.c.id).where(digests.c.consultation_id == consultation)
        newest = await self._connection.execute(
            statement.order_by(digests.c.made_at.desc(), digests.c.id).limit(MOST_LOOKED_AT)
        )
        found: dict[AddressId, Posted] = {}
        for digest in newest.scalars().all():
            for each in await self.posted(DigestId(digest)):
                found.setdefault(each.address, each)
        return list(found.values())

    async def edit_waits(self, begins: str) -> bool:
        """Whether an edit whose key begins so is owed and not yet composed: it will say what is true then."""
        statement = sa.select(deliveries.c.seq).where(
            deliveries.c.key.startswith(begins, autoescape=True),
            deliveries.c.state == State.PLANNED.value,
        )
        return (await self._connection.execute(statement.limit(1))).first() is not None

    async def take_back(self, digest: DigestId) -> list[Posted]:
        """Stops this digest where it is composed already and not yet sent. Returns where it was to go."""
        statement = (
            sa.update(deliveries)
            .where(_brings(digest), deliveries.c.state == State.CLAIMED.value)
            .values(state=State.CANCELLED.value, reason=Reason.ERASED.value, lease_until=None)
            .returning(*deliveries.c)
        )
        return [_posted(row, digest) for row in await self._connection.execute(statement)]

    async def retire_digests(self, consultation: ConsultationId, addresses: Collection[AddressId]) -> int:
        """A newer digest takes the place of those that could not be sent to these rooms yet. Returns how many."""
        retired = await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.consultation_id == consultation,
                deliveries.c.lane == Lane.STAFF.value,
                deliveries.c.state == State.PLANNED.value,
                deliveries.c.key.startswith(DIGEST_KEY, autoescape=True),
                deliveries.c.address_id.in_(list(addresses)),
            )
            .values(state=State.CANCELLED.value, reason=Reason.TOO_LATE.value)
        )
        return retired.rowcount

    # ── what could not be read, and what waits ───────────────────────────────────────────────────────────────────────

    async def count_media(self, consultation: ConsultationId, media: str) -> None:
        changed = await self._connection.execute(
            sa.update(media_counts)
            .where(media_counts.c.consultation_id == consultation, media_counts.c.media == media)
            .values(n=media_counts.c.n + 1)
        )
        if not changed.rowcount:
            row = {"consultation_id": consultation, "media": media, "n": 1}
            await put(self._connection, media_counts, [row], unique=("consultation_id", "media"))

    async def media(self, consultation: ConsultationId) -> dict[str, int]:
        statement = sa.select(media_counts).where(media_counts.c.consultation_id == consultation)
        return {row.media: row.n for row in await self._connection.execute(statement)}

    async def quarantined(self, partner: PartnerId | None = None) -> int:
        """Updates that failed again and again and were set apart."""
        statement = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == "quarantined")
        if partner is not None:
            statement = statement.where(inbox.c.account_id.in_(_accounts_of(partner)))
        return (await self._connection.execute(statement)).scalar_one()

    async def health(self, now: datetime, partner: PartnerId | None = None) -> Health:
        """`partner` None: the whole installation."""
        waiting = sa.select(sa.func.count().label("n"), sa.func.min(inbox.c.received_at).label("oldest")).where(
            inbox.c.state == "new"
        )
        retried = sa.or_(deliveries.c.detail != "", deliveries.c.attempts > 0)
        owed = sa.and_(deliveries.c.state.in_(OWED), sa.or_(deliveries.c.due_at <= now, retried))
        since = sa.case((retried, deliveries.c.planned_at), else_=deliveries.c.due_at)
        halted = sa.and_(deliveries.c.state == State.PLANNED.value, deliveries.c.detail == "halted")
        sending = sa.select(
            sa.func.count(sa.case((owed, 1))).label("unsent"),
            sa.func.min(sa.case((owed, since))).label("oldest"),
            sa.func.count(sa.case((halted, 1))).label("halted"),
            sa.func.count(sa.case((deliveries.c.state == State.UNCERTAIN.value, 1))).label("uncertain"),
            sa.func.count(sa.case((deliveries.c.state == State.FAILED.value, 1))).label("failed"),
        )
        received = contributions.c.state == ContributionState.RECEIVED.value
        reading = sa.select(
            sa.func.count(sa.case((received, 1))).label("n"),
            sa.func.min(sa.case((received, contributions.c.whole_at))).label("oldest"),
            sa.func.count(sa.case((contributions.c.state == ContributionState.UNTAGGABLE.value, 1))).label("lost"),
        )
        unopened = sa.select(sa.func.count()).select_from(alerts).where(alerts.c.opened_at.is_(None))
        if partner is not None:
            mine = _accounts_of(partner)
            own = sa.select(consultations.c.id).where(consultations.c.partner_id == partner)
            waiting = waiting.where(inbox.c.account_id.in_(mine))
            sending = sending.where(deliveries.c.account_id.in_(mine))
            reading = reading.where(contributions.c.consultation_id.in_(own))
            unopened = unopened.where(alerts.c.partner_id == partner)
        came = (await self._connection.execute(waiting)).one()
        sent = (await self._connection.execute(sending)).one()
        read = (await self._connection.execute(reading)).one()
        return Health(
            unprocessed=came.n,
            oldest_unprocessed_at=came.oldest,
            quarantined=await self.quarantined(partner),
            unsent=sent.unsent,
            oldest_unsent_at=sent.oldest,
            halted=sent.halted,
            uncertain=sent.uncertain,
            failed=sent.failed,
            untagged=read.n,
            oldest_untagged_at=read.oldest,
            untaggable=read.lost,
            alerts=(await self._connection.execute(unopened)).scalar_one(),
        )


DIGEST_KEY = "digest:"
ALERT_KEY = "alert:"


def alert_key(alert: AlertId, letter: int = 0) -> str:
    """The key of the delivery that tells staff of this alert: in their room, or (from 1 on) by e-mail."""
    return f"{ALERT_KEY}{alert}{_by_letter(letter)}"


def digest_key(digest: DigestId, letter: int = 0) -> str:
    """The key of the delivery that brings this digest for the first time; a `letter` is none that `_brings` it, for
    it quotes nobody and no erasure needs to reach it."""
    return f"{DIGEST_KEY}{digest}{_by_letter(letter)}"


def alert_edit_key(alert: AlertId) -> str:
    """How the keys of the deliveries begin that bring the message of an alert up to date."""
    return f"alert-edit:{alert}:"


def approval_key(consultation: ConsultationId, since: datetime | None, letter: int = 0) -> str:
    """The key of the delivery that tells staff of the change given at `since`, or of the draft (None)."""
    what = "draft" if since is None else f"{since.timestamp():.6f}"
    return f"approval:{consultation}:{what}{_by_letter(letter)}"


def approval_edit_key(asked: str) -> str:
    """How the keys of the deliveries begin that say what became of what was `asked`."""
    return f"approval-edit:{asked}/"


def moved_key(consultation: ConsultationId, to: str, at: datetime, letter: int = 0) -> str:
    """The key of the delivery that tells staff what somebody moved the campaign to at this moment."""
    return f"moved:{consultation}:{to}:{at.timestamp():.6f}{_by_letter(letter)}"


def thread_key(digest: DigestId, topic: str = "") -> str:
    """The key of the delivery that puts the detail of a topic below a digest; how all of them begin without one."""
    return f"thread:{digest}:{topic}"


def thread_edit_key(key: str) -> str:
    """How the keys of the deliveries begin that bring the detail up to date which was sent as `key`."""
    return f"thread-edit:{key}/"


def edit_key(digest: DigestId) -> str:
    """How the keys of the deliveries begin that bring a digest up to date."""
    return f"digest-edit:{digest}:"


def _by_letter(letter: int) -> str:
    return f"/{letter}" if letter else ""


def _brings(digest: DigestId) -> sa.ColumnElement[bool]:
    """The delivery of this digest, or the one that took its place ("digest:…:again")."""
    key = digest_key(digest)
    return sa.or_(deliveries.c.key == key, deliveries.c.key.startswith(f"{key}:", autoescape=True))


def _posted(row: Any, digest: DigestId) -> Posted:
    return Posted(digest, AccountId(row.account_id), AddressId(row.address_id), row.external_id, row.language, row.key)


def _accounts_of(partner: PartnerId) -> sa.Select[tuple[str]]:
    return sa.select(accounts.c.id).where(accounts.c.partner_id == partner)


def _digest(row: Any) -> DigestRow:
    return DigestRow(DigestId(row.id), ConsultationId(row.consultation_id), row.occasion, row.figures, row.made_at)


def _alert(row: Any) -> AlertRow:
    return AlertRow(
        id=AlertId(row.id),
        partner=PartnerId(row.partner_id),
        consultation=ConsultationId(row.consultation_id),
        contribution=ContributionId(row.contribution_id),
        kind=row.kind,
        serious=row.serious,
        created_at=row.created_at,
        opened_at=row.opened_at,
    )
