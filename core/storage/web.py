"""What the pages need: the conversation that a web chat shows, who stands behind it, and arrivals by source and day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.deliveries import Lane, State
from core.model.ids import AccountId, AddressId, ConsultationId, PartnerId
from core.model.messages import Button
from core.storage.schema import (
    accounts,
    addresses,
    arrivals,
    citizens,
    deliveries,
    inbox,
    partners,
    sources,
    web_messages,
)
from core.storage.sql import among, chunks, many
from core.storage.types import Instant

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Rows = tuple[tuple[Button, ...], ...]


class Direction(StrEnum):
    """`in`: the person said or pressed it. `out`: we did say it."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a conversation. `seq` grows with time inside one chat; `buttons` are rows."""

    seq: int
    direction: Direction
    text: str
    buttons: Rows
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A bubble that is written down. The same `reference` stands once in its chat."""

    account: AccountId
    chat: str
    seq: int
    direction: Direction
    text: str
    buttons: Rows = ()
    reference: str | None = None


class Web:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

    async def add(self, lines: Sequence[Line], now: datetime) -> None:
        """Their numbers come from `numbers`, and none of their references stands in its chat (`known`)."""
        rows = [
            {
                "account_id": line.account,
                "chat": line.chat,
                "seq": line.seq,
                "direction": line.direction.value,
                "text": line.text,
                "buttons": _as_json(line.buttons),
                "reference": line.reference,
                "at": now,
            }
            for line in lines
        ]
        if rows:
            await self._connection.execute(sa.insert(web_messages), rows)

    async def known(self, wanted: Collection[tuple[AccountId, str, str]]) -> dict[tuple[AccountId, str, str], int]:
        """Of these (account, chat, reference), the numbers of those that stand there already."""
        found: dict[tuple[AccountId, str, str], int] = {}
        for some in chunks(wanted):
            values = {
                "accounts": list({account for account, _, _ in some}),
                "chats": list({chat for _, chat, _ in some}),
                "references": list({reference for _, _, reference in some}),
            }
            for row in await self._connection.execute(_known(), values):
                found[AccountId(row.account_id), row.chat, row.reference] = row.seq
        return found

    async def numbers(self, chats: Sequence[tuple[AccountId, str]], now: datetime) -> list[int]:
        """For each of these, in order, a number that no message of its chat had: milliseconds since 1970, or one more
        than the newest."""
        if self._connection.dialect.name == "postgresql":  # two writers of one chat must not take the same number
            for _, chat in sorted(set(chats)):  # nor wait for each other
                await self._connection.execute(
                    sa.text("SELECT pg_advisory_xact_lock(7403202, hashtext(:chat))").bindparams(chat=chat)
                )
        taken: dict[tuple[AccountId, str], int] = {}
        for some in chunks(set(chats)):
            values = {
                "accounts": list({account for account, _ in some}),
                "chats": list({chat for _, chat in some}),
            }
            for row in await self._connection.execute(_newest(), values):
                taken[AccountId(row.account_id), row.chat] = row.seq
        numbers = []
        for each in chats:
            taken[each] = max(taken.get(each, 0) + 1, (now - _EPOCH) // _MILLISECOND)
            numbers.append(taken[each])
        return numbers

    async def change(self, account: AccountId, chat: str, seq: int, text: str, buttons: Rows) -> bool:
        """Whether there was such a message."""
        statement = (
            sa.update(web_messages)
            .where(_of(account, chat), web_messages.c.seq == seq, web_messages.c.direction == Direction.OUT.value)
            .values(text=text, buttons=_as_json(buttons))
        )
        return bool((await self._connection.execute(statement)).rowcount)

    async def take_back(self, account: AccountId, chat: str, seq: int) -> None:
        await self._connection.execute(sa.delete(web_messages).where(_of(account, chat), web_messages.c.seq == seq))

    async def conversations(self, account: AccountId, chats: Collection[str], limit: int) -> dict[str, list[Bubble]]:
        """By chat, its newest messages, oldest of them first."""
        found: dict[str, list[Bubble]] = {chat: [] for chat in chats}
        for some in chunks(found):
            values = {"account": account, "chats": some, "limit": limit}
            for row in await self._connection.execute(_conversations(), values):
                found[row.chat].append(_bubble(row))
        return found

    async def both_ends(
        self, account: AccountId, chats: Collection[str]
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """(by chat, the language of the person in it; the name of the partner who asks, in each language)."""
        languages: dict[str, str] = {}
        name: Mapping[str, str] = {}
        for some in chunks(chats):
            for row in await self._connection.execute(_both_ends(), {"account": account, "chats": some}):
                name = row.name
                if row.external_id is not None:
                    languages[row.external_id] = row.language
        return languages, name

    async def owed(self, account: AccountId, chats: Collection[str], now: datetime) -> set[str]:
        """Of these chats, those that said something that waits to be heard, or an answer to it waits to leave.

        What stands on the page has left, settled or not; but whoever erased everything waits until that is true.
        """
        found: set[str] = set()
        for some in chunks(chats):
            values = {"account": account, "chats": some, "now": now}
            found |= set((await self._connection.execute(_owed(), values)).scalars())
        return found

    # ── what goes ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def forget(self, account: AccountId, chat: str) -> None:
        """The whole conversation."""
        await self._connection.execute(sa.delete(web_messages).where(_of(account, chat)))

    async def forget_at(self, ids: Collection[AddressId]) -> None:
        """The conversations at these addresses."""
        for some in chunks(ids):
            known = await self._connection.execute(sa.select(addresses).where(addresses.c.id.in_(some)))
            for row in known.all():
                await self.forget(AccountId(row.account_id), row.external_id)

    async def forget_before(self, when: datetime, accounts: Collection[AccountId]) -> int:
        """Messages older than `when`. Returns how many."""
        statement = sa.delete(web_messages).where(
            web_messages.c.at < when, web_messages.c.account_id.in_(list(accounts))
        )
        return (await self._connection.execute(statement)).rowcount

    # ── arrivals ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def arrived(self, partner: PartnerId, token: str, on: date, people: int) -> None:
        """So many opened the page of this source. Nothing is known of them."""
        builder = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        source = sa.select(sources.c.id, sa.literal(on, sa.Date), sa.literal(people)).where(
            sources.c.partner_id == partner, sources.c.token == token, sources.c.retired_at.is_(None)
        )
        statement = builder.insert(arrivals).from_select(["source_id", "day", "n"], source)
        more = {"n": arrivals.c.n + statement.excluded.n}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["source_id", "day"], set_=more))

    async def arrivals(self, consultation: ConsultationId) -> dict[str, int]:
        """By token, how often the page of each source was opened."""
        statement = (
            sa.select(sources.c.token, sa.func.sum(arrivals.c.n).label("n"))
            .join(arrivals, arrivals.c.source_id == sources.c.id)
            .where(sources.c.consultation_id == consultation)
            .group_by(sources.c.token)
        )
        return {row.token: row.n for row in await self._connection.execute(statement)}


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _known() -> sa.Select[Any]:
    return sa.select(
        web_messages.c.account_id, web_messages.c.chat, web_messages.c.reference, web_messages.c.seq
    ).where(
        web_messages.c.account_id.in_(many("accounts")),
        among(web_messages.c.chat, "chats"),
        among(web_messages.c.reference, "references"),
    )


@cache
def _newest() -> sa.Select[Any]:
    """The number of the newest message of each chat."""
    return (
        sa.select(web_messages.c.account_id, web_messages.c.chat, sa.func.max(web_messages.c.seq).label("seq"))
        .where(web_messages.c.account_id.in_(many("accounts")), among(web_messages.c.chat, "chats"))
        .group_by(web_messages.c.account_id, web_messages.c.chat)
    )


@cache
def _conversations() -> sa.Select[Any]:
    place = sa.func.row_number().over(partition_by=web_messages.c.chat, order_by=web_messages.c.seq.desc())
    newest = (
        sa.select(web_messages, place.label("place"))
        .where(web_messages.c.account_id == sa.bindparam("account"), among(web_messages.c.chat, "chats"))
        .subquery()
    )
    return sa.select(newest).where(newest.c.place <= sa.bindparam("limit")).order_by(newest.c.chat, newest.c.seq)


@cache
def _both_ends() -> sa.Select[Any]:
    here = sa.and_(addresses.c.account_id == accounts.c.id, among(addresses.c.external_id, "chats"))
    return (
        sa.select(addresses.c.external_id, citizens.c.language, partners.c.name)
        .select_from(
            accounts.join(partners, partners.c.id == accounts.c.partner_id)
            .outerjoin(addresses, here)
            .outerjoin(citizens, citizens.c.id == addresses.c.citizen_id)
        )
        .where(accounts.c.id == sa.bindparam("account"))
    )


@cache
def _owed() -> sa.CompoundSelect[Any]:
    account: Any = sa.bindparam("account", type_=addresses.c.account_id.type)
    stands = sa.exists().where(
        web_messages.c.account_id == account,
        web_messages.c.chat == addresses.c.external_id,
        web_messages.c.reference == deliveries.c.id,
    )
    to_hear = sa.select(inbox.c.chat).where(
        inbox.c.account_id == account, among(inbox.c.chat, "chats"), inbox.c.state == "new"
    )
    on_its_way = (
        sa.select(addresses.c.external_id)
        .join(deliveries, deliveries.c.address_id == addresses.c.id)
        .where(
            addresses.c.account_id == account,
            among(addresses.c.external_id, "chats"),
            deliveries.c.lane == Lane.REPLY.value,
            deliveries.c.due_at <= sa.bindparam("now", type_=Instant()),
            deliveries.c.state.in_([State.PLANNED.value, State.CLAIMED.value, State.SENDING.value]),
            addresses.c.leaving | ~stands,
        )
    )
    return to_hear.union(on_its_way)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of(account: AccountId, chat: str) -> sa.ColumnElement[bool]:
    return sa.and_(web_messages.c.account_id == account, web_messages.c.chat == chat)


def _as_json(buttons: Rows) -> Sequence[Sequence[Sequence[str]]]:
    return [[[button.label, button.action] for button in row] for row in buttons]


def _bubble(row: Any) -> Bubble:
    buttons = tuple(tuple(Button(label, action) for label, action in each) for each in row.buttons)
    return Bubble(row.seq, Direction(row.direction), row.text, buttons, row.at)
