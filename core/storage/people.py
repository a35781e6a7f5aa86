"""Partners, accounts, addresses and citizens, consents, sources."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.audience import FOR_ALL, Candidate, Segment
from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, PartnerId
from core.model.people import Account, Address, Citizen, Purpose, Source
from core.storage.experiments import kept_out
from core.storage.schema import (
    accounts,
    addresses,
    citizens,
    consents,
    dialogues,
    partners,
    sources,
)
from core.storage.segments import inside, unplanned
from core.storage.sql import among, chunks, put


class People:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── partners and their accounts ──────────────────────────────────────────────────────────────────────────────────

    async def put_partner(self, partner: PartnerId, name: Mapping[str, str], now: datetime) -> None:
        row = {"id": partner, "name": dict(name), "created_at": now}
        await put(self._connection, partners, [row], unique=("id",), replacing=("name",))

    async def partner_name(self, partner: PartnerId) -> Mapping[str, str]:
        row = (await self._connection.execute(_partner_name(), {"partner": partner})).one_or_none()
        return row.name if row else {}

    async def add_account(self, account: Account, now: datetime) -> None:
        """Does nothing when the channel's account is known already, whoever owns it."""
        row = {
            "id": account.id,
            "partner_id": account.partner,
            "channel": account.channel,
            "external_id": account.external_id,
            "created_at": now,
        }
        await put(self._connection, accounts, [row], unique=("channel", "external_id"))

    async def account(self, channel: str, external_id: str) -> Account | None:
        statement = sa.select(accounts).where(accounts.c.channel == channel, accounts.c.external_id == external_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return _account(row) if row else None

    async def accounts(self, partner: PartnerId | None = None) -> list[Account]:
        statement = _accounts() if partner is None else _accounts().where(accounts.c.partner_id == partner)
        return [_account(row) for row in await self._connection.execute(statement)]

    # ── addresses and the citizens behind them ───────────────────────────────────────────────────────────────────────

    async def known(
        self, account: AccountId, chats: Collection[str]
    ) -> dict[str, tuple[Address, CitizenId | None, bool]]:
        """By chat: its address, the citizen behind it, whether it is leaving (erased, one last message owed)."""
        found: dict[str, tuple[Address, CitizenId | None, bool]] = {}
        for some in chunks(chats):
            for row in await self._connection.execute(_known(), {"account": account, "chats": some}):
                found[row.external_id] = (_address(row), _citizen_id(row.citizen_id), row.leaving)
        return found

    async def addresses(self, ids: Collection[AddressId]) -> dict[AddressId, Address]:
        found: dict[AddressId, Address] = {}
        for some in chunks(ids):
            for row in await self._connection.execute(_addresses(), {"ids": some}):
                found[AddressId(row.id)] = _address(row)
        return found

    async def leaving(self, ids: Collection[AddressId]) -> set[AddressId]:
        """Those of `ids` whose person erased everything."""
        found: set[AddressId] = set()
        for some in chunks(ids):
            leaving = await self._connection.execute(_leaving(), {"ids": some})
            found.update(AddressId(row.id) for row in leaving)
        return found

    async def add_addresses(self, rows: Sequence[tuple[Address, CitizenId | None]]) -> None:
        await put(
            self._connection,
            addresses,
            [
                {
                    "id": address.id,
                    "account_id": address.account,
                    "external_id": address.external_id,
                    "citizen_id": citizen,
                    "unreachable": False,
                    "leaving": False,
                }
                for address, citizen in rows
            ],
            unique=("account_id", "external_id"),
            replacing=("citizen_id", "unreachable", "leaving"),
        )

    async def forget_staff_address(self, partner: PartnerId, external_id: str) -> None:
        """Where a member of staff was written to, and what was owed there. Nobody who answers has such an address."""
        own = sa.select(accounts.c.id).where(accounts.c.partner_id == partner)
        await self._connection.execute(
            sa.delete(addresses).where(
                addresses.c.account_id.in_(own),
                addresses.c.external_id == external_id,
                addresses.c.citizen_id.is_(None),
            )
        )

    async def set_unreachable(self, ids: Collection[AddressId], *, unreachable: bool) -> None:
        for some in chunks(ids):
            await self._connection.execute(
                sa.update(addresses).where(addresses.c.id.in_(some)).values(unreachable=unreachable)
            )

    async def set_external_id(self, address: AddressId, external_id: str) -> None:
        await self._connection.execute(
            sa.update(addresses).where(addresses.c.id == address).values(external_id=external_id)
        )

    async def citizens(self, ids: Iterable[CitizenId]) -> dict[CitizenId, Citizen]:
        found: dict[CitizenId, Citizen] = {}
        for some in chunks(ids):
            for row in (await self._connection.execute(_citizens(), {"ids": some})).all():
                found[CitizenId(row.id)] = Citizen(
                    id=CitizenId(row.id),
                    partner=PartnerId(row.partner_id),
                    language=row.language,
                    zone=row.zone,
                    stopped_at=row.stopped_at,
                    unreachable=bool(row.gone),
                )
        return found

    async def put_citizens(self, rows: Sequence[Citizen], now: datetime) -> None:
        """Adds the new ones, renews the language, the stop and the last sight of the others."""
        await put(
            self._connection,
            citizens,
            [
                {
                    "id": citizen.id,
                    "partner_id": citizen.partner,
                    "language": citizen.language,
                    "zone": citizen.zone,
                    "created_at": now,
                    "last_seen_at": now,
                    "stopped_at": citizen.stopped_at,
                }
                for citizen in rows
            ],
            unique=("id",),
            replacing=("language", "last_seen_at", "stopped_at"),
        )

    # ── consents ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def give_consents(
        self, rows: Sequence[tuple[CitizenId, ConsultationId, Purpose, int]], now: datetime
    ) -> None:
        """Given again while it stands, a consent keeps its date; given again after it was taken back, it is new."""
        await put(
            self._connection,
            consents,
            [
                {
                    "citizen_id": citizen,
                    "consultation_id": consultation,
                    "purpose": purpose.value,
                    "notice_version": version,
                    "given_at": now,
                    "revoked_at": None,
                }
                for citizen, consultation, purpose, version in rows
            ],
            unique=("citizen_id", "consultation_id", "purpose", "notice_version"),
            replacing=_agreed_again,
        )

    async def revoke_consent(
        self, citizen: CitizenId, purpose: Purpose, now: datetime, *, consultation: ConsultationId | None = None
    ) -> None:
        """Takes back what was agreed to in `consultation`; None: wherever it was agreed to."""
        statement = sa.update(consents).where(
            consents.c.citizen_id == citizen, consents.c.purpose == purpose.value, consents.c.revoked_at.is_(None)
        )
        if consultation is not None:
            statement = statement.where(consents.c.consultation_id == consultation)
        await self._connection.execute(statement.values(revoked_at=now))

    async def consents(self, ids: Collection[CitizenId]) -> dict[CitizenId, set[tuple[ConsultationId, Purpose]]]:
        """The consents that stand now, by citizen."""
        found: dict[CitizenId, set[tuple[ConsultationId, Purpose]]] = {citizen: set() for citizen in ids}
        for some in chunks(ids):
            for row in (await self._connection.execute(_consents(), {"citizens": some})).all():
                found[CitizenId(row.citizen_id)].add((ConsultationId(row.consultation_id), Purpose(row.purpose)))
        return found

    async def consent_log(self, citizen: CitizenId) -> list[tuple[ConsultationId, Purpose, datetime, datetime | None]]:
        """Every consent a person gave: where, what for, since when, and since when no more."""
        statement = sa.select(consents).where(consents.c.citizen_id == citizen).order_by(consents.c.given_at)
        return [
            (ConsultationId(row.consultation_id), Purpose(row.purpose), row.given_at, row.revoked_at)
            for row in await self._connection.execute(statement)
        ]

    async def addresses_of(self, citizen: CitizenId) -> list[tuple[str, str]]:
        """(channel, external id) of each of a person's addresses."""
        statement = (
            sa.select(accounts.c.channel, addresses.c.external_id)
            .join(accounts, accounts.c.id == addresses.c.account_id)
            .where(addresses.c.citizen_id == citizen)
        )
        return [(row.channel, row.external_id) for row in await self._connection.execute(statement)]

    async def to_prompt(
        self,
        partner: PartnerId,
        consultation: ConsultationId,
        step: str,
        *,
        after: CitizenId | None,
        limit: int,
        soon: datetime | None = None,
        segment: Segment = FOR_ALL,
    ) -> list[Candidate]:
        """A page of citizens who agreed to be written to, and whom this consultation has not met yet. `soon`: without
        those who were drawn to get it after then. `segment`: only those whom the step is for."""
        statement = (
            sa.select(citizens.c.id, addresses.c.id.label("address"), citizens.c.zone, citizens.c.language)
            .join(addresses, addresses.c.citizen_id == citizens.c.id)
            .where(
                *may_be_prompted(partner, consultation, step, soon), inside(citizens.c.id, consultation, step, segment)
            )
            .order_by(citizens.c.id)
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(citizens.c.id > after)
        return [
            Candidate(CitizenId(row.id), AddressId(row.address), row.zone, row.language)
            for row in await self._connection.execute(statement)
        ]

    # ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def put_sources(
        self, partner: PartnerId, rows: Sequence[tuple[Source, Mapping[str, str]]], now: datetime
    ) -> None:
        """Adds sources, or renews their labels. A token that another consultation holds keeps its first owner."""
        await put(
            self._connection,
            sources,
            [
                {
                    "id": source.id,
                    "partner_id": partner,
                    "consultation_id": source.consultation,
                    "token": source.token,
                    "label": dict(label),
                    "created_at": now,
                }
                for source, label in rows
            ],
            unique=("partner_id", "token"),
            replacing=("label",),
        )

    async def sources(self, partner: PartnerId) -> dict[str, ConsultationId]:
        """By token, the consultation it leads to."""
        found = await self._connection.execute(_sources(), {"partner": partner})
        return {row.token: ConsultationId(row.consultation_id) for row in found}

    async def source_labels(self, consultation: ConsultationId) -> dict[str, Mapping[str, str]]:
        statement = sa.select(sources.c.token, sources.c.label).where(sources.c.consultation_id == consultation)
        return {row.token: row.label for row in await self._connection.execute(statement)}


def may_be_prompted(
    partner: PartnerId, consultation: ConsultationId, step: str, soon: datetime | None = None
) -> list[sa.ColumnElement[bool]]:
    """What holds of the addresses that a first prompt may go to."""
    agreed = sa.exists().where(
        consents.c.citizen_id == citizens.c.id,
        consents.c.purpose == Purpose.REMINDERS.value,
        consents.c.revoked_at.is_(None),
    )
    met = sa.exists().where(dialogues.c.citizen_id == citizens.c.id, dialogues.c.consultation_id == consultation)
    return [
        citizens.c.partner_id == partner,
        agreed,
        ~met,
        unplanned(citizens.c.id, consultation, step),
        ~addresses.c.unreachable,
        ~kept_out(citizens.c.id, consultation, step, soon),
    ]


# ── statements, each made once ───────────────────────────────────────────────────────────────────────────────────────


@cache
def _partner_name() -> sa.Select[Any]:
    return sa.select(partners.c.name).where(partners.c.id == sa.bindparam("partner"))


@cache
def _accounts() -> sa.Select[Any]:
    return sa.select(accounts).order_by(accounts.c.id)


@cache
def _known() -> sa.Select[Any]:
    return sa.select(addresses).where(
        addresses.c.account_id == sa.bindparam("account"), among(addresses.c.external_id, "chats")
    )


@cache
def _addresses() -> sa.Select[Any]:
    return sa.select(addresses).where(among(addresses.c.id, "ids"))


@cache
def _leaving() -> sa.Select[Any]:
    return sa.select(addresses.c.id).where(among(addresses.c.id, "ids"), addresses.c.leaving)


@cache
def _citizens() -> sa.Select[Any]:
    known = (citizens.c[name] for name in ("id", "partner_id", "language", "zone", "stopped_at"))
    return (
        sa.select(*known, sa.func.min(sa.cast(addresses.c.unreachable, sa.Integer)).label("gone"))
        .outerjoin(addresses, addresses.c.citizen_id == citizens.c.id)
        .where(among(citizens.c.id, "ids"))
        .group_by(citizens.c.id)
    )


@cache
def _consents() -> sa.Select[Any]:
    agreed = sa.select(consents.c.citizen_id, consents.c.consultation_id, consents.c.purpose)
    return agreed.where(among(consents.c.citizen_id, "citizens"), consents.c.revoked_at.is_(None))


@cache
def _sources() -> sa.Select[Any]:
    return sa.select(sources.c.token, sources.c.consultation_id).where(
        sources.c.partner_id == sa.bindparam("partner"), sources.c.retired_at.is_(None)
    )


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _agreed_again(new: Any) -> dict[str, Any]:
    return {
        "given_at": sa.case((consents.c.revoked_at.is_(None), consents.c.given_at), else_=new.given_at),
        "revoked_at": None,
    }


def _account(row: Any) -> Account:
    return Account(AccountId(row.id), PartnerId(row.partner_id), row.channel, row.external_id)


def _address(row: Any) -> Address:
    return Address(AddressId(row.id), AccountId(row.account_id), row.external_id)


def _citizen_id(value: str | None) -> CitizenId | None:
    return CitizenId(value) if value is not None else None
