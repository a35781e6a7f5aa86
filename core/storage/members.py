"""Staff, their sign-in links and their sessions.

Of a secret only the SHA-256 is here: a copy of the database opens nothing. Whoever was removed keeps a row without name
and address, so that "who opened this alert" stays answered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.ids import MemberId, PartnerId
from core.model.staff import Member, Role
from core.storage.schema import sign_in_links, staff_members, staff_sessions


@dataclass(frozen=True, slots=True)
class Session:
    """`last_seen_at`: noted now and then, not at each page."""

    member: Member
    last_seen_at: datetime
    expires_at: datetime


class Members:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def add(self, member: Member, now: datetime) -> None:
        """Raises `IntegrityError` when the partner has somebody with this address: ask `by_email` before."""
        await self._connection.execute(
            sa.insert(staff_members).values(
                id=member.id,
                partner_id=member.partner,
                name=member.name,
                email=member.email or None,
                role=member.role.value,
                created_at=now,
            )
        )

    async def of(self, partner: PartnerId) -> list[Member]:
        """Everybody who was not removed, by name."""
        statement = self._present().where(staff_members.c.partner_id == partner).order_by(staff_members.c.name)
        return [_member(row) for row in await self._connection.execute(statement)]

    async def get(self, member: MemberId) -> Member | None:
        """None for whoever was removed."""
        row = (await self._connection.execute(self._present().where(staff_members.c.id == member))).first()
        return _member(row) if row else None

    async def by_email(self, partner: PartnerId, email: str) -> Member | None:
        statement = self._present().where(staff_members.c.partner_id == partner, staff_members.c.email == email)
        row = (await self._connection.execute(statement)).first()
        return _member(row) if row else None

    async def set_role(self, member: MemberId, role: Role) -> None:
        await self._connection.execute(
            sa.update(staff_members).where(staff_members.c.id == member).values(role=role.value)
        )

    async def remove(self, member: MemberId, now: datetime) -> None:
        """Name and address go at once, and with them every link and session."""
        for table in (sign_in_links, staff_sessions):
            await self._connection.execute(sa.delete(table).where(table.c.member_id == member))
        await self._connection.execute(
            sa.update(staff_members).where(staff_members.c.id == member).values(name="", email=None, removed_at=now)
        )

    # ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def add_link(self, hashed: str, member: MemberId, made_at: datetime, expires_at: datetime) -> None:
        await self._connection.execute(
            sa.insert(sign_in_links).values(hash=hashed, member_id=member, made_at=made_at, expires_at=expires_at)
        )

    async def link(self, hashed: str, partner: PartnerId, now: datetime) -> Member | None:
        """Whom an unused link of this partner lets in now."""
        statement = (
            self._present()
            .join(sign_in_links, sign_in_links.c.member_id == staff_members.c.id)
            .where(
                sign_in_links.c.hash == hashed,
                sign_in_links.c.used_at.is_(None),
                sign_in_links.c.expires_at > now,
                staff_members.c.partner_id == partner,
            )
        )
        row = (await self._connection.execute(statement)).first()
        return _member(row) if row else None

    async def use_link(self, hashed: str, now: datetime) -> bool:
        """False when somebody used it meanwhile: of two at the same moment, one gets in."""
        statement = (
            sa.update(sign_in_links)
            .where(sign_in_links.c.hash == hashed, sign_in_links.c.used_at.is_(None))
            .values(used_at=now)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def add_session(self, hashed: str, member: MemberId, now: datetime, expires_at: datetime) -> None:
        await self._connection.execute(
            sa.insert(staff_sessions).values(
                hash=hashed, member_id=member, made_at=now, last_seen_at=now, expires_at=expires_at
            )
        )

    async def session(self, hashed: str) -> Session | None:
        """Whether it still counts is not asked here (see `core/work/staff/members.py`)."""
        statement = (
            self._present()
            .add_columns(staff_sessions.c.last_seen_at, staff_sessions.c.expires_at)
            .join(staff_sessions, staff_sessions.c.member_id == staff_members.c.id)
            .where(staff_sessions.c.hash == hashed)
        )
        row = (await self._connection.execute(statement)).first()
        return Session(_member(row), row.last_seen_at, row.expires_at) if row else None

    async def seen(self, hashed: str, now: datetime) -> None:
        await self._connection.execute(
            sa.update(staff_sessions).where(staff_sessions.c.hash == hashed).values(last_seen_at=now)
        )

    async def end_session(self, hashed: str) -> None:
        await self._connection.execute(sa.delete(staff_sessions).where(staff_sessions.c.hash == hashed))

    # ── what is over ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def sign_everybody_out(self) -> None:
        """After a copy was brought back: sessions and links that ended since would live again."""
        for table in (sign_in_links, staff_sessions):
            await self._connection.execute(sa.delete(table))

    async def forget_over(self, now: datetime, unseen_since: datetime) -> int:
        """Links that open nothing any more, sessions that ended or were left alone since then. Returns how many."""
        links = sa.delete(sign_in_links).where(
            sa.or_(sign_in_links.c.expires_at <= now, sign_in_links.c.used_at.is_not(None))
        )
        sessions = sa.delete(staff_sessions).where(
            sa.or_(staff_sessions.c.expires_at <= now, staff_sessions.c.last_seen_at <= unseen_since)
        )
        return sum([(await self._connection.execute(statement)).rowcount for statement in (links, sessions)])

    def _present(self) -> sa.Select[Any]:
        return sa.select(staff_members).where(staff_members.c.removed_at.is_(None))


def _member(row: Any) -> Member:
    return Member(MemberId(row.id), PartnerId(row.partner_id), row.name, row.email or "", Role(row.role))
