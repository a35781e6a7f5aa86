"""Erasure and retention: what goes, when, and the little that stays."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, DialogueId, PartnerId
from core.storage.contributions import drop
from core.storage.schema import (
    addresses,
    answers,
    citizens,
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

    async def put_erasures(self, hashes: Collection[str], now: datetime) -> None:
        rows = [{"hash": value, "erased_at": now} for value in hashes]
        await put(self._connection, erasures, rows, unique=("hash", "erased_at"))

    async def erasures(self) -> set[str]:
        return {row.hash for row in await self._connection.execute(sa.select(erasures.c.hash))}

    async def forget_parts(self, consultation: ConsultationId) -> int:
        """Empties the raw words of a consultation's contributions that were read; the masked text stays."""
        settled = sa.select(contributions.c.id).where(
            contributions.c.consultation_id == consultation,
            contributions.c.state.in_([ContributionState.READ.value, ContributionState.HIDDEN.value]),
        )
        statement = (
            sa.update(parts).where(parts.c.text.is_not(None), parts.c.contribution_id.in_(settled)).values(text=None)
        )
        return (await self._connection.execute(statement)).rowcount

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

    async def inactive(self, partner: PartnerId, before: datetime, limit: int) -> list[CitizenId]:
        """People who have not written to this partner since `before`."""
        statement = (
            sa.select(citizens.c.id)
            .where(citizens.c.partner_id == partner, citizens.c.last_seen_at < before)
            .limit(limit)
        )
        return [CitizenId(row.id) for row in await self._connection.execute(statement)]
