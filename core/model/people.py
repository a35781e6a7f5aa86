"""Partners and their channel accounts, citizens and the addresses that are kept apart from them, sources, consents."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import AccountId, AddressId, CitizenId, ConsultationId, PartnerId, SourceId


@dataclass(frozen=True, slots=True)
class Account:
    """A partner's presence on one channel: a Telegram bot, a Slack workspace."""

    id: AccountId
    partner: PartnerId
    channel: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where one person or one staff room can be written to. `external_id` never leaves storage and channels."""

    id: AddressId
    account: AccountId
    external_id: str


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person who answers, known by a random id.

    `stopped_at`: said STOP; nothing is pushed to them any more. `unreachable`: blocked us.
    """

    id: CitizenId
    partner: PartnerId
    language: str
    zone: str
    stopped_at: datetime | None = None
    unreachable: bool = False


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAILBOX = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An e-mail address as every mail server takes it: ASCII, and no dot first, last or beside another one."""


class RoomTrouble(StrEnum):
    """Why nothing can be posted in a group or channel."""

    NOT_FOUND = "not_found"
    A_PERSON = "a_person"
    NOT_A_MEMBER = "not_a_member"
    MAY_NOT_WRITE = "may_not_write"


@dataclass(frozen=True, slots=True)
class Room:
    """A group or a channel of many people. `trouble`: why we cannot post there, None when we can."""

    external_id: str
    title: str
    trouble: RoomTrouble | None = None


class Purpose(StrEnum):
    """What a consent is for. Each is asked for on its own, logged and revocable."""

    PARTICIPATION = "participation"
    REMINDERS = "reminders"
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a citizen came from. `token` is what a link carries: 1 to 64 of [A-Za-z0-9_-]."""

    id: SourceId
    consultation: ConsultationId
    token: str
    label: str
