"""What waits to be done at this moment, asked in one statement."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.model.contributions import ContributionState
from core.model.deliveries import Lane
from core.storage.outbox_statements import due
from core.storage.schema import contributions, dialogues, inbox
from core.storage.types import Instant


@dataclass(frozen=True, slots=True)
class Waits:
    """Whether there are updates to work on, silences that are over, contributions to tag, messages that are due."""

    updates: bool
    silences: bool
    untagged: bool
    due: bool

    def __bool__(self) -> bool:
        return self.updates or self.silences or self.untagged or self.due


async def waits(connection: AsyncConnection, now: datetime) -> Waits:
    row = (await connection.execute(_waits(), {"now": now})).one()
    return Waits(bool(row.updates), bool(row.silences), bool(row.untagged), bool(row.due))


@cache
def _waits() -> sa.Select[bool, bool, bool, bool]:
    now: Any = sa.bindparam("now", type_=Instant())
    return sa.select(
        sa.exists().where(inbox.c.state == "new").label("updates"),
        sa.exists().where(dialogues.c.elapses_at <= now).label("silences"),
        sa.exists().where(contributions.c.state == ContributionState.RECEIVED.value).label("untagged"),
        sa.or_(*(sa.exists().where(due(lane, now)) for lane in Lane)).label("due"),
    )
