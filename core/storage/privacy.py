"""Erasure and retention: what goes, when, and the little that stays."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.deliveries import State
from core.model.dialogues import Stage
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, ContributionId, DialogueId, PartnerId
from core.model.people import Address
from core.storage.contributions import drop
from core.storage.schema import (
    addresses,
    answers,
    citizens,
    consents,
    contributions,
    deliveries,
    dialogues,
    erasures,
    parts,
)
from core.storage.sql import chunks, put


class Privacy:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def addresses_of(self, citizen: CitizenId) -> list[tuple[AddressId, AccountId, str]]:
        """(address, account, external id) of one citizen."""
        statement = sa.select(addresses).where(addresses.c.citizen_id == citizen)
        return [
            (AddressId(row.id), AccountId(row.account_id), row.external_id)
            for row in await self._connection.execute(statement)
        ]

    async def erase(self, citizen: CitizenId, *, farewell: AddressId | None) -> None:
        """Deletes the citizen and all that hangs on them. The address `farewell` stays, cut off from any person,
        until the one message that says "done" has left."""
        leaving = sa.update(addresses).where(addresses.c.id == farewell).values(citizen_id=None, leaving=True)
        await self._connection.execute(leaving)
        await self._connection.execute(sa.delete(deliveries).where(deliveries.c.citizen_id == citizen))
        await drop(self._connection, contributions.c.citizen_id == citizen)
        await self._connection.execute(sa.delete(dialogues).where(dialogues.c.citizen_id == citizen))
        await self._connection.execute(sa.delete(addresses).where(addresses.c.citizen_id == citizen))
        await self._connection.execute(sa.delete(citizens).where(citizens.c.id == citizen))

    async def forget_leaving(self, before: datetime, accounts: Collection[AccountId]) -> int:
        """Addresses of people who erased everything, whose last message was owed before then and could not be sent.
        Returns how many went."""
        own = sa.and_(addresses.c.leaving, addresses.c.account_id.in_(list(accounts)))
        farewells = sa.delete(deliveries).where(
            deliveries.c.address_id.in_(sa.select(addresses.c.id).where(own)),
            deliveries.c.planned_at < before,
            deliveries.c.state.not_in([State.CLAIMED.value, State.SENDING.value]),
        )
        await self._connection.execute(farewells)
        owed = sa.exists().where(deliveries.c.address_id == addresses.c.id)
        return (await self._connection.execute(sa.delete(addresses).where(own, ~owed))).rowcount

    async def put_erasures(self, hashes: Collection[str], now: datetime) -> None:
        rows = [{"hash": value, "erased_at": now} for value in hashes]
        await put(self._connection, erasures, rows, unique=("hash", "erased_at"))

    async def ledger(self) -> dict[str, list[datetime]]:
        """By keyed hash of an address, when it was erased."""
        found: dict[str, list[datetime]] = {}
        for row in await self._connection.execute(sa.select(erasures)):
            found.setdefault(row.hash, []).append(row.erased_at)
        return found

    async def people_with_addresses(self) -> list[tuple[CitizenId, Address, datetime]]:
        """Everybody who is known, each of their addresses, and since when they are."""
        statement = sa.select(
            addresses.c.id,
            addresses.c.account_id,
            addresses.c.external_id,
            citizens.c.id.label("who"),
            citizens.c.created_at,
        ).join_from(addresses, citizens, addresses.c.citizen_id == citizens.c.id)
        return [
            (CitizenId(row.who), Address(AddressId(row.id), AccountId(row.account_id), row.external_id), row.created_at)
            for row in await self._connection.execute(statement)
        ]

    async def raw_words(self, consultation: ConsultationId, limit: int) -> list[ContributionId]:
        """Some of a consultation's contributions that were read and whose raw words are still there."""
        statement = (
            sa.select(contributions.c.id)
            .where(
                contributions.c.consultation_id == consultation,
                contributions.c.state.in_([ContributionState.READ.value, ContributionState.HIDDEN.value]),
                sa.exists().where(parts.c.contribution_id == contributions.c.id, parts.c.text.is_not(None)),
            )
            .limit(limit)
        )
        return [ContributionId(row.id) for row in await self._connection.execute(statement)]

    async def forget_raw_words(self, ids: Collection[ContributionId]) -> int:
        """Empties the parts of these contributions; the masked text stays."""
        gone = 0
        for some in chunks(ids):
            statement = sa.update(parts).where(parts.c.text.is_not(None), parts.c.contribution_id.in_(some))
            gone += (await self._connection.execute(statement.values(text=None))).rowcount
        return gone

    async def delete_contributions(self, consultation: ConsultationId) -> int:
        """The contributions of a consultation whose time is over."""
        return await drop(self._connection, contributions.c.consultation_id == consultation)

    async def delete_answers(self, ids: Collection[DialogueId]) -> int:
        """The answers of these dialogues, typed or tapped. Returns how many contributions went."""
        gone = 0
        for some in chunks(ids):
            await self._connection.execute(sa.delete(answers).where(answers.c.dialogue_id.in_(some)))
            gone += await drop(self._connection, contributions.c.dialogue_id.in_(some))
        return gone

    async def declined(self, partner: PartnerId, before: datetime, limit: int) -> list[CitizenId]:
        """People under age, or who said no, and have not written since `before`: they agreed to nothing, at no time,
        and nothing of theirs waits for staff. Whoever said STOP is remembered, so that nobody writes to them."""
        said_no = sa.exists().where(dialogues.c.citizen_id == citizens.c.id, dialogues.c.stage == Stage.DECLINED.value)
        agreed = sa.exists().where(consents.c.citizen_id == citizens.c.id)
        wrote = sa.exists().where(contributions.c.citizen_id == citizens.c.id)
        statement = (
            sa.select(citizens.c.id)
            .where(citizens.c.partner_id == partner, citizens.c.last_seen_at < before, citizens.c.stopped_at.is_(None))
            .where(said_no, ~agreed, ~wrote)
            .limit(limit)
        )
        return [CitizenId(row.id) for row in await self._connection.execute(statement)]

    async def inactive(self, partner: PartnerId, before: datetime, limit: int) -> list[CitizenId]:
        """People who have not written to this partner since `before`."""
        statement = (
            sa.select(citizens.c.id)
            .where(citizens.c.partner_id == partner, citizens.c.last_seen_at < before)
            .limit(limit)
        )
        return [CitizenId(row.id) for row in await self._connection.execute(statement)]
