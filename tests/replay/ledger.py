"""What the database holds after (or during) a replay, by chat, read with nothing between it and the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.model.contributions import ContributionState
from core.model.deliveries import Lane, State
from core.storage.engine import Storage
from core.storage.schema import (
    addresses,
    answers,
    consents,
    contributions,
    deliveries,
    dialogues,
    inbox,
    parts,
    tags,
)

OWED = (State.PLANNED.value, State.CLAIMED.value, State.SENDING.value)
UNREAD = (ContributionState.OPEN.value, ContributionState.RECEIVED.value)


@dataclass(frozen=True, slots=True)
class Kept:
    """One contribution. `texts`: (message id, raw text) in the order of the ids. `topics`: () = à classer."""

    id: str
    question: str
    channel: str
    source: str
    language: str
    state: str
    text: str
    parts: int
    redirect: str | None
    texts: tuple[tuple[int, str], ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """One delivery."""

    lane: str
    step: str | None
    state: str
    reason: str | None
    sent_at: datetime | None


@dataclass(slots=True)
class Account:
    """Everything that is kept of one chat."""

    dialogues: list[Any] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    consents: list[str] = field(default_factory=list)
    contributions: list[Kept] = field(default_factory=list)
    deliveries: list[Owed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """`orphans`: contributions behind which stands nobody. `updates`: rows of the inbox by state."""

    accounts: Mapping[int, Account]
    orphans: int
    updates: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is still to be done. `pushes`: how many pushes were planned so far, whatever became of them."""

    updates: int
    silences: int
    unread: int
    owed: int
    pushes: int

    @property
    def anything(self) -> bool:
        return bool(self.updates or self.silences or self.unread or self.owed)


async def waiting(storage: Storage) -> Waiting:
    async with storage.reading() as unit:
        counts = [
            (await unit.connection.execute(sa.select(sa.func.count()).select_from(table).where(wanted))).scalar_one()
            for table, wanted in (
                (inbox, inbox.c.state == "new"),
                (dialogues, dialogues.c.elapses_at.is_not(None)),
                (contributions, contributions.c.state.in_(UNREAD)),
                (deliveries, deliveries.c.state.in_(OWED)),
                (deliveries, deliveries.c.lane == Lane.PUSH.value),
            )
        ]
    return Waiting(*counts)


async def read_ledger(storage: Storage) -> Ledger:
    async with storage.reading() as unit:
        chats: dict[str, Account] = {}
        numbers: dict[str, int] = {}
        for row in await _all(unit, sa.select(addresses)):
            numbers[row.id] = int(row.external_id)
            if row.citizen_id:
                chats[row.citizen_id] = Account()
        dialogue_of: dict[str, str] = {}
        for row in await _all(unit, sa.select(dialogues)):
            chats[row.citizen_id].dialogues.append(row)
            dialogue_of[row.id] = row.citizen_id
        for row in await _all(unit, sa.select(answers)):
            chats[dialogue_of[row.dialogue_id]].answers[row.question_id] = row.value
        for row in await _all(unit, sa.select(consents).where(consents.c.revoked_at.is_(None))):
            chats[row.citizen_id].consents.append(row.purpose)
        orphans = await _contributions(unit, chats)
        accounts = {number: Account() for number in numbers.values()}
        for row in await _all(unit, sa.select(addresses)):
            if row.citizen_id:
                accounts[int(row.external_id)] = chats[row.citizen_id]
        for row in await _all(unit, sa.select(deliveries).order_by(deliveries.c.seq)):
            owed = Owed(row.lane, row.step, row.state, row.reason, row.sent_at)
            accounts[numbers[row.address_id]].deliveries.append(owed)
        states = sa.select(inbox.c.state, sa.func.count().label("n")).group_by(inbox.c.state)
        updates = {row.state: row.n for row in await _all(unit, states)}
    return Ledger(accounts, orphans, updates)


async def _contributions(unit: Any, chats: Mapping[str, Account]) -> int:
    texts: dict[str, list[tuple[int, str]]] = {}
    for row in await _all(unit, sa.select(parts).order_by(parts.c.message_id)):
        texts.setdefault(row.contribution_id, []).append((row.message_id, row.text))
    topics: dict[str, list[str]] = {}
    for row in await _all(unit, sa.select(tags).order_by(tags.c.topic)):
        topics.setdefault(row.contribution_id, []).append(row.topic)
    orphans = 0
    for row in await _all(unit, sa.select(contributions)):
        if row.citizen_id is None:
            orphans += 1
            continue
        chats[row.citizen_id].contributions.append(
            Kept(
                id=row.id,
                question=row.question_id,
                channel=row.channel,
                source=row.source,
                language=row.language,
                state=row.state,
                text=row.text or "",
                parts=row.parts,
                redirect=row.redirect,
                texts=tuple(texts.get(row.id, ())),
                topics=tuple(topics.get(row.id, ())),
            )
        )
    return orphans


async def _all(unit: Any, statement: sa.Select[Any]) -> Sequence[Any]:
    found: Sequence[Any] = (await unit.connection.execute(statement)).all()
    return found
